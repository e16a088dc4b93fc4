"""Which resources of a household count, from what each person told."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts import queries, services
from accounts.models import HouseholdMember, RecentIncome
from accounts.rules import DeclaredResources, Recent, ResourcesThatCount, household_resources
from accounts.services import ToldIncome
from alin.kit import clock
from applications import staff_words
from eligibility.queries import household_facts
from tests import factories as f

ON = date(2026, 6, 15)
KARIM = SimpleNamespace(
    id=1,
    link="spouse",
    birth_date=date(1988, 5, 4),
    expected=False,
    dependant=False,
    shares_tax_notice=False,
)
LOU = SimpleNamespace(
    id=2,
    link="child",
    birth_date=date(2004, 5, 4),
    expected=False,
    dependant=True,
    shares_tax_notice=False,
)


def counted(
    rfr: dict[tuple[int | None, int], int],
    lately: dict[int | None, int] | None = None,
    *,
    people: tuple[Any, ...] = (KARIM,),
    requester_only: bool = False,
) -> ResourcesThatCount | None:
    told = {who: Recent(amount, ON) for who, amount in (lately or {}).items()}
    declared = DeclaredResources(rfr, told, {}, requester_only)
    return household_resources(people, declared, ON).counted


TWO = {(None, 2024): 20_000, (1, 2024): 10_000}


def test_the_figures_of_everybody_add_up() -> None:
    assert counted(TWO) == (30_000, "N-2", 0)


def test_a_missing_adult_makes_the_total_unknown_never_lower() -> None:
    assert counted({(None, 2024): 20_000}) is None


def test_a_joint_notice_covers_both() -> None:
    together = SimpleNamespace(**{**vars(KARIM), "shares_tax_notice": True})
    assert counted({(None, 2024): 30_000}, people=(together,)) == (30_000, "N-2", 0)


def test_a_partner_never_shares_a_notice() -> None:
    partner = SimpleNamespace(**{**vars(KARIM), "link": "partner", "shares_tax_notice": True})
    assert counted({(None, 2024): 30_000}, people=(partner,)) is None


def test_an_adult_child_on_the_notice_is_not_awaited() -> None:
    assert counted(TWO, people=(KARIM, LOU)) == (30_000, "N-2", 0)


def test_a_minor_is_not_awaited_whatever_the_link_before_coming_of_age() -> None:
    """A nephew of eight tells no income; the day he is eighteen, he is awaited."""
    nephew = SimpleNamespace(
        **{**vars(KARIM), "id": 3, "link": "other", "birth_date": date(2018, 3, 1)}
    )
    assert counted({(None, 2024): 20_000}, people=(nephew,)) == (20_000, "N-2", 0)
    nephew.birth_date = date(2008, 6, 15)
    assert counted({(None, 2024): 20_000}, people=(nephew,)) is None
    nephew.birth_date = date(2008, 6, 16)
    assert counted({(None, 2024): 20_000}, people=(nephew,)) == (20_000, "N-2", 0)
    nephew.birth_date = None
    assert counted({(None, 2024): 20_000}, people=(nephew,)) is None


def test_who_is_married_is_of_age() -> None:
    young = SimpleNamespace(**{**vars(KARIM), "birth_date": date(2009, 1, 1)})
    assert counted({(None, 2024): 20_000}, people=(young,)) is None


@pytest.mark.parametrize(
    ("recent", "expected"),
    [
        # 27 000 is exactly 10 % under 30 000; one euro more does not count.
        ({(None, 2025): 18_000, (1, 2025): 9_000}, (27_000, "N-1", 10)),
        ({(None, 2025): 18_001, (1, 2025): 9_000}, (30_000, "N-2", 0)),
        # The other's is missing: half a total is no drop.
        ({(None, 2025): 18_000}, (30_000, "N-2", 0)),
    ],
)
def test_a_drop_counts_for_the_whole_household(
    recent: dict[tuple[int | None, int], int], expected: tuple[int, str, int]
) -> None:
    assert counted(TWO | recent) == expected


def test_the_last_twelve_months_count_when_each_adult_told_them() -> None:
    assert counted(TWO, {None: 12_000}) == (30_000, "N-2", 0)
    assert counted(TWO, {None: 12_000, 1: 0}) == (12_000, "12_months", 60)


def test_after_a_separation_only_the_applicants_resources_count() -> None:
    assert counted(TWO, requester_only=True) == (20_000, "N-2", 0)
    assert counted({(1, 2024): 10_000}, requester_only=True) is None


# The page


@pytest.fixture
def household(cast: SimpleNamespace, travel: Callable[[datetime], None]) -> SimpleNamespace:
    """Amina and Karim on 15 June 2026; nothing is told of Karim's income."""
    travel(datetime(2026, 6, 15, 14, 32, tzinfo=clock.PARIS))
    f.complete_dossier(cast.amina, rfr=20_000)
    cast.karim = HouseholdMember.objects.create(
        dossier=cast.amina.dossier, first_name="Karim", link="spouse", birth_date=date(1988, 5, 4)
    )
    return cast


