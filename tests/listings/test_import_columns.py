"""Every field that a landlord types on a page has its column: it leaves, comes back, changes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Organisation
from alin.kit import clock, sheets
from listings import services
from listings.exports import stock_rows
from listings.forms.offers import OfferForm
from listings.forms.stock import DwellingForm, ResidenceForm
from listings.imports import COLUMNS
from listings.models import Dwelling, Offer, Residence, StockImport
from listings.queries.landlord import dwellings_visible_to
from tests import factories as f

pytestmark = pytest.mark.django_db
IN_A_YEAR = clock.today() + timedelta(days=365)


@pytest.fixture
def full(cast: SimpleNamespace) -> Offer:
    """A draft in which nothing is left as it would be by itself."""
    home = f.ResidenceFactory(
        organisation=cast.lac,
        reference="TIL-01",
        name="Les Tilleuls",
        address="12 rue des Tilleuls",
        postal_code="69100",
        latitude=45.7719,
        longitude=4.8902,
        qpv=True,
        storeys=6,
        lift=True,
        built_in=1998,
        heating="collective",
        heating_energy="network",
    )
    dwelling = f.DwellingFactory(
        residence=home,
        reference="A-12",
        kind="house",
        rooms=3,
        surface_m2=Decimal("62.5"),
        annexes_m2=Decimal("8.0"),
        convention_max_rent=Decimal("480.50"),
        floor=2,
        accessible=True,
        furnished=True,
        dpe="C",
        ges="D",
    )
    # What pages save: whole minutes, and lines that end as a browser ends them.
    opens = datetime.combine(clock.today() + timedelta(days=3), time(9, 30), tzinfo=clock.PARIS)
    offer: Any = f.OfferFactory(
        dwelling=dwelling,
        kind="social",
        programme="young_workers",
        funding="PLAI",
        rent=Decimal("312.40"),
        charges=Decimal("75.10"),
        charges_cover=["cold_water", "heating"],
        deposit=Decimal("300.00"),
        parking="optional",
        parking_rent=Decimal("25.00"),
        available_on=clock.today() + timedelta(days=40),
        opens_at=opens,
        closes_at=opens + timedelta(days=12, hours=8),
        contingent="state",
        reservataire=f.OrganisationFactory(kind="reservataire", name="Préfecture, du Rhône"),
        employees_only=True,
        priority_publics=["dalo", "essential_workers"],
        min_age=18,
        max_age=30,
        statuses=["apprentice", "trainee"],
        max_stay_months=24,
        description="=Clair.\r\nCalme ; « au sud »",
        conditions="Aucune",
        published_at=None,
    )
    return offer


def taken_out(cast: SimpleNamespace) -> dict[str, str]:
    (row,) = stock_rows(cast.as_claire, dwellings_visible_to(cast.as_claire).order_by("pk"))
    return dict(zip(COLUMNS, row, strict=True))


def brought_in(cast: SimpleNamespace, *lines: dict[str, str]) -> StockImport:
    columns = list(lines[0])
    content = sheets.as_csv(columns, [[line[column] for column in columns] for line in lines])
    return services.send_import(actor=cast.as_claire, name="parc.csv", content=content)


def applied(cast: SimpleNamespace, batch: StockImport) -> str:
    done = services.ask_to_apply(actor=cast.as_claire, batch=batch, without_refused=False)
    assert done.refusal == ""
    return done.state


def outcomes(batch: StockImport) -> list[str]:
    return list(batch.lines.order_by("number").values_list("outcome", flat=True))


def reasons(batch: StockImport) -> str:
    lines = batch.lines.order_by("number").values_list("reasons", flat=True)
    return " ".join(reason for reasons in lines for reason in reasons)


def test_what_leaves_is_what_the_pages_show(cast: SimpleNamespace, full: Offer) -> None:
    said = taken_out(cast)
    today = clock.today()
    assert said == {
        "residence": "TIL-01",
        "logement": "A-12",
        "type": "maison",
        "pieces": "3",
        "surface": "62,5",
        "annexes": "8,0",
        "loyer_max_convention": "480,50",
        "etage": "2",
        "accessible": "oui",
        "meuble": "oui",
        "dpe": "C",
        "ges": "D",
        "type_offre": "résidence pour jeunes actifs",
        "financement": "PLAI",
        "loyer": "312,40",
        "charges": "75,10",
        "charges_couvrent": "eau froide, chauffage",
        "depot": "300,00",
        "stationnement": "stationnement possible, en plus",
        "loyer_stationnement": "25,00",
        "disponible_le": f"{today + timedelta(days=40):%d/%m/%Y}",
        "ouverture": f"{today + timedelta(days=3):%d/%m/%Y}",
        "heure_ouverture": "09:30",
        "cloture": f"{today + timedelta(days=15):%d/%m/%Y}",
        "heure_cloture": said["heure_cloture"],
        "contingent": "État (préfecture)",
        "reservataire": "Préfecture, du Rhône",
        "salaries_seulement": "oui",
        "publics_prioritaires": "ménages reconnus prioritaires (DALO), professions essentielles",
        "age_min": "18",
        "age_max": "30",
        "situations": "apprenti ou alternant, stagiaire ou en formation",
        "duree_max_mois": "24",
        "presentation": "=Clair.\nCalme ; « au sud »",
        "conditions": "Aucune",
        "nom_residence": "Les Tilleuls",
        "adresse": "12 rue des Tilleuls",
        "code_postal": "69100",
        "commune": "Villeurbanne (69)",
        "latitude": "45,7719",
        "longitude": "4,8902",
        "qpv": "oui",
        "etages_residence": "6",
        "ascenseur": "oui",
        "annee_construction": "1998",
        "chauffage": "collectif",
        "energie_chauffage": "réseau de chaleur",
    }


def test_no_field_of_a_page_lacks_its_column() -> None:
    """One column for each field, and two for what tells a dwelling from another. The reference of
    a residence is how the file names it."""
    fields = [*ResidenceForm.base_fields, *DwellingForm.base_fields, *OfferForm.base_fields]
    typed = [name for name in fields if name != "version"]
    assert len(COLUMNS) == len(set(COLUMNS)) == len(typed)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_that_comes_back_changes_nothing(
    cast: SimpleNamespace, full: Offer, form: str
) -> None:
    f.DwellingFactory(residence=full.dwelling.residence, reference="B-1", floor=0)
    bare = f.ResidenceFactory(organisation=cast.lac, reference="", name="Les Ormes", lift=False)
    f.OfferFactory(dwelling=f.DwellingFactory(residence=bare, reference="1", dpe=""))
    temporary = {"kind": "temporary", "programme": "mobility", "funding": "", "deposit": 0}
    f.OfferFactory(dwelling=f.DwellingFactory(residence=bare, reference="2"), **temporary)
    # Of the same name and address as one that has a reference.
    namesake = f.ResidenceFactory(
        organisation=cast.lac, reference="", name="Les Tilleuls", address="12 rue des Tilleuls"
    )
    f.DwellingFactory(residence=namesake, reference="A-12")
    rows = stock_rows(cast.as_claire, dwellings_visible_to(cast.as_claire).order_by("pk"))
    assert len(rows) == 5
    whole = sheets.as_csv(COLUMNS, rows) if form == "csv" else sheets.as_xlsx("P", COLUMNS, rows)
    batch = services.send_import(actor=cast.as_claire, name=f"parc.{form}", content=whole)
    assert (outcomes(batch), reasons(batch)) == (["unchanged"] * 5, "")


def test_two_residences_of_one_name_are_told_apart_by_their_address(cast: SimpleNamespace) -> None:
    for address in ("1 rue du Lac", "9 rue du Port"):
        home = f.ResidenceFactory(
            organisation=cast.lac, reference="", name="Les Ormes", address=address
        )
        f.DwellingFactory(residence=home, reference="1")
    rows = stock_rows(cast.as_claire, dwellings_visible_to(cast.as_claire).order_by("pk"))
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert outcomes(brought_in(cast, *lines)) == ["unchanged", "unchanged"]
    for line in lines:
        line["adresse"] = ""
    assert "donnez sa référence, ou son adresse" in reasons(brought_in(cast, *lines))


def _home(offer: Offer) -> Residence:
    return offer.dwelling.residence


def _dwelling(offer: Offer) -> Dwelling:
    return offer.dwelling


def _offer(offer: Offer) -> Offer:
    return offer


def _hour(instant: datetime) -> str:
    return f"{instant.astimezone(clock.PARIS):%H:%M}"


CHANGES: list[tuple[str, str, Callable[[Offer], Any], str, Any]] = [
    ("type", "appartement", _dwelling, "kind", "flat"),
    ("pieces", "4", _dwelling, "rooms", 4),
    ("surface", "63", _dwelling, "surface_m2", Decimal("63.0")),
    ("annexes", "9,5 m²", _dwelling, "annexes_m2", Decimal("9.5")),
    ("annexes", "aucune", _dwelling, "annexes_m2", Decimal("0.0")),
    ("loyer_max_convention", "500", _dwelling, "convention_max_rent", Decimal("500.00")),
    ("loyer_max_convention", "aucun", _dwelling, "convention_max_rent", None),
    ("etage", "0", _dwelling, "floor", 0),
    ("accessible", "Non", _dwelling, "accessible", False),
    ("meuble", "0", _dwelling, "furnished", False),
    ("dpe", "B", _dwelling, "dpe", "B"),
    ("dpe", "aucun", _dwelling, "dpe", ""),
    ("ges", "A", _dwelling, "ges", "A"),
    ("type_offre", "résidence étudiante", _offer, "programme", "students"),
    ("financement", "PLUS", _offer, "funding", "PLUS"),
    ("loyer", "310", _offer, "rent", Decimal("310.00")),
    ("charges", "1,5 €", _offer, "charges", Decimal("1.50")),
    ("charges_couvrent", "Internet ; ascenseur", _offer, "charges_cover", ["internet", "lift"]),
    ("charges_couvrent", "aucune", _offer, "charges_cover", []),
    ("depot", "0", _offer, "deposit", Decimal("0.00")),
    ("loyer_stationnement", "30", _offer, "parking_rent", Decimal("30.00")),
    ("stationnement", "sans stationnement", _offer, "parking", "none"),
    ("disponible_le", f"{IN_A_YEAR:%d/%m/%Y}", _offer, "available_on", IN_A_YEAR),
    ("contingent", "aucun", _offer, "contingent", ""),
    ("reservataire", "aucun", _offer, "reservataire_id", None),
    ("salaries_seulement", "non", _offer, "employees_only", False),
    ("publics_prioritaires", "dalo", _offer, "priority_publics", ["dalo"]),
    ("publics_prioritaires", "aucun", _offer, "priority_publics", []),
    ("age_min", "20", _offer, "min_age", 20),
    ("age_min", "aucun", _offer, "min_age", None),
    ("age_max", "25", _offer, "max_age", 25),
    ("situations", "étudiant | salarié", _offer, "statuses", ["student", "employee"]),
    ("duree_max_mois", "12", _offer, "max_stay_months", 12),
    ("presentation", "Sombre.", _offer, "description", "Sombre."),
    ("presentation", "rien", _offer, "description", ""),
    ("conditions", "Sans animaux", _offer, "conditions", "Sans animaux"),
    ("nom_residence", "Le Tilleul", _home, "name", "Le Tilleul"),
    ("adresse", "14 rue des Tilleuls", _home, "address", "14 rue des Tilleuls"),
    ("code_postal", "69008", _home, "postal_code", "69008"),
    ("commune", "Bron", _home, "commune_id", "69029"),
    ("latitude", "45,7", _home, "latitude", 45.7),
    ("longitude", "4,9", _home, "longitude", 4.9),
    ("qpv", "non", _home, "qpv", False),
    ("etages_residence", "7", _home, "storeys", 7),
    ("ascenseur", "non", _home, "lift", False),
    ("annee_construction", "2001", _home, "built_in", 2001),
    ("chauffage", "individuel", _home, "heating", "individual"),
    ("energie_chauffage", "gaz", _home, "heating_energy", "gas"),
]


@pytest.mark.parametrize(
    ("column", "typed", "what", "name", "expected"),
    CHANGES,
    ids=[f"{column}-{typed}" for column, typed, *_rest in CHANGES],
)
def test_each_column_changes_its_field(
    cast: SimpleNamespace,
    full: Offer,
    column: str,
    typed: str,
    what: Callable[[Offer], Any],
    name: str,
    expected: Any,
) -> None:
    f.CommuneFactory(insee_code="69029", name="Bron", departement=_home(full).commune.departement)
    before = getattr(what(full), name)
    batch = brought_in(cast, taken_out(cast) | {column: typed})
    assert (outcomes(batch), reasons(batch)) == (["changed"], "")
    assert applied(cast, batch) == "applied"
    now = Offer.objects.select_related("dwelling__residence").get()
    assert getattr(what(now), name) == expected != before


def test_hours_and_days_of_a_window(cast: SimpleNamespace, full: Offer) -> None:
    day = full.closes_at.astimezone(clock.PARIS).date() + timedelta(days=1)
    changed = {
        "heure_ouverture": "8h",
        "cloture": f"{day:%d/%m/%Y}",
        "heure_cloture": "20:15",
        "ouverture": f"{day - timedelta(days=9):%d/%m/%Y}",
    }
    assert applied(cast, brought_in(cast, taken_out(cast) | changed)) == "applied"
    full.refresh_from_db()
    assert (_hour(full.opens_at), _hour(full.closes_at)) == ("08:00", "20:15")
    assert full.closes_at.astimezone(clock.PARIS).date() == day
    assert full.opens_at.astimezone(clock.PARIS).date() == day - timedelta(days=9)


def test_another_reservataire_by_its_name(cast: SimpleNamespace, full: Offer) -> None:
    town = f.OrganisationFactory(kind=Organisation.Kind.RESERVATAIRE, name="Ville de Bron")
    said = taken_out(cast)
    assert applied(cast, brought_in(cast, said | {"reservataire": "VILLE DE BRON"})) == "applied"
    full.refresh_from_db()
    assert full.reservataire == town
    assert "Réservataire : " in reasons(brought_in(cast, said | {"reservataire": "Personne"}))


@pytest.mark.parametrize(
    ("column", "typed", "why"),
    [
        ("accessible", "peut-être", "Accessible en fauteuil roulant : écrivez « oui » ou « non »."),
        ("ascenseur", "2", "Avec ascenseur : écrivez « oui » ou « non »."),
        ("charges_couvrent", "eau froide, gaz", "Ce que couvrent les charges : "),
        ("age_max", "17", "L'âge maximum vient avant l'âge minimum"),
        ("contingent", "hors contingent, au bailleur", "n'a pas de réservataire"),
        ("latitude", "12", "Ce point est à plus de 40 km de Villeurbanne"),
        ("longitude", "aucune", "La latitude et la longitude vont ensemble."),
        ("code_postal", "6910", "Résidence, Code postal : Un code postal a cinq chiffres."),
        ("commune", "Nullepart", "Résidence, Commune : Nous ne trouvons pas cette commune."),
        ("etages_residence", "aucun", "Résidence, Nombre d'étages : "),
        ("heure_cloture", "midi", "Écrivez l'heure sous la forme 18:00."),
    ],
)
def test_why_a_cell_is_refused(
    cast: SimpleNamespace, full: Offer, column: str, typed: str, why: str
) -> None:
    batch = brought_in(cast, taken_out(cast) | {column: typed})
    assert outcomes(batch) == ["refused"]
    assert why in reasons(batch)


# --- a file that comes back after the offers have closed ---------------------------------------


@pytest.fixture
def once_open(cast: SimpleNamespace, travel: Callable[[datetime], None]) -> dict[str, str]:
    """The line of a home whose offer was open when it was taken out, and is closed since."""
    home = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=clock.PARIS))
    f.OfferFactory(
        dwelling=f.DwellingFactory(residence=home, reference="A-1", dpe="E"),
        opens_at=datetime(2027, 1, 4, 9, 0, tzinfo=clock.PARIS),
        closes_at=datetime(2027, 1, 12, 18, 0, tzinfo=clock.PARIS),
        available_on=date(2027, 2, 1),
    )
    line = taken_out(cast)
    travel(datetime(2027, 1, 12, 18, 1, tzinfo=clock.PARIS))
    return line


LEFT = (
    "Offre close le 12\u00a0janvier 2027 à 18\u00a0h\u00a000 : laissée comme elle est. "
    "Pour en préparer une autre, donnez d'autres dates de candidature."
)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"cloture": "2027-01-12", "heure_cloture": "18h", "loyer": "300,00"},
        {"ouverture": "", "heure_ouverture": "", "heure_cloture": ""},
    ],
)
def test_a_line_of_an_offer_closed_since_makes_no_draft(
    cast: SimpleNamespace, once_open: dict[str, str], typed: dict[str, str]
) -> None:
    batch = brought_in(cast, once_open | {"dpe": "C"} | typed)
    line = batch.lines.get()
    assert (line.outcome, line.reasons) == ("changed", [LEFT])
    assert line.changes == [["DPE", "E", "C"]]
    assert applied(cast, batch) == "applied"
    offer = Offer.objects.get()
    assert (offer.dwelling.dpe, offer.version, offer.rent) == ("C", 1, Decimal("412.40"))
    again = brought_in(cast, once_open | {"dpe": "C"} | typed)
    assert (outcomes(again), reasons(again)) == (["unchanged"], LEFT)


@pytest.mark.parametrize(
    "typed",
    [
        {"cloture": "12/02/2027"},
        {"ouverture": "05/01/2027"},
        {"heure_cloture": "17:00"},
        {"cloture": ""},
    ],
)
def test_a_line_with_another_window_prepares_another_offer(
    cast: SimpleNamespace, once_open: dict[str, str], typed: dict[str, str]
) -> None:
    batch = brought_in(cast, once_open | typed)
    assert batch.lines.get().changes[0][:2] == ["Offre", "rien"]
    assert applied(cast, batch) == "applied"
    assert Offer.objects.filter(published_at=None).count() == 1


def test_a_home_withdrawn_early_is_not_offered_again_by_its_file(
    cast: SimpleNamespace, once_open: dict[str, str], travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 1, 6, 10, 0, tzinfo=clock.PARIS))
    services.close_early(actor=cast.as_claire, offer=Offer.objects.get(), reason="Vendu")
    batch = brought_in(cast, once_open)
    assert outcomes(batch) == ["unchanged"]
    assert "Offre close le 6\u00a0janvier 2027" in reasons(batch)
