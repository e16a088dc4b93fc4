"""Figures typed by hand from the published tables, for tests that need no database."""

from collections.abc import Mapping
from datetime import date

from eligibility.rules import CeilingTable, Parameters

# Columns: categories 1 to 6, then per person beyond the sixth (arrêté du 19 décembre 2025).
PLUS_2026 = {
    "paris_limitrophes": (26920, 40233, 52740, 62968, 74919, 84304, 9394),
    "idf_hors_paris": (26920, 40233, 48362, 57930, 68577, 77171, 8598),
    "autres_regions": (23403, 31254, 37584, 45374, 53376, 60156, 6710),
}
PLAI_2026 = {
    "paris_limitrophes": (14811, 24140, 31643, 34637, 41203, 46369, 5166),
    "autres_regions": (12870, 18753, 22551, 25092, 29359, 33086, 3689),
}
# PLUS of the other regions × 0.90.
LLS_2026 = (21063, 28129, 33826, 40837, 48038, 54140, 6039)
# Columns: alone, couple, 1 to 4 dependants, then per dependant beyond the fourth.
LLI_2026 = {
    "A_bis": (44344, 66276, 86878, 103727, 123415, 138874, 15471),
    "B2_C": (32530, 43439, 52239, 63066, 74189, 83611, 9325),
    "drom": (32496, 43030, 51745, 62468, 73484, 82816, 9245),
}
HLM = ("1", "2", "3", "4", "5", "6", "par_personne_sup")
LLI = ("seul", "couple", "1_pac", "2_pac", "3_pac", "4_pac", "par_pac_sup")


def parameters_2026(on: date = date(2026, 11, 23)) -> Parameters:
    """The figures of 2026 as they stand on a day of 2026, or of a later year as last known."""
    in_force = on.year == 2026

    def table(columns: tuple[str, ...], row: tuple[int, ...]) -> CeilingTable:
        amounts: Mapping[str, int] = dict(zip(columns, row, strict=True))
        return CeilingTable(year=2026, in_force=in_force, amounts=amounts)

    tables = {("PLUS", zone): table(HLM, row) for zone, row in PLUS_2026.items()}
    tables |= {("PLAI", zone): table(HLM, row) for zone, row in PLAI_2026.items()}
    tables |= {("LLI", zone): table(LLI, row) for zone, row in LLI_2026.items()}
    tables["LLS", "drom"] = table(HLM, LLS_2026)
    return Parameters(on=on, tables=tables, employer_minimum={"private": 10, "agricultural": 50})