@pytest.mark.django_db
def test_the_missing_person_is_said_on_the_page_and_in_the_task_list(
    login: Any, household: SimpleNamespace
) -> None:
    client = login(household.amina)
    page = client.get(reverse("dossier_resources")).context["counted"]
    assert (page.amount, page.why) == (
        "",
        "Nous ne pouvons pas encore le dire : il manque le revenu fiscal de référence 2024 de : "
        "Karim. Un total incomplet serait trop bas et vous tromperait.",
    )
    missing = client.get(reverse("dossier")).context["missing"]
    assert [item["fact"].label for item in missing] == [
        "le revenu fiscal de référence 2024 de Karim"
    ]
    assert household_facts(household.amina.dossier, ON).resources_eur is None


@pytest.mark.django_db
def test_a_drop_is_kept_explained_and_frozen(login: Any, household: SimpleNamespace) -> None:
    client, karim = login(household.amina), household.karim.public_id.hex
    response = client.post(
        reverse("dossier_resources"),
        {
            "version": 0,
            "rfr": "20 000",
            f"rfr_{karim}": "10 000",
            "rfr_n1": "20 000",
            f"rfr_n1_{karim}": "5 000",
            "monthly": "1 500",
            f"monthly_{karim}": "0",
        },
    )
    assert response.status_code == 302
    page = client.get(reverse("dossier_resources")).context["counted"]
    assert (page.amount, page.basis, page.why) == (
        "25\u202f000\u00a0€",
        "Revenus de 2025",
        "Vos revenus de 2025 sont inférieurs de 16 % à ceux de 2024 : à partir de 10 % de baisse, "
        "ce sont les plus récents qui comptent.",
    )
    dossier = household.amina.dossier
    dossier.refresh_from_db()
    told = queries.snapshot(dossier, ON)
    frozen = staff_words.facts_of_snapshot(told, ON)
    assert frozen == household_facts(dossier, ON)
    assert (frozen.resources_eur, frozen.resources_basis, frozen.resources_year) == (
        25_000,
        "N-1",
        2025,
    )
    lines = {line.label: line.value for line in staff_words.claims(told, ON)["resources"]}
    assert lines["Total 2025, comparé au plafond"] == (
        "25\u202f000\u00a0€, soit 16 % de moins qu'en 2024"
    )
    assert lines["Ressources du foyer par mois"] == "1\u202f500\u00a0€"


@pytest.mark.django_db
def test_a_commission_reads_that_a_separation_counts_not_which(
    login: Any, household: SimpleNamespace
) -> None:
    client = login(household.amina)
    client.post(
        reverse("dossier_resources"),
        {"version": 0, "rfr": "20 000", "separation_ground": "complaint"},
    )
    household.amina.dossier.refresh_from_db()
    told = queries.snapshot(household.amina.dossier, ON)
    said = {
        name: [line.value for line in lines["resources"] if line.label == "Séparation"]
        for name, lines in (
            ("landlord", staff_words.claims(told, ON)),
            ("commission", staff_words.claims_for_members(told, ON)),
        )
    }
    rule = "seules les ressources du demandeur comptent (L441-1 du CCH)"
    assert said == {"landlord": [f"Plainte déposée : {rule}"], "commission": [rule]}
    assert staff_words.facts_of_snapshot(told, ON).resources_eur == 20_000


@pytest.mark.django_db
def test_saving_the_same_recent_figures_makes_them_no_fresher(
    household: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    def save(version: int, amount: int) -> list[tuple[int | None, date]]:
        services.save_resources(
            actor=household.as_amina,
            dossier=household.amina.dossier,
            expected_version=version,
            told={None: ToldIncome(rfr_by_year={}, last_12_months=amount)},
        )
        return list(RecentIncome.objects.values_list("amount_eur", "told_on"))

    assert save(0, 9_000) == [(9_000, date(2026, 6, 15))]
    travel(datetime(2026, 7, 1, 9, tzinfo=clock.PARIS))
    assert save(1, 9_000) == [(9_000, date(2026, 6, 15))]
    assert save(2, 8_000) == [(8_000, date(2026, 7, 1))]
