"""From a home to the dossiers it would suit, the oldest demande first."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from accounts import services as accounts
from accounts.models import CoApplicant, Dossier, User, WishedCommune
from eligibility.services import derive_facts
from listings.models import WishRow
from listings.queries import dossiers_matching, matching_count
from tests import factories as f
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db


def wishing(name: str, *communes: Any, since: int = 2020, rfr: int = 21_000, **wishes: Any) -> User:
    """Somebody whose demande is of May of that year, with these wishes."""
    person = f.applicant(name, rfr=rfr)
    dossier = person.dossier
    Dossier.objects.filter(pk=dossier.pk).update(numero_registered_on=date(since, 5, 1), **wishes)
    for slot, commune in enumerate(communes, start=1):
        WishedCommune.objects.create(dossier=dossier, slot=slot, commune=commune)
    derive_facts(dossier_ids=[dossier.pk])
    return person


def ranked(offer: Any) -> list[str]:
    names = dict(Dossier.objects.values_list("pk", "applicant__first_name"))
    return [names[key] for key in dossiers_matching(offer, 100)]


def test_the_oldest_demande_comes_first(cast: SimpleNamespace) -> None:
    here, elsewhere = CommuneFactory(), CommuneFactory(insee_code="69029", name="Bron")
    for name, since in (("Un", 2022), ("Deux", 2019), ("Trois", 2021)):
        wishing(name, here, elsewhere, since=since)
    wishing("Ailleurs", elsewhere, since=2001)
    offer = f.OfferFactory()
    assert ranked(offer) == ["Deux", "Trois", "Un"]
    assert matching_count(offer).number == 3


@pytest.mark.parametrize(
    ("wishes", "rfr", "expected"),
    [
        ({}, 21_000, True),
        ({}, 90_000, False),
        ({"wish_max_rent_eur": 488}, 21_000, True),
        ({"wish_max_rent_eur": 487}, 21_000, False),
        ({"wish_sizes": [3, 4]}, 21_000, True),
        ({"wish_sizes": [1, 2]}, 21_000, False),
    ],
)
def test_rights_rent_and_size_all_count(
    cast: SimpleNamespace, wishes: dict[str, Any], rfr: int, expected: bool
) -> None:
    """A T3 at 487.40 €: a highest rent of 487 € is below it, 488 € is not."""
    wishing("Une", CommuneFactory(), rfr=rfr, **wishes)
    assert ranked(f.OfferFactory()) == (["Une"] if expected else [])


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"max_age": 30}, False),
        ({"min_age": 38}, True),
        ({"statuses": ["student", "apprentice"]}, False),
        ({"statuses": ["employee"]}, True),
    ],
)
def test_the_landlord_counts_those_of_age_and_situation(
    cast: SimpleNamespace, conditions: dict[str, Any], expected: bool
) -> None:
    """The household is salaried and at least 38 years old."""
    wishing("Une", CommuneFactory())
    offer = f.OfferFactory(programme="young_workers", **conditions)
    assert ranked(offer) == (["Une"] if expected else [])


def test_a_city_and_its_arrondissement_count_a_dossier_once(cast: SimpleNamespace) -> None:
    lyon = CommuneFactory(insee_code="69123", name="Lyon")
    third = CommuneFactory(insee_code="69383", name="Lyon 3e", kind="ARM", parent=lyon)
    wishing("Une", lyon, third)
    home = f.DwellingFactory(residence=f.ResidenceFactory(commune=third))
    offer = f.OfferFactory(dwelling=home)
    assert matching_count(offer).number == 1
    assert ranked(offer) == ["Une"]


def said() -> set[tuple[Any, ...]]:
    return set(
        WishedCommune.objects.filter(dossier__set_aside_at=None).values_list(
            "commune_id", "dossier_id", "dossier__facts__registered_on",
            "dossier__wish_max_rent_eur",
        )
    )  # fmt: skip


def rows() -> set[tuple[Any, ...]]:
    return set(WishRow.objects.values_list("commune_id", "dossier_id", "registered_on", "max_rent"))


def test_the_rows_follow_every_change_of_a_dossier(cast: SimpleNamespace) -> None:
    here, bron = CommuneFactory(), CommuneFactory(insee_code="69029", name="Bron")
    dossier = cast.amina.dossier
    accounts.save_wishes(
        actor=cast.as_amina,
        dossier=dossier,
        expected_version=0,
        changes={"wish_max_rent_eur": 600, "wish_sizes": [2, 3]},
        communes=[here, bron],
    )
    assert rows() == said()
    assert len(rows()) == 2
    accounts.save_wishes(
        actor=cast.as_amina,
        dossier=dossier,
        expected_version=1,
        changes={"wish_max_rent_eur": 700, "wish_sizes": []},
        communes=[bron],
    )
    assert rows() == said()
    assert {row[-1] for row in rows()} == {700}
    Dossier.objects.filter(pk=dossier.pk).update(numero_registered_on=date(2015, 1, 1))
    derive_facts(dossier_ids=[dossier.pk])
    assert rows() == said()
    assert {row[2] for row in rows()} == {date(2015, 1, 1)}
    Dossier.objects.filter(pk=dossier.pk).update(numero_unique="", set_aside_at=f.clock.now())
    assert rows() == said() == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT write_wish_rows(ARRAY(SELECT id FROM accounts_dossier))")
        assert cursor.fetchone() == (0,)


def test_who_shares_a_dossier_is_told_by_its_rights(cast: SimpleNamespace) -> None:
    from tests.listings.test_alerts import published, saved, told

    cora = f.person("Cora")
    saved(cora, eligible_only=True)
    assert told(published(cast.lac)) == []
    derive_facts(dossier_ids=[cast.amina.dossier.pk])
    CoApplicant.objects.create(dossier=cast.amina.dossier, user=cora)
    assert told(published(cast.lac)) == ["Cora"]
    CoApplicant.objects.update(ended_at=f.clock.now())
    assert told(published(cast.lac)) == []
