"""Where the four landlords have homes, by Insee code of the commune."""

LAC = [
    *("74010", "74010", "74010", "73065", "69266", "69387", "69383", "38185", "73008", "74281"),
    *("74012", "42218", "63113", "21231", "01053", "67482"),
]
OC = [
    *("31555", "31555", "34172", "66136", "30189", "81004", "33063", "33281", "13203", "13208"),
    *("06088", "83137", "87085", "64445", "31069", "84007"),
]
NORD = [
    *("59350", "59350", "59512", "59599", "80021", "75118", "75113", "75119", "93066", "94028"),
    *("93048", "92050", "95018", "77284", "51454", "76540", "57463", "54395", "62041"),
]
HORIZONS = [
    *("97411", "97411", "97415", "97209", "97105", "97302", "35238", "44109", "29019", "49007"),
    *("37261", "45234", "56121", "2A004", "14118", "72181"),
]
EVERYWHERE = {*LAC, *OC, *NORD, *HORIZONS}


def territory_of_number(departement: str) -> str:
    """The first three characters of a numéro unique: Île-de-France is one territory."""
    if departement in {"75", "77", "78", "91", "92", "93", "94", "95"}:
        return "111"
    return departement if len(departement) == 3 else departement.rjust(3, "0")


# What people of the demonstration call near, for want of homes enough in one département.
AROUND = [
    {"74", "73", "38", "01", "69", "42"},
    {"31", "81"},
    {"34", "66", "30"},
    {"13", "83", "06", "84"},
    {"59", "62", "80"},
    {"75", "77", "92", "93", "94", "95"},
    {"35", "56", "29", "44", "49"},
]


def departement_of(insee_code: str) -> str:
    return insee_code[:3] if insee_code.startswith("97") else insee_code[:2]


def departements_around(departement: str) -> set[str]:
    """The départements one may also wish to live in, her own among them."""
    return next((each for each in AROUND if departement in each), {departement})
