"""The highest rents: loaded as published, and the rent they give for a dwelling."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from listings.models import RentCeiling

pytestmark = pytest.mark.django_db


def load() -> str:
    out = StringIO()
    call_command("load_rent_ceilings", stdout=out)
    return out.getvalue().strip()


def of(funding: str, zone: str, year: int = 2026) -> RentCeiling:
    return RentCeiling.objects.get(year=year, funding=funding, zone=zone)


def test_a_second_load_changes_nothing() -> None:
    assert load() == "Loyers plafonds : lignes créées : 36, modifiées : 0, inchangées : 0."
    assert load() == (
        "Loyers plafonds : rien à changer (lignes créées : 0, modifiées : 0, inchangées : 36)."
    )


def test_a_published_figure_is_kept_to_the_cent() -> None:
    load()
    assert [of("PLUS", zone).eur_m2 for zone in ("1bis", "1", "2", "3")] == [
        Decimal("7.85"),
        Decimal("7.40"),
        Decimal("6.49"),
        Decimal("6.01"),
    ]
    assert (of("LLI", "Abis", 2025).eur_m2, of("LLI", "Abis").eur_m2) == (
        Decimal("19.51"),
        Decimal("19.71"),
    )


@pytest.mark.parametrize(
    ("funding", "zone", "surface", "rent"),
    [
        # 6.49 x 62.5 x 0.77 x (1 + 20 / 62.5)
        ("PLUS", "2", "62.5", "412.28"),
        # 11.80 x 50 x (0.7 + 19 / 50 = 1.08)
        ("LLI", "B1", "50", "637.20"),
        # A small home: 0.7 + 19 / 20 = 1.65, but 1.2 at most.
        ("LLI", "A", "20", "351.36"),
    ],
)
def test_the_highest_rent_of_a_dwelling(funding: str, zone: str, surface: str, rent: str) -> None:
    load()
    assert of(funding, zone).monthly_rent(Decimal(surface)) == Decimal(rent)


def test_a_zone_has_one_ceiling_a_year() -> None:
    load()
    twin = of("PLUS", "2")
    twin.pk = None
    with pytest.raises(IntegrityError, match="rent_ceiling_once"), transaction.atomic():
        twin.save()
