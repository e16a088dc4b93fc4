"""From what a dossier tells to the facts that rules compare: the only place that reads it so."""

from datetime import date
from typing import Any, cast

from accounts.rules import ToldHousehold, household_resources

from .conditions import CONTRACTED, OF_CONTRACT
from .household import (
    Contract,
    Custody,
    Employment,
    HouseholdFacts,
    Link,
    Person,
    Sector,
    household_facts_from_people,
)


def facts_of_told(told: ToldHousehold, on: date) -> HouseholdFacts:
    """What the rules need to know of a household, for a decision on that day."""
    resources = household_resources(told.members, told.resources, on)
    holder = Person(birth_date=told.birth_date, link="holder", disabled=told.disabled)
    return household_facts_from_people(
        [holder, *(_person(member) for member in told.members)],
        on=on,
        resources_eur=resources.counted.amount if resources.counted else None,
        resources_year=resources.counted_year if resources.counted else resources.year,
        resources_basis=resources.counted.basis if resources.counted else "N-2",
        has_numero_unique=told.has_numero_unique,
        employment=_employment(told),
    )


def _person(member: Any) -> Person:
    return Person(
        birth_date=member.birth_date,
        link=cast(Link, member.link),
        dependant=member.dependant,
        custody=cast(Custody, member.custody) if member.custody else None,
        disabled=member.disabled,
        expected=member.expected,
    )


def _employment(told: ToldHousehold) -> Employment | None:
    if not told.employment_sector:
        return None
    sector = sector_of(told.employment_sector)
    # A contract chosen beside a situation that has none is not believed.
    contract = told.employment_contract if sector in CONTRACTED else None
    return Employment(
        sector,
        told.employer_headcount,
        cast(Contract, contract) if contract in OF_CONTRACT else None,
    )


def sector_of(situation: str) -> Sector:
    """A situation of the dossier (`Dossier.employment_sector`) as rules distinguish it."""
    if situation == "unemployed":
        return "jobseeker"
    known = ("private", "agricultural", "public", "self_employed", "student", "retired")
    return cast(Sector, situation) if situation in known else "none"
