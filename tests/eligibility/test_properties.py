"""What must hold for every household, stated without the code's own words."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eligibility.rules import (
    HomeTerms,
    HouseholdFacts,
    Person,
    evaluate,
    hlm_category,
    household_facts_from_people,
    resources_that_count,
)
from tests.eligibility.figures import parameters_2026

ON = date(2026, 11, 23)
PLUS = HomeTerms("PLUS", "paris_limitrophes", "Abis")
NEWCOMER = Person(date(2020, 1, 1), "child", dependant=True, custody="full")

children = st.builds(
    Person,
    birth_date=st.dates(date(2009, 1, 1), ON),
    link=st.just("child"),
    dependant=st.booleans(),
    custody=st.sampled_from(["full", "alternating", "visiting"]),
    disabled=st.booleans(),
)
grown_ups = st.dates(date(1940, 1, 1), date(2008, 1, 1))
others = st.builds(
    Person,
    birth_date=grown_ups,
    link=st.sampled_from(["ascendant", "other"]),
    dependant=st.booleans(),
    disabled=st.booleans(),
)
holders = st.builds(Person, birth_date=grown_ups, link=st.just("holder"), disabled=st.booleans())
spouses = st.builds(Person, birth_date=grown_ups, link=st.sampled_from(["spouse", "partner"]))
households = st.tuples(
    holders, st.lists(spouses, max_size=1), st.lists(st.one_of(children, others), max_size=8)
).map(lambda parts: [parts[0], *parts[1], *parts[2]])


def rank(people: list[Person]) -> int:
    """1 to 6, and on by one for each person beyond."""
    facts = household_facts_from_people(people, on=ON)
    category, extra = hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=bool(facts.young_couple),
        any_disability=facts.any_disability,
    )
    return category + extra


@given(households)
def test_a_child_more_never_lowers_the_category(people):
    assert rank([*people, NEWCOMER]) >= rank(people)


@given(households)
def test_a_category_is_the_number_of_persons_or_one_more_at_most(people):
    assert len(people) <= rank(people) <= len(people) + 1


@given(households, st.randoms())
def test_the_order_in_which_people_are_named_changes_nothing(people, random):
    shuffled = list(people)
    random.shuffle(shuffled)
    assert rank(shuffled) == rank(people)


@given(households, st.integers(0, 300_000), st.integers(0, 50_000))
def test_earning_less_never_closes_a_door(people, resources, less):
    facts = household_facts_from_people(
        people, on=ON, resources_eur=resources, resources_year=2024, has_numero_unique=True
    )
    poorer = replace(facts, resources_eur=max(0, resources - less))
    if evaluate(facts, PLUS, parameters_2026()).status == "yes":
        assert evaluate(poorer, PLUS, parameters_2026()).status == "yes"


@given(st.integers(0, 300_000), st.integers(1, 6))
def test_the_ratio_reads_100_or_less_exactly_when_the_answer_is_yes(resources, persons):
    facts = HouseholdFacts(
        persons=persons,
        adults=2,
        dependants=max(0, persons - 2),
        resources_eur=resources,
        resources_year=2024,
        has_numero_unique=True,
    )
    verdict = evaluate(facts, PLUS, parameters_2026())
    assert (verdict.status == "yes") == (verdict.reasons[0].ratio_pct <= 100)


amounts = st.integers(0, 200_000)


@given(amounts, st.none() | amounts, st.none() | amounts)
def test_resources_that_count_are_n2_or_a_tenth_lower_and_then_the_lowest(n2, n1, months):
    worthy = [each for each in (n1, months) if each is not None and each / 9 <= n2 / 10]
    assert resources_that_count(n2, n1, months).amount == min([n2, *worthy])
