"""A household in columns, and until when: what the database compares for millions at once."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date
from typing import Any

from .household import HouseholdFacts, hlm_category, lli_category


def columns_of(facts: HouseholdFacts) -> dict[str, Any]:
    """The columns of `DossierFacts` that the verdict of a household depends on."""
    told = facts.resources_eur is not None
    columns: dict[str, Any] = {
        "persons": facts.persons,
        "category": None,
        "extra": 0,
        "young_category": None,
        "lli_column": None,
        "lli_extra": 0,
        "resources_eur": facts.resources_eur,
        "resources_year": facts.resources_year if told else None,
        "resources_basis": facts.resources_basis if told else "N-2",
        "has_numero_unique": facts.has_numero_unique,
        "employment_sector": facts.employment.sector if facts.employment else None,
        "employer_headcount": facts.employment.headcount if facts.employment else None,
        "employment_contract": facts.employment.contract if facts.employment else None,
        "born_on": facts.born_on,
        "couple": facts.couple,
        "spouse_born_on": facts.spouse_born_on,
    }
    if facts.persons == 0:
        return columns
    category, columns["extra"] = _category(facts, young=bool(facts.young_couple))
    columns["category"] = str(category)
    if facts.young_couple is None:
        # A young couple is two persons, so nobody is beyond its category.
        columns["young_category"] = str(_category(facts, young=True)[0])
    column = lli_category(adults=facts.adults, couple=facts.couple, dependants=facts.dependants)
    if column is not None:
        columns["lli_column"], columns["lli_extra"] = column
    return columns


def _category(facts: HouseholdFacts, *, young: bool) -> tuple[int, int]:
    return hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=young,
        any_disability=facts.any_disability,
    )


def first_change(on: date, *, birth_dates: Iterable[date | None], days: Iterable[date]) -> date:
    """The first day after `on` on which facts may differ: the next year, whose resources are
    others; the next birthday of one of `birth_dates`; one of `days`."""
    awaited = [date(on.year + 1, 1, 1), *days]
    awaited += [_next_birthday(born, on) for born in birth_dates if born is not None]
    return min(day for day in awaited if day > on)


def _next_birthday(born: date, on: date) -> date:
    this_year = _birthday(born, on.year)
    return this_year if this_year > on else _birthday(born, on.year + 1)


def _birthday(born: date, year: int) -> date:
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)
