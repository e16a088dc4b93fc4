"""The figures of the law at a date."""

import json
from collections import defaultdict
from datetime import date

from django.db import connection
from django.db.models import Q

from ..models import Ceiling, Parameter, categories_of
from ..rules import AidScale, CeilingTable, Parameters
from .aid_scale import AID_NAMES, scale_of

EMPLOYER_MINIMUM = "action_logement/effectif_minimum/"
_EMPLOYERS = Q(name__startswith=EMPLOYER_MINIMUM)
# Beyond this age, ceilings say nothing any more, not even as an indication.
OLDEST_INDICATIVE_YEARS = 5


# Every page asks for them: one row for each table, and nothing for the ORM to write. In the order
# of the years, so that the latest whole one stays.
_TABLES = """
    SELECT funding, zone, year, bool_and(valid @> %(on)s), count(*),
           json_object_agg(category, amount_eur ORDER BY category)::text
    FROM eligibility_ceiling
    WHERE lower(valid) <= %(on)s AND year >= %(oldest)s
      AND (funding = %(funding)s OR %(funding)s = '') AND (zone = %(zone)s OR %(zone)s = '')
    GROUP BY funding, zone, year ORDER BY year
"""


def parameters_at(
    on: date, *, employers: bool = True, funding: str = "", zone: str = ""
) -> Parameters:
    """The ceilings and thresholds that count for a decision on that day, in two statements; in
    one without `employers`, for homes that ask nothing of an employer. `funding`, `zone` (see
    `ceilings_key`): of that one alone.

    Where the ceilings of that day are not published yet, or only in part, those of the last
    whole year before it, marked as not in force. A funding and zone without any is absent."""
    return Parameters(
        on=on,
        tables=_latest_whole_tables(on, funding, zone),
        employer_minimum=_employer_minimum(_latest_parameters(on, _EMPLOYERS)) if employers else {},
    )


def figures_at(on: date, *, employers: bool) -> tuple[Parameters, AidScale | None]:
    """`parameters_at` and `aid_parameters_at`, for a page that needs both. Two statements."""
    latest = _latest_parameters(on, AID_NAMES | _EMPLOYERS if employers else AID_NAMES)
    minimum = [each for each in latest if each.name.startswith(EMPLOYER_MINIMUM)]
    parameters = Parameters(
        on=on, tables=_latest_whole_tables(on), employer_minimum=_employer_minimum(minimum)
    )
    return parameters, scale_of(on, [each for each in latest if each not in minimum])


def _latest_whole_tables(
    on: date, funding: str = "", zone: str = ""
) -> dict[tuple[str, str], CeilingTable]:
    oldest = on.year - OLDEST_INDICATIVE_YEARS
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, {"on": on, "oldest": oldest, "funding": funding, "zone": zone})
        known = cursor.fetchall()
    return {
        (of, zone): CeilingTable(year=year, in_force=in_force, amounts=json.loads(amounts))
        for of, zone, year, in_force, categories, amounts in known
        if categories == len(categories_of(of))
    }


def ceilings_of_year(year: int) -> dict[tuple[str, str], CeilingTable]:
    """The ceilings published for a year, by funding and zone; a table that is not whole is
    absent. Never those of another year."""
    amounts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for ceiling in Ceiling.objects.filter(year=year):
        amounts[ceiling.funding, ceiling.zone][ceiling.category] = ceiling.amount_eur
    return {
        (funding, zone): CeilingTable(year=year, in_force=True, amounts=by_category)
        for (funding, zone), by_category in amounts.items()
        if len(by_category) == len(categories_of(funding))
    }


def _employer_minimum(latest: list[Parameter]) -> dict[str, int]:
    return {each.name.removeprefix(EMPLOYER_MINIMUM): int(each.value) for each in latest}


def _latest_parameters(on: date, wanted: Q) -> list[Parameter]:
    return list(
        Parameter.objects.filter(wanted, valid_from__lte=on)
        .order_by("name", "-valid_from")
        .distinct("name")
    )


def aid_parameters_at(on: date) -> AidScale | None:
    """The figures of housing aid (APL, metropolitan France) on a day; None when one of them is
    not known for that day. One statement."""
    return scale_of(on, _latest_parameters(on, AID_NAMES))
