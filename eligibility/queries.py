"""The figures of the law at a date; what the rules need to know of a dossier."""

from collections import defaultdict
from datetime import date
from typing import cast

from accounts.models import Dossier, HouseholdMember
from accounts.queries import household, incomes
from accounts.rules import reference_income_year

from .models import Ceiling, Parameter, categories_of
from .rules import (
    CeilingTable,
    Custody,
    Employment,
    HouseholdFacts,
    Link,
    Parameters,
    Person,
    Sector,
    household_facts_from_people,
)

EMPLOYER_MINIMUM = "action_logement/effectif_minimum/"
# Beyond this age, ceilings say nothing any more, not even as an indication.
OLDEST_INDICATIVE_YEARS = 5


def parameters_at(on: date) -> Parameters:
    """The ceilings and thresholds that count for a decision on that day, in two statements.

    Where the ceilings of that day are not published yet, or only in part, those of the last
    whole year before it, marked as not in force. A funding and zone without any is absent."""
    by_year: dict[tuple[str, str, int], list[Ceiling]] = defaultdict(list)
    known = Ceiling.objects.filter(
        valid__startswith__lte=on, year__gte=on.year - OLDEST_INDICATIVE_YEARS
    )
    for ceiling in known.order_by("year"):
        by_year[ceiling.funding, ceiling.zone, ceiling.year].append(ceiling)
    tables = {
        (funding, zone): CeilingTable(
            year=year,
            in_force=all(on in ceiling.valid for ceiling in ceilings),
            amounts={ceiling.category: ceiling.amount_eur for ceiling in ceilings},
        )
        # In the order of the years: the latest whole one stays.
        for (funding, zone, year), ceilings in by_year.items()
        if len(ceilings) == len(categories_of(funding))
    }
    return Parameters(on=on, tables=tables, employer_minimum=_employer_minimum(on))


def _employer_minimum(on: date) -> dict[str, int]:
    latest = (
        Parameter.objects.filter(name__startswith=EMPLOYER_MINIMUM, valid_from__lte=on)
        .order_by("name", "-valid_from")
        .distinct("name")
    )
    return {each.name.removeprefix(EMPLOYER_MINIMUM): int(each.value) for each in latest}


def household_facts(dossier: Dossier, on: date) -> HouseholdFacts:
    """What the rules need to know of a dossier, for a decision on that day."""
    year = reference_income_year(on)
    amounts = {
        income.member_id: income.rfr_eur for income in incomes(dossier) if income.year == year
    }
    holder = Person(birth_date=dossier.birth_date, link="holder", disabled=dossier.disabled)
    people = [holder, *(_as_person(member) for member in household(dossier))]
    return household_facts_from_people(
        people,
        on=on,
        # The applicant's own figure may cover the whole home (one tax notice), never the reverse.
        resources_eur=sum(amounts.values()) if None in amounts else None,
        resources_year=year,
        has_numero_unique=bool(dossier.numero_unique),
        employment=_employment(dossier),
    )


def _as_person(member: HouseholdMember) -> Person:
    return Person(
        birth_date=member.birth_date,
        link=cast(Link, member.link),
        dependant=member.dependant,
        custody=cast(Custody, member.custody) if member.custody else None,
        disabled=member.disabled,
        expected=member.expected,
    )


def _employment(dossier: Dossier) -> Employment | None:
    if not dossier.employment_sector:
        return None
    sector = dossier.employment_sector
    known = sector if sector in ("private", "agricultural", "public") else "none"
    return Employment(sector=cast(Sector, known), headcount=dossier.employer_headcount)
