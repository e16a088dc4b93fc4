from datetime import date

import pytest
from django.core.management import call_command

from eligibility.models import Ceiling, Parameter
from eligibility.queries import parameters_at
from eligibility.rules import HomeTerms, HouseholdFacts, evaluate
from tests.eligibility.figures import parameters_2026

pytestmark = pytest.mark.django_db

PLUS_IN_LYON = ("PLUS", "autres_regions")


@pytest.fixture(autouse=True)
def loaded():
    call_command("load_ceilings", verbosity=0)


def test_the_figures_loaded_are_those_typed_by_hand():
    loaded = parameters_at(date(2026, 11, 23))
    typed = parameters_2026()
    assert {key: loaded.tables[key] for key in typed.tables} == dict(typed.tables)
    assert loaded.employer_minimum == typed.employer_minimum
    assert loaded.missing_year is None
    assert len(loaded.tables) == 16


@pytest.mark.parametrize(
    ("on", "year", "in_force"),
    [
        (date(2025, 12, 31), 2025, True),
        (date(2026, 1, 1), 2026, True),
        (date(2026, 12, 31), 2026, True),
        (date(2027, 1, 1), 2026, False),
        (date(2028, 2, 29), 2026, False),
        (date(2031, 12, 31), 2026, False),
    ],
)
def test_the_ceilings_are_those_of_the_year_of_the_decision_or_the_last_known(on, year, in_force):
    table = parameters_at(on).tables[PLUS_IN_LYON]
    assert (table.year, table.in_force) == (year, in_force)
    assert parameters_at(on).missing_year == (None if in_force else on.year)


@pytest.mark.parametrize("on", [date(2021, 12, 31), date(2032, 1, 1)])
def test_ceilings_too_far_away_say_nothing(on):
    assert parameters_at(on).tables == {}


def test_a_year_known_in_part_leaves_the_year_before_as_indicative():
    Ceiling.objects.filter(year=2026, funding="PLUS", zone="autres_regions", category="6").delete()
    parameters = parameters_at(date(2026, 11, 23))
    table = parameters.tables[PLUS_IN_LYON]
    assert (table.year, table.in_force) == (2025, False)
    assert parameters.tables["PLUS", "paris_limitrophes"].in_force is True


def test_in_january_the_verdict_is_indicative():
    facts = HouseholdFacts(
        persons=1,
        adults=1,
        dependants=0,
        resources_eur=23403,
        resources_year=2025,
        has_numero_unique=True,
    )
    terms = HomeTerms("PLUS", "autres_regions", "A")
    verdict = evaluate(facts, terms, parameters_at(date(2027, 1, 2)))
    assert (verdict.status, verdict.indicative) == ("yes", True)


def test_a_threshold_changes_on_its_day():
    Parameter.objects.create(
        name="action_logement/effectif_minimum/private",
        valid_from=date(2027, 1, 1),
        value=50,
        source="essai",
    )
    assert parameters_at(date(2026, 12, 31)).employer_minimum["private"] == 10
    assert parameters_at(date(2027, 1, 1)).employer_minimum["private"] == 50


def test_two_statements_whatever_is_loaded(django_assert_num_queries):
    with django_assert_num_queries(2):
        parameters_at(date(2026, 11, 23))
