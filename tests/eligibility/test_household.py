from datetime import date

import pytest

from eligibility.rules import (
    HouseholdFacts,
    Person,
    age_on,
    hlm_category,
    household_facts_from_people,
    lli_category,
)

DECISION = date(2026, 11, 23)
AMINA = Person(date(1990, 5, 4), "holder")
BRUNO = Person(date(1988, 2, 1), "partner")
CHILD = Person(date(2015, 6, 1), "child", dependant=True, custody="full")


def category(*people: Person, on: date = DECISION) -> tuple[int, int]:
    facts = household_facts_from_people(people, on=on)
    return hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=bool(facts.young_couple),
        any_disability=facts.any_disability,
    )


def disabled(person: Person) -> Person:
    return Person(person.birth_date, person.link, person.dependant, person.custody, disabled=True)


# Each line of the annex of the arrêté of 29 July 1987, in its order.
SISTER = Person(date(1960, 1, 1), "other")
OLDER = (Person(date(1970, 1, 1), "holder"), Person(date(1971, 1, 1), "spouse"))


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        # 1: one person alone.
        ((AMINA,), (1, 0)),
        # 2: two persons without dependant, young couples excluded; one disabled person alone.
        (OLDER, (2, 0)),
        ((AMINA, SISTER), (2, 0)),
        ((disabled(AMINA),), (2, 0)),
        # 3: three persons; alone + 1; young couple; two persons of whom one is disabled.
        ((*OLDER, CHILD), (3, 0)),
        ((*OLDER, SISTER), (3, 0)),
        ((AMINA, CHILD), (3, 0)),
        ((Person(date(2000, 1, 1), "holder"), Person(date(1999, 1, 1), "spouse")), (3, 0)),
        ((disabled(OLDER[0]), OLDER[1]), (3, 0)),
        # 4: four persons; alone + 2; three persons of whom one is disabled.
        ((*OLDER, CHILD, CHILD), (4, 0)),
        ((AMINA, CHILD, CHILD), (4, 0)),
        ((*OLDER, disabled(CHILD)), (4, 0)),
        # 5: five persons; alone + 3; four persons of whom one is disabled.
        ((*OLDER, CHILD, CHILD, CHILD), (5, 0)),
        ((AMINA, CHILD, CHILD, CHILD), (5, 0)),
        ((*OLDER, CHILD, disabled(CHILD)), (5, 0)),
        # 6: six persons; alone + 4; five persons of whom one is disabled.
        ((*OLDER, *[CHILD] * 4), (6, 0)),
        ((AMINA, *[CHILD] * 4), (6, 0)),
        ((*OLDER, CHILD, CHILD, disabled(CHILD)), (6, 0)),
        # Beyond: the sixth and an amount per person more.
        ((*OLDER, *[CHILD] * 5), (6, 1)),
        ((*OLDER, *[CHILD] * 7), (6, 3)),
        # Alone with five dependants: six persons, and raised by one as practice does.
        ((AMINA, *[CHILD] * 5), (6, 1)),
        # The text raises no household of six for a disability.
        ((*OLDER, *[CHILD] * 3, disabled(CHILD)), (6, 0)),
    ],
)
def test_each_line_of_the_arrete_has_its_category(people, expected):
    assert category(*people) == expected


@pytest.mark.parametrize(
    "people",
    [
        (disabled(AMINA), CHILD),
        (AMINA, disabled(CHILD)),
        (disabled(AMINA), disabled(CHILD)),
        (disabled(Person(date(2000, 1, 1), "holder")), Person(date(1999, 1, 1), "spouse")),
    ],
)
def test_a_disability_is_not_added_to_another_bonus(people):
    assert category(*people) == (3, 0)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # 27 + 28 = 55 on 23 November 2026.
        (date(1999, 1, 1), date(1998, 1, 1), 3),
        # 28 + 28 = 56.
        (date(1998, 1, 1), date(1998, 1, 1), 2),
        # 56 from the birthday on: 23 November counts, 24 November does not yet.
        (date(1998, 11, 23), date(1998, 1, 1), 2),
        (date(1998, 11, 24), date(1998, 1, 1), 3),
    ],
)
def test_a_young_couple_has_55_years_between_them_at_most(first, second, expected):
    assert category(Person(first, "holder"), Person(second, "spouse")) == (expected, 0)


