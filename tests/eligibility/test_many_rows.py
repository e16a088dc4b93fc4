"""One rule, two speeds: what the database answers for many rows is what `evaluate` explains."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.queries import eligible_expression, eligible_for_home_expression
from eligibility.rules import (
    HomeTerms,
    HouseholdFacts,
    ceilings_key,
    evaluate,
    hlm_category,
    lli_category,
)
from tests.eligibility.figures import parameters_2026

pytestmark = pytest.mark.django_db

PARAMETERS = parameters_2026()
HOMES = [
    ("PLUS", "paris_limitrophes", "Abis"),
    ("PLUS", "autres_regions", "B1"),
    ("PLAI", "autres_regions", "B1"),
    ("LLS", "drom", "B1"),
    ("LLI", "paris_limitrophes", "Abis"),
    ("LLI", "autres_regions", "C"),
    ("LLI", "drom", "B1"),
    # No ceilings are known for it.
    ("PLS", "drom", "B1"),
]
ANSWERS = {"yes": 1, "no": 0, "unknown": None}

with isolate_apps("eligibility"):

    class FactRow(models.Model):
        """What a dossier and a home come down to, for the database."""

        funding = models.CharField(max_length=4)
        zone = models.CharField(max_length=20)
        category = models.CharField(max_length=20, null=True)
        extra = models.IntegerField(null=True)
        resources = models.IntegerField(null=True)

        class Meta:
            app_label = "eligibility"
            managed = False
            db_table = "fact_rows_of_a_test"

        def __str__(self) -> str:
            return f"{self.funding} {self.zone} {self.category}"


@pytest.fixture
def fact_table(db: None) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(FactRow)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(FactRow)


@st.composite
def facts(draw: st.DrawFn) -> HouseholdFacts:
    couple = draw(st.booleans())
    dependants = draw(st.integers(0, 9))
    others = draw(st.integers(0, 2))
    adults = 1 + couple + others
    alone_together = couple and not dependants and not others
    return HouseholdFacts(
        persons=adults + dependants,
        adults=adults,
        dependants=dependants,
        couple=couple,
        young_couple=alone_together and draw(st.booleans()),
        any_disability=draw(st.booleans()),
        resources_eur=draw(st.none() | st.integers(0, 300_000)),
        resources_year=2024,
        has_numero_unique=True,
    )


def terms(home: tuple[str, str, str]) -> HomeTerms:
    return HomeTerms(home[0], home[1], home[2])


def column(household: HouseholdFacts, funding: str) -> tuple[str | None, int | None]:
    if funding == "LLI":
        found = lli_category(
            adults=household.adults, couple=household.couple, dependants=household.dependants
        )
        return found if found is not None else (None, None)
    rank, extra = hlm_category(
        persons=household.persons,
        adults=household.adults,
        dependants=household.dependants,
        young_couple=bool(household.young_couple),
        any_disability=household.any_disability,
    )
    return str(rank), extra


def explained(household: HouseholdFacts, home: tuple[str, str, str]) -> int | None:
    return ANSWERS[evaluate(household, terms(home), PARAMETERS).status]


def near_its_ceiling(household: HouseholdFacts, home: tuple[str, str, str]) -> list[HouseholdFacts]:
    """The household as it is, and one euro below, at and above its ceiling in this home."""
    limit = evaluate(replace(household, resources_eur=0), terms(home), PARAMETERS).reasons[0]
    if limit.limit_eur is None:
        return [household]
    return [
        household,
        *(replace(household, resources_eur=limit.limit_eur + gap) for gap in (-1, 0, 1)),
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(facts(), st.sampled_from(HOMES)), min_size=1, max_size=12))
def test_the_database_and_the_explained_rule_say_the_same(fact_table, drawn):
    cases = [
        (each, home) for household, home in drawn for each in near_its_ceiling(household, home)
    ]
    FactRow.objects.all().delete()
    FactRow.objects.bulk_create(
        FactRow(
            pk=number,
            funding=home[0],
            zone=key_of(home),
            category=column(household, home[0])[0],
            extra=column(household, home[0])[1],
            resources=household.resources_eur,
        )
        for number, (household, home) in enumerate(cases)
    )
    expected = [explained(household, home) for household, home in cases]
    answered = FactRow.objects.annotate(
        eligible=eligible_for_home_expression(
            tables=PARAMETERS.tables,
            funding="funding",
            zone="zone",
            category="category",
            extra="extra",
            resources="resources",
        )
    )
    assert list(answered.order_by("pk").values_list("eligible", flat=True)) == expected
    for home in {home for _household, home in cases}:
        table = PARAMETERS.tables.get((home[0], key_of(home)))
        if table is None:
            continue
        of_home = FactRow.objects.filter(funding=home[0], zone=key_of(home)).annotate(
            eligible=eligible_expression(
                table=table, category="category", extra="extra", resources="resources"
            )
        )
        assert list(of_home.order_by("pk").values_list("eligible", flat=True)) == [
            verdict
            for verdict, (_household, other) in zip(expected, cases, strict=True)
            if (other[0], key_of(other)) == (home[0], key_of(home))
        ]


def key_of(home: tuple[str, str, str]) -> str:
    return ceilings_key(terms(home))


def test_by_hand_one_euro_below_at_and_above_and_what_is_unknown(fact_table):
    # Category 6 and two persons beyond in Lyon: 60 156 + 2 × 6 710 = 73 576.
    rows = [
        ("6", 2, 73575, 1),
        ("6", 2, 73576, 1),
        ("6", 2, 73577, 0),
        ("6", 2, None, None),
        (None, 0, 1, None),
        ("6", None, 1, None),
        ("seul", 0, 1, None),
    ]
    FactRow.objects.bulk_create(
        FactRow(
            pk=number,
            funding="PLUS",
            zone="autres_regions",
            category=category,
            extra=extra,
            resources=resources,
        )
        for number, (category, extra, resources, _answer) in enumerate(rows)
    )
    annotated = FactRow.objects.annotate(
        eligible=eligible_expression(
            table=PARAMETERS.tables["PLUS", "autres_regions"],
            category="category",
            extra="extra",
            resources="resources",
        )
    ).order_by("pk")
    assert [row.eligible for row in annotated] == [answer for *_facts, answer in rows]
    assert annotated.filter(eligible=1).count() == 2
