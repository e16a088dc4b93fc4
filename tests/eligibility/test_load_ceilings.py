from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from eligibility.management.commands.load_ceilings import CEILINGS_FILE
from eligibility.models import Ceiling, Parameter

pytestmark = pytest.mark.django_db


def load(**files: object) -> list[str]:
    out = StringIO()
    call_command("load_ceilings", stdout=out, **files)
    return out.getvalue().splitlines()


def row(funding: str, zone: str, year: int) -> list[int]:
    """The seven amounts of one line of a published table, in its order."""
    order = (
        ["seul", "couple", "1_pac", "2_pac", "3_pac", "4_pac", "par_pac_sup"]
        if funding == "LLI"
        else ["1", "2", "3", "4", "5", "6", "par_personne_sup"]
    )
    found = dict(
        Ceiling.objects.filter(funding=funding, zone=zone, year=year).values_list(
            "category", "amount_eur"
        )
    )
    return [found[category] for category in order]


def test_a_first_run_creates_and_a_second_changes_nothing_and_says_so():
    assert load() == [
        "Plafonds de ressources : lignes créées : 511, modifiées : 0, inchangées : 0.",
        "Paramètres : lignes créées : 147, modifiées : 0, inchangées : 0.",
    ]
    assert load() == [
        "Plafonds de ressources : rien à changer"
        " (lignes créées : 0, modifiées : 0, inchangées : 511).",
        "Paramètres : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 147).",
    ]


def test_a_changed_cell_is_written_and_counted_alone():
    load()
    Ceiling.objects.filter(funding="PLUS", zone="autres_regions", year=2026, category="3").update(
        amount_eur=1
    )
    assert load()[0] == (
        "Plafonds de ressources : lignes créées : 0, modifiées : 1, inchangées : 510."
    )
    assert row("PLUS", "autres_regions", 2026)[2] == 37584


def test_a_year_typed_by_half_is_refused_whole(tmp_path: Path):
    lines = CEILINGS_FILE.read_text(encoding="utf-8").splitlines()
    short = tmp_path / "ceilings.csv"
    short.write_text(
        "\n".join(line for line in lines if not line.startswith("2026,PLUS,autres_regions,4")),
        encoding="utf-8",
    )
    with pytest.raises(CommandError, match="Plafonds PLUS 2026, zone autres_regions : il manque 4"):
        load(plafonds=short)
    assert Ceiling.objects.count() == 0


def test_the_shipped_figures_are_those_of_the_published_tables():
    load()
    published = {
        ("PLUS", "paris_limitrophes", 2023): [25165, 37611, 49303, 58865, 70036, 78809, 8782],
        ("PLUS", "idf_hors_paris", 2024): [26044, 38925, 46789, 56046, 66347, 74662, 8319],
        ("PLUS", "autres_regions", 2025): [23201, 30984, 37259, 44982, 52915, 59636, 6652],
        ("PLUS", "paris_limitrophes", 2026): [26920, 40233, 52740, 62968, 74919, 84304, 9394],
        ("PLUS", "idf_hors_paris", 2026): [26920, 40233, 48362, 57930, 68577, 77171, 8598],
        ("PLUS", "autres_regions", 2026): [23403, 31254, 37584, 45374, 53376, 60156, 6710],
        # A public file has 218 805 for the second of these.
        ("PLAI", "paris_limitrophes", 2022): [13378, 21805, 28582, 31287, 37218, 41884, 4666],
        ("PLAI", "autres_regions", 2024): [12452, 18143, 21818, 24276, 28404, 32010, 3569],
        ("PLAI", "idf_hors_paris", 2026): [14811, 24140, 29018, 31860, 37719, 42444, 4727],
        ("PLS", "autres_regions", 2025): [30161, 40279, 48437, 58477, 68790, 77527, 8648],
        ("PLS", "paris_limitrophes", 2026): [34996, 52303, 68562, 81858, 97395, 109595, 12212],
        ("LLI", "A_bis", 2023): [41855, 62555, 82002, 97904, 116487, 131078, 14603],
        ("LLI", "B1", 2025): [35825, 47842, 57531, 69455, 81705, 92080, 10273],
        ("LLI", "B2_C", 2026): [32530, 43439, 52239, 63066, 74189, 83611, 9325],
        ("LLI", "drom", 2026): [32496, 43030, 51745, 62468, 73484, 82816, 9245],
        # PLUS of the other regions × 0.90 and × 0.675.
        ("LLS", "drom", 2026): [21063, 28129, 33826, 40837, 48038, 54140, 6039],
        ("LLTS", "drom", 2026): [15797, 21096, 25369, 30627, 36029, 40605, 4529],
    }
    assert {key: row(*key) for key in published} == published


def test_pls_is_thirty_percent_above_plus():
    load()
    for year in range(2022, 2027):
        for zone in ("paris_limitrophes", "idf_hors_paris", "autres_regions"):
            expected = [(amount * 13 + 5) // 10 for amount in row("PLUS", zone, year)]
            assert row("PLS", zone, year) == expected


def test_thresholds_of_employers_are_loaded():
    load()
    thresholds = Parameter.objects.filter(name__startswith="action_logement/")
    assert dict(thresholds.values_list("name", "value")) == {
        "action_logement/effectif_minimum/private": 10,
        "action_logement/effectif_minimum/agricultural": 50,
    }


def ceiling(**changed: object) -> Ceiling:
    values: dict[str, object] = {
        "year": 2026,
        "valid": DateRange(date(2026, 1, 1), date(2027, 1, 1)),
        "funding": "PLUS",
        "zone": "autres_regions",
        "category": "1",
        "amount_eur": 23403,
        "status": "confirmed",
        "source": "arrêté du 19 décembre 2025",
    }
    return Ceiling(**(values | changed))


def test_two_ceilings_cannot_hold_on_one_day():
    ceiling().save()
    late = ceiling(year=2025, valid=DateRange(date(2025, 1, 1), date(2026, 1, 2)))
    with pytest.raises(IntegrityError, match="ceiling_no_overlap"), transaction.atomic():
        late.save()
    with pytest.raises(ValidationError) as refusal:
        late.validate_constraints()
    assert refusal.value.messages == ["Un autre plafond vaut déjà à ces dates."]
    # The day after the last is another ceiling's first.
    ceiling(year=2025, valid=DateRange(date(2025, 1, 1), date(2026, 1, 1))).save()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"amount_eur": 0}, "ceiling_amount_positive"),
        ({"valid": DateRange(date(2026, 1, 1), None)}, "ceiling_valid_is_bounded"),
        ({"valid": DateRange(None, date(2027, 1, 1))}, "ceiling_valid_is_bounded"),
        ({"valid": DateRange(empty=True)}, "ceiling_valid_is_bounded"),
        ({"year": 2025}, "ceiling_valid_starts_in_its_year"),
        ({"zone": "drom"}, "ceiling_zone_fits_funding"),
        ({"funding": "LLS"}, "ceiling_zone_fits_funding"),
        ({"funding": "PSLA"}, "ceiling_category_fits_funding"),
        ({"category": "couple"}, "ceiling_category_fits_funding"),
        ({"status": "guessed"}, "ceiling_status_known"),
    ],
)
def test_the_database_refuses_a_ceiling_that_cannot_be(wrong, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ceiling(**wrong).save()