def test_a_young_couple_with_a_dependant_is_three_persons_and_no_more():
    young = (Person(date(2000, 1, 1), "holder"), Person(date(2000, 1, 1), "partner"))
    facts = household_facts_from_people((*young, CHILD), on=DECISION)
    assert facts.young_couple is False
    assert category(*young, CHILD) == (3, 0)


def test_two_young_friends_are_no_young_couple():
    friends = (Person(date(2000, 1, 1), "holder"), Person(date(2000, 1, 1), "other"))
    assert category(*friends) == (2, 0)


@pytest.mark.parametrize(("known", "young"), [(date(2000, 1, 1), None), (date(1960, 1, 1), False)])
def test_a_missing_birth_date_leaves_the_young_couple_unknown_unless_one_age_decides(known, young):
    people = (Person(known, "holder"), Person(None, "spouse"))
    assert household_facts_from_people(people, on=DECISION).young_couple is young


def test_custody_decides_who_counts_and_how():
    visiting = Person(date(2015, 1, 1), "child", dependant=True, custody="visiting")
    alternating = Person(date(2015, 1, 1), "child", dependant=False, custody="alternating")
    # A child who visits lives in the home (L442-12) and is the dependant of the other parent.
    assert household_facts_from_people((AMINA, visiting), on=DECISION) == HouseholdFacts(
        persons=2, adults=1, dependants=0, born_on=AMINA.birth_date
    )
    # A child in alternating custody is a dependant in both homes.
    assert household_facts_from_people((AMINA, alternating), on=DECISION) == HouseholdFacts(
        persons=2, adults=1, dependants=1, born_on=AMINA.birth_date
    )
    assert category(AMINA, visiting) == (2, 0)
    assert category(AMINA, alternating) == (3, 0)
    # One dependant and one visitor: three persons, and alone + 1 is the same category.
    assert category(AMINA, alternating, visiting) == (3, 0)


def test_a_child_expected_does_not_count_before_its_birth():
    expected = Person(date(2027, 2, 1), "child", dependant=True, custody="full", expected=True)
    assert category(AMINA, expected) == (1, 0)
    assert household_facts_from_people((AMINA, BRUNO, expected), on=DECISION).dependants == 0


def test_a_child_expected_is_housed_like_the_others():
    child = Person(None, "child", expected=True)
    facts = household_facts_from_people((AMINA, child, child), on=DECISION)
    assert (facts.persons, facts.expected, facts.to_house) == (1, 2, 3)


def test_an_ascendant_who_is_a_dependant_counts_like_a_child():
    mother = Person(date(1940, 1, 1), "ascendant", dependant=True)
    assert category(AMINA, mother) == (3, 0)


def test_a_grown_child_who_is_nobodys_dependant_makes_two_persons():
    grown = Person(date(2000, 1, 1), "child", dependant=False, custody="full")
    assert category(AMINA, grown) == (2, 0)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2000, 2, 29), date(2028, 2, 28), 27),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2000, 2, 29), date(2027, 2, 28), 26),
        (date(2000, 2, 29), date(2027, 3, 1), 27),
    ],
)
def test_somebody_born_on_29_february_grows_older_too(birth, on, age):
    assert age_on(birth, on) == age


@pytest.mark.parametrize(
    ("adults", "couple", "dependants", "expected"),
    [
        (1, False, 0, ("seul", 0)),
        (2, True, 0, ("couple", 0)),
        (1, False, 1, ("1_pac", 0)),
        (2, True, 1, ("1_pac", 0)),
        (2, True, 2, ("2_pac", 0)),
        (1, False, 3, ("3_pac", 0)),
        (2, True, 4, ("4_pac", 0)),
        (1, False, 5, ("4_pac", 1)),
        (2, True, 7, ("4_pac", 3)),
        (2, False, 0, None),
        (3, True, 0, None),
        (0, False, 2, None),
    ],
)
def test_intermediate_homes_have_columns_of_their_own(adults, couple, dependants, expected):
    assert lli_category(adults=adults, couple=couple, dependants=dependants) == expected
