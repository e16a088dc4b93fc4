"""The figures of the law at a date."""

from collections import defaultdict
from datetime import date

from .models import Ceiling, Parameter, categories_of
from .rules import CeilingTable, Parameters

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
