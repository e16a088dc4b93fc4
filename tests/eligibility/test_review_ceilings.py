import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from eligibility.management.commands.load_ceilings import CEILINGS_FILE
from eligibility.models import Ceiling, Parameter
from eligibility.rules import plausible_against_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings")]

# What INSEE might publish: 147.22 for the third quarter of 2026, 145.77 the year before.
INDEX_2027 = Decimal("147.22") / Decimal("145.77")


def review(**options: object) -> list[str]:
    out = StringIO()
    call_command("load_ceilings", verifier=True, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def next_year(tmp_path: Path) -> Path:
    """The PLUS ceilings of 2027 for Paris, worked out by hand: each of 2026 × 147.22 / 145.77."""
    path = tmp_path / "2027.csv"
    amounts = {
        "1": 27188,
        "2": 40633,
        "3": 53265,
        "4": 63594,
        "5": 75664,
        "6": 85143,
        "par_personne_sup": 9487,
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["year", "funding", "zone", "category", "amount_eur", "status", "source"])
        for category, amount in amounts.items():
            row = [2027, "PLUS", "paris_limitrophes", category, amount, "confirmed", "essai"]
            writer.writerow(row)
    return path


def test_the_shipped_ceilings_follow_the_index_and_change_nothing():
    assert review() == [
        "2023 : indexation vérifiée sur 63 plafonds (× 1.034936).",
        "2024 : indexation vérifiée sur 77 plafonds (× 1.034931).",
        "2025 : indexation vérifiée sur 77 plafonds (× 1.024676).",
        "2026 : indexation vérifiée sur 77 plafonds (× 1.008719).",
        "Par rapport à la base : 0 nouveaux plafonds, 0 modifiés.",
        "Ce fichier peut être chargé.",
    ]


def test_a_new_year_is_reviewed_against_the_factor_given_and_nothing_is_written(next_year):
    assert review(plafonds=next_year, facteur=INDEX_2027) == [
        "2027 : indexation vérifiée sur 7 plafonds (× 1.009947).",
        "Par rapport à la base : 7 nouveaux plafonds, 0 modifiés.",
        "Ce fichier peut être chargé.",
    ]
    assert Ceiling.objects.filter(year=2027).count() == 0


def test_a_new_year_is_reviewed_against_the_index_once_it_is_loaded(next_year):
    Parameter.objects.create(
        name="irl/troisieme_trimestre", valid_from="2026-07-01", value="147.22", source="Insee"
    )
    assert review(plafonds=next_year)[0] == (
        "2027 : indexation vérifiée sur 7 plafonds (× 1.009947)."
    )


def test_an_index_that_is_not_known_is_said(next_year):
    assert review(plafonds=next_year)[0] == (
        "2027 : indexation non vérifiée, l’IRL du 3e trimestre 2026 n’est pas connu."
    )


def test_a_slip_of_the_hand_is_found(next_year):
    text = next_year.read_text().replace(",53265,", ",52365,")
    next_year.write_text(text + text.splitlines()[2] + "\n")
    with pytest.raises(CommandError) as refusal:
        review(plafonds=next_year, facteur=INDEX_2027)
    assert str(refusal.value).splitlines() == [
        "PLUS 2027 paris_limitrophes 2 : deux montants pour la même période.",
        "PLUS 2027 paris_limitrophes 3 : 52365, mais 52740 l’année d’avant.",
    ]


def test_a_year_in_part_is_found(next_year):
    kept = [line for line in next_year.read_text().splitlines() if ",4," not in line]
    next_year.write_text("\n".join(kept))
    with pytest.raises(CommandError, match="zone paris_limitrophes : il manque 4"):
        review(plafonds=next_year, facteur=INDEX_2027)


def test_a_correction_of_what_is_loaded_is_shown(tmp_path):
    corrected = tmp_path / "ceilings.csv"
    corrected.write_text(
        CEILINGS_FILE.read_text(encoding="utf-8").replace(
            "2026,PLUS,autres_regions,3,37584", "2026,PLUS,autres_regions,3,37585"
        ),
        encoding="utf-8",
    )
    assert review(plafonds=corrected)[-3:] == [
        "Par rapport à la base : 0 nouveaux plafonds, 1 modifiés.",
        "PLUS 2026 autres_regions 3 : 37584 deviendrait 37585.",
        "Ce fichier peut être chargé.",
    ]


@pytest.mark.parametrize(
    ("previous", "new", "plausible"),
    [
        # 26 687 × 145.77 / 144.51 = 26 919.69: 26 920, and one euro around it.
        (26687, 26920, True),
        (26687, 26919, True),
        (26687, 26921, True),
        (26687, 26918, False),
        (26687, 26922, False),
    ],
)
def test_plausible_is_within_one_euro_of_the_index(previous, new, plausible):
    factor = Decimal("145.77") / Decimal("144.51")
    assert plausible_against_index(previous, new, factor) is plausible
