"""One rule, two speeds: what the database answers for real dossiers is what `evaluate` explains."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Dossier, HouseholdMember, RecentIncome, TaxIncome, User
from eligibility import services
from eligibility.models import DossierFacts
from eligibility.queries import (
    entitled,
    entitled_in_sql,
    household_facts,
    verdict_expression,
)
from eligibility.rules import HomeTerms, Parameters, evaluate
from tests import factories as f
from tests.eligibility.figures import parameters_2026

pytestmark = pytest.mark.django_db

ON = date(2026, 6, 15)
DOSSIERS = 6
ZONES = [
    ("PLUS", "paris_limitrophes", "Abis"),
    ("PLUS", "idf_hors_paris", "A"),
    ("PLUS", "autres_regions", "B1"),
    ("PLAI", "paris_limitrophes", "Abis"),
    ("PLAI", "autres_regions", "B1"),
    ("LLS", "drom", "B1"),
    ("LLI", "paris_limitrophes", "Abis"),
    ("LLI", "autres_regions", "C"),
    ("LLI", "drom", "B1"),
    # No ceilings are known for it.
    ("PLS", "drom", "B1"),
]
homes = st.builds(
    lambda zone, limited, employed, ages, accepted, by_commission: HomeTerms(
        *zone, limited, employed, *ages, accepted, by_commission=by_commission
    ),
    st.sampled_from(ZONES),
    st.sampled_from([True, True, True, False]),
    st.sampled_from([False, False, True]),
    st.sampled_from([(None, None), (None, None), (16, 30), (None, 29), (28, None)]),
    st.sampled_from(
        [
            (),
            (),
            ("student",),
            ("student", "apprentice", "trainee"),
            ("employee", "job_seeker"),
            ("seasonal_worker",),
            ("farm_worker",),
            ("apprentice",),
            ("trainee",),
        ]
    ),
    st.sampled_from([True, True, False]),
)
# The second is another year, whose resources nobody has told; the third knows no employers.
LAWS = [
    parameters_2026(ON),
    parameters_2026(date(2027, 6, 15)),
    replace(parameters_2026(ON), employer_minimum={}),
]
births = st.none() | st.dates(date(1940, 1, 1), date(2007, 1, 1))
# The year of a young couple: two people of 27 and 28 on the day of the decision.
young_births = st.none() | st.dates(date(1996, 1, 1), date(2001, 1, 1))


@dataclass
class Story:
    """A dossier to write: the amount N-2 is an income, or a gap to the ceiling of a home."""

    fields: dict[str, Any]
    members: list[dict[str, Any]]
    income: int | None
    gap: int | None
    later: tuple[int | None, int | None]
    someone_is_silent: bool


@st.composite
def members(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if draw(st.booleans()):
        link = draw(st.sampled_from(["spouse", "partner"]))
        found.append({"link": link, "birth_date": draw(young_births | births)})
    for _number in range(draw(st.sampled_from([0, 0, 0, 1, 2, 3, 6, 9]))):
        link = draw(st.sampled_from(["child", "child", "child", "ascendant", "other"]))
        custody = draw(st.sampled_from(["full", "full", "alternating", "visiting"]))
        found.append(
            {
                "link": link,
                "birth_date": draw(st.none() | st.dates(date(2003, 1, 1), ON)),
                "custody": custody if link == "child" else "",
                "dependant": draw(st.booleans()),
                "disabled": draw(st.integers(0, 9)) == 0,
            }
        )
    if draw(st.integers(0, 4)) == 0:
        found.append({"link": "child", "expected": True})
    return found


stories = st.builds(
    Story,
    st.fixed_dictionaries(
        {
            "birth_date": young_births | births,
            "disabled": st.sampled_from([False, False, False, True]),
            "numero_registered_on": st.none() | st.dates(date(2020, 1, 1), ON),
            "employment_sector": st.sampled_from(
                [
                    "",
                    "private",
                    "private",
                    "agricultural",
                    "public",
                    "retired",
                    "unemployed",
                    "self_employed",
                    "other",
                    "student",
                    "student",
                ]
            ),
            "employment_contract": st.sampled_from(
                ["", "", "permanent", "fixed_term", "agency", "seasonal", "apprenticeship"]
            ),
            "employer_headcount": st.none() | st.sampled_from([1, 9, 10, 11, 49, 50, 51]),
        }
    ),
    members(),
    st.none() | st.integers(0, 150_000),
    st.none() | st.sampled_from([-1, 0, 1]),
    st.tuples(st.none() | st.integers(0, 60_000), st.none() | st.integers(0, 60_000)),
    st.integers(0, 9).map(lambda drawn: drawn == 0),
)


@pytest.fixture
def people(db: None, travel: Callable[[datetime], None]) -> list[User]:
    travel(datetime(2026, 6, 15, 12, tzinfo=ZoneInfo("Europe/Paris")))
    return [f.person(f"Amina{number}") for number in range(DOSSIERS)]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(stories, min_size=DOSSIERS, max_size=DOSSIERS), homes)
def test_the_database_and_the_explained_rule_say_the_same(
    people: list[User], told: list[Story], home: HomeTerms
) -> None:
    dossiers = write(people, told, home)
    for law in LAWS:
        answered = Dossier.objects.annotate(status=verdict_expression(terms=home, parameters=law))
        assert dict(answered.values_list("pk", "status")) == {
            each.pk: evaluate(household_facts(each, ON), home, law).status for each in dossiers
        }
        of_right = Dossier.objects.filter(entitled(terms=home, parameters=law))
        yes = {pk for pk, status in answered.values_list("pk", "status") if status == "yes"}
        assert set(of_right.values_list("pk", flat=True)) == yes
        assert found_in_sql(home, law) == yes


def found_in_sql(home: HomeTerms, law: Parameters) -> set[int]:
    written = entitled_in_sql(terms=home, parameters=law)
    if written is None:
        return set()
    condition, values = written
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT dossier_id FROM eligibility_dossierfacts WHERE {condition}", values)
        return {key for (key,) in cursor.fetchall()}


def write(people: list[User], told: list[Story], home: HomeTerms) -> list[Dossier]:
    """The dossiers of these stories, and their facts as the portal derives them."""
    Dossier.objects.all().delete()
    dossiers = Dossier.objects.bulk_create(
        Dossier(
            applicant=user,
            numero_unique=f"0740523{number:06d}TESTS" if number % 3 else "",
            **story.fields,
        )
        for number, (user, story) in enumerate(zip(people, told, strict=True))
    )
    for dossier, story in zip(dossiers, told, strict=True):
        earn(dossier, story, home)
    services.derive_facts(dossier_ids=[each.pk for each in dossiers])
    return dossiers


def earn(dossier: Dossier, story: Story, home: HomeTerms) -> None:
    others = HouseholdMember.objects.bulk_create(
        HouseholdMember(dossier=dossier, first_name="X", **each) for each in story.members
    )
    income = story.income
    if story.gap is not None:
        # Told as nothing first: the explained rule then names the ceiling of this household.
        incomes(dossier, others, 0)
        reasons = evaluate(household_facts(dossier, ON), home, LAWS[0]).reasons
        limit = reasons[0].limit_eur if reasons else None
        income = None if limit is None else limit + story.gap
        TaxIncome.objects.filter(dossier=dossier).delete()
    if income is None:
        return
    incomes(dossier, others[1:] if story.someone_is_silent else others, income)
    last_year, lately = story.later
    if story.gap is None and last_year is not None:
        incomes(dossier, others, last_year, year=2025)
    if story.gap is None and lately is not None:
        RecentIncome.objects.bulk_create(
            RecentIncome(
                dossier=dossier,
                member=who,
                kind="12_months",
                amount_eur=0 if who else lately,
                told_on=ON,
            )
            for who in (None, *others)
        )


def incomes(
    dossier: Dossier, others: list[HouseholdMember], amount: int, *, year: int = 2024
) -> None:
    TaxIncome.objects.bulk_create(
        TaxIncome(dossier=dossier, member=who, year=year, rfr_eur=0 if who else amount)
        for who in (None, *others)
    )


def with_facts(**columns: Any) -> Dossier:
    """A dossier whose facts are these and nothing more: one person, with a number."""
    number = Dossier.objects.count()
    dossier = Dossier.objects.create(applicant=f.person(f"Amina{number}"))
    DossierFacts.objects.create(
        dossier=dossier,
        on=ON,
        stale_on=date(2027, 1, 1),
        **{
            "persons": 1,
            "category": "1",
            "lli_column": "seul",
            "resources_year": 2024,
            "has_numero_unique": True,
        }
        | columns,
    )
    return dossier


LYON = HomeTerms("PLUS", "autres_regions", "A")
RESIDENCE_IN_LYON = HomeTerms("PLUS", "autres_regions", "A", by_commission=False)
YOUNG = HomeTerms("", "autres_regions", income_limited=False, min_age=16, max_age=30)
STUDENTS = HomeTerms(
    "", "autres_regions", income_limited=False, occupations=("student", "apprentice")
)
SEASON = HomeTerms("", "autres_regions", income_limited=False, occupations=("seasonal_worker",))
FARM = HomeTerms("", "autres_regions", income_limited=False, occupations=("farm_worker",))


# Category 6 and two persons beyond in Lyon: 60 156 + 2 × 6 710 = 73 576. A couple: 31 254, a
# young one: 37 584. Alone in an intermediate home in zone B2: 32 530.
@pytest.mark.parametrize(
    ("columns", "home", "status"),
    [
        ({"category": "6", "extra": 2, "resources_eur": 73_575}, LYON, "yes"),
        ({"category": "6", "extra": 2, "resources_eur": 73_576}, LYON, "yes"),
        ({"category": "6", "extra": 2, "resources_eur": 73_577}, LYON, "no"),
        ({"resources_eur": None}, LYON, "unknown"),
        ({"category": None, "resources_eur": 1}, LYON, "unknown"),
        ({"category": "2", "young_category": "3", "resources_eur": 31_254}, LYON, "yes"),
        ({"category": "2", "young_category": "3", "resources_eur": 31_255}, LYON, "unknown"),
        ({"category": "2", "young_category": "3", "resources_eur": 37_584}, LYON, "unknown"),
        ({"category": "2", "young_category": "3", "resources_eur": 37_585}, LYON, "no"),
        ({"resources_eur": 1, "resources_year": 2023}, LYON, "unknown"),
        ({"resources_eur": 1, "resources_year": 2025}, LYON, "unknown"),
        ({"resources_eur": 1, "resources_year": 2025, "resources_basis": "N-1"}, LYON, "yes"),
        ({"resources_eur": 1, "resources_year": None, "resources_basis": "12_months"}, LYON, "yes"),
        ({"resources_eur": 1, "has_numero_unique": False}, LYON, "unknown"),
        ({"resources_eur": 1, "has_numero_unique": False}, RESIDENCE_IN_LYON, "yes"),
        ({"resources_eur": 99_999, "has_numero_unique": False}, RESIDENCE_IN_LYON, "no"),
        # Above the ceiling, a number would change nothing.
        ({"resources_eur": 99_999, "has_numero_unique": False}, LYON, "no"),
        ({"resources_eur": 32_530}, HomeTerms("LLI", "autres_regions", "B2"), "yes"),
        ({"resources_eur": 32_531}, HomeTerms("LLI", "autres_regions", "B2"), "no"),
        (
            {"resources_eur": 32_530, "resources_year": 2025, "resources_basis": "N-1"},
            HomeTerms("LLI", "autres_regions", "B2"),
            "yes",
        ),
        (
            {"resources_eur": 32_530, "resources_year": None, "resources_basis": "12_months"},
            HomeTerms("LLI", "autres_regions", "B2"),
            "unknown",
        ),
        (
            {"resources_eur": 32_531, "resources_year": None, "resources_basis": "12_months"},
            HomeTerms("LLI", "autres_regions", "B2"),
            "no",
        ),
        (
            {"resources_eur": 1, "has_numero_unique": False},
            HomeTerms("LLI", "autres_regions", "B2"),
            "yes",
        ),
        (
            {"resources_eur": 1, "lli_column": None},
            HomeTerms("LLI", "autres_regions", "B2"),
            "unknown",
        ),
        ({"resources_eur": None}, replace(LYON, income_limited=False), "yes"),
        ({"resources_eur": 1}, replace(LYON, employment_required=True), "unknown"),
        (
            {"resources_eur": 1, "employment_sector": "private", "employer_headcount": 10},
            replace(LYON, employment_required=True),
            "yes",
        ),
        (
            {"resources_eur": 1, "employment_sector": "private", "employer_headcount": 9},
            replace(LYON, employment_required=True),
            "no",
        ),
        (
            {"resources_eur": 1, "employment_sector": "private"},
            replace(LYON, employment_required=True),
            "unknown",
        ),
        (
            {"resources_eur": 1, "employment_sector": "public"},
            replace(LYON, employment_required=True),
            "no",
        ),
        # The employer of the other of the two may open access.
        (
            {"resources_eur": 1, "employment_sector": "public", "couple": True},
            replace(LYON, employment_required=True),
            "unknown",
        ),
        (
            {
                "resources_eur": 1,
                "employment_sector": "private",
                "employer_headcount": 9,
                "couple": True,
            },
            replace(LYON, employment_required=True),
            "unknown",
        ),
        # On 15 June 2026: 31 years old today, 30 until tomorrow; 16 today, 15 until tomorrow.
        ({"born_on": date(1995, 6, 15)}, YOUNG, "no"),
        ({"born_on": date(1995, 6, 16)}, YOUNG, "yes"),
        ({"born_on": date(2010, 6, 15)}, YOUNG, "yes"),
        ({"born_on": date(2010, 6, 16)}, YOUNG, "no"),
        ({}, YOUNG, "unknown"),
        # The spouse may be of age: the landlord says whose age counts.
        ({"born_on": date(1966, 1, 1), "couple": True}, YOUNG, "unknown"),
        (
            {"born_on": date(1966, 1, 1), "couple": True, "spouse_born_on": date(2000, 1, 1)},
            YOUNG,
            "unknown",
        ),
        (
            {"born_on": date(1966, 1, 1), "couple": True, "spouse_born_on": date(1970, 1, 1)},
            YOUNG,
            "no",
        ),
        (
            {"born_on": date(2000, 1, 1), "couple": True, "spouse_born_on": date(1966, 1, 1)},
            YOUNG,
            "yes",
        ),
        ({"employment_sector": "student"}, STUDENTS, "yes"),
        # “Étudiant ou apprenti” does not say which.
        ({"employment_sector": "student"}, replace(STUDENTS, occupations=("student",)), "unknown"),
        ({"employment_sector": "retired"}, STUDENTS, "no"),
        ({"employment_sector": "retired", "couple": True}, STUDENTS, "unknown"),
        ({"employment_sector": "none"}, STUDENTS, "unknown"),
        ({}, STUDENTS, "unknown"),
        ({"employment_sector": "agricultural"}, FARM, "yes"),
        ({"employment_sector": "private"}, FARM, "no"),
        ({"employment_sector": "jobseeker"}, FARM, "unknown"),
        ({"employment_sector": "private"}, SEASON, "unknown"),
        ({"employment_sector": "private", "employment_contract": "seasonal"}, SEASON, "yes"),
        ({"employment_sector": "private", "employment_contract": "apprenticeship"}, SEASON, "no"),
        (
            {
                "employment_sector": "private",
                "employment_contract": "apprenticeship",
                "couple": True,
            },
            SEASON,
            "unknown",
        ),
        ({"employment_contract": "seasonal"}, SEASON, "unknown"),
    ],
)
def test_by_hand(columns: dict[str, Any], home: HomeTerms, status: str) -> None:
    dossier = with_facts(**columns)
    answered = Dossier.objects.annotate(
        status=verdict_expression(terms=home, parameters=parameters_2026(ON))
    )
    assert answered.get(pk=dossier.pk).status == status
    of_right = Dossier.objects.filter(entitled(terms=home, parameters=parameters_2026(ON)))
    assert of_right.filter(pk=dossier.pk).exists() == (status == "yes")
    assert found_in_sql(home, parameters_2026(ON)) == ({dossier.pk} if status == "yes" else set())


def test_a_dossier_without_facts_is_unknown_even_where_nothing_is_asked() -> None:
    Dossier.objects.create(applicant=f.person("Amina"))
    nothing_asked = HomeTerms("", "autres_regions", income_limited=False)
    for home in (LYON, nothing_asked):
        answered = Dossier.objects.annotate(
            status=verdict_expression(terms=home, parameters=no_law())
        )
        assert [each.status for each in answered] == ["unknown"]


def no_law() -> Parameters:
    return Parameters(on=ON, tables={}, employer_minimum={})


def test_from_the_household_of_a_dossier_the_path_leads_to_its_facts() -> None:
    HouseholdMember.objects.create(
        dossier=with_facts(resources_eur=23_404), first_name="Karim", link="other"
    )
    HouseholdMember.objects.create(
        dossier=with_facts(resources_eur=23_403), first_name="Lou", link="other"
    )
    answered = HouseholdMember.objects.annotate(
        status=verdict_expression(
            terms=LYON, parameters=parameters_2026(ON), facts="dossier__facts"
        )
    )
    assert sorted((each.first_name, each.status) for each in answered) == [
        ("Karim", "no"),
        ("Lou", "yes"),
    ]
