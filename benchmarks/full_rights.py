"""The rights of every dossier in both years, by another way than the list of changes: what checks
it, and what an export of everything would cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection, transaction

from eligibility.models import DossierFacts
from eligibility.queries import verdict_expression
from eligibility.rules import HomeTerms, Parameters

from .rights_world import CHANGES, FACTS, MOST_EXTRA, Tables

IDS_PER_RANGE = 250_000
# The kinds of household that have one ceiling: category, persons beyond.
KINDS = [(str(category), 0) for category in range(1, 7)] + [
    ("6", extra) for extra in range(1, MOST_EXTRA + 1)
]

# One comparison for all rights of a household: the limits of its kind sorted, the step on which
# its resources stand, and the rights of that step as bits.
RIGHTS = f"""
    WITH steps AS MATERIALIZED (
        SELECT category, extra, old_limits::int[], old_rights::int[], new_limits::int[],
            new_rights::int[]
        FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS s (category, extra, old_limits, old_rights, new_limits, new_rights)
    )
    INSERT INTO {{target}} (dossier, before, after)
    SELECT f.dossier_id, s.old_rights[1 + width_bucket(f.resources_eur - 1, s.old_limits)],
        s.new_rights[1 + width_bucket(f.resources_eur - 1, s.new_limits)]
    FROM {FACTS} AS f JOIN steps AS s ON s.category = f.category AND s.extra = f.extra
    WHERE f.resources_eur IS NOT NULL AND f.dossier_id > %s AND f.dossier_id <= %s
"""


def create_targets() -> None:
    """Empty tables, in the world that is being measured."""
    with connection.cursor() as cursor:
        schema = _current_schema(cursor)
        for target in ("rights", "rights_raw"):
            cursor.execute(
                f"CREATE TABLE {schema}.{target} (dossier bigint, before integer, after integer)"
            )
        cursor.execute(f"CREATE TABLE {schema}.ranges_done (first bigint PRIMARY KEY)")


def recompute_in_ranges(size: int, steps: list[list[Any]]) -> None:
    """As a job that may be killed does it: each range with the note that it is done."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rights, ranges_done")
    for first in range(0, size, IDS_PER_RANGE):
        with _once(first) as cursor:
            cursor.execute(RIGHTS.format(target="rights"), [*steps, first, first + IDS_PER_RANGE])


def recompute_raw(size: int, steps: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE rights_raw")
        cursor.execute(RIGHTS.format(target="rights_raw"), [*steps, 0, size])


def steps_of(old: Tables, new: Tables) -> list[list[Any]]:
    rows = []
    for category, extra in KINDS:
        row: list[Any] = [category, extra]
        for tables in (old, new):
            limits = [
                (table.limit(category, extra, "par_personne_sup"), 1 << bit)
                for bit, (_key, table) in enumerate(sorted(tables.items()))
            ]
            steps = sorted({limit for limit, _right in limits})
            # Above the last step nobody has a right.
            rights = [sum(right for limit, right in limits if limit >= step) for step in steps]
            row += [_array(steps), _array([*rights, 0])]
        rows.append(row)
    return [list(column) for column in zip(*rows, strict=True)]


def compare(new: Tables) -> tuple[int, int]:
    """How many rights change by the list, and how many differences there are between the list,
    the full recomputation, and the verdict of the portal for each home."""
    keys = sorted(new)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH expected AS ("
            " SELECT r.dossier, k.funding, k.zone, (r.after & k.bit) <> 0 AS gained"
            " FROM rights AS r, unnest(%s::text[], %s::text[], %s::int[])"
            "  AS k (funding, zone, bit)"
            " WHERE (r.before & k.bit) <> (r.after & k.bit)"
            f"), listed AS (SELECT dossier_id, funding, zone, gained FROM {CHANGES})"
            " SELECT (SELECT count(*) FROM listed),"
            " (SELECT count(*) FROM (TABLE expected EXCEPT TABLE listed) AS missing)"
            " + (SELECT count(*) FROM (TABLE listed EXCEPT TABLE expected) AS extra)",
            [
                [funding for funding, _zone in keys],
                [zone for _funding, zone in keys],
                [1 << bit for bit in range(len(keys))],
            ],
        )
        changes, differences = cursor.fetchone()
        # The resources told in December are judged by the ceilings of January.
        law = Parameters(on=date(2026, 12, 31), tables=new, employer_minimum={})
        for bit, (funding, zone) in enumerate(keys):
            cursor.execute("SELECT count(*) FROM rights WHERE (after & %s) <> 0", [1 << bit])
            (by_steps,) = cursor.fetchone()
            verdict = verdict_expression(terms=HomeTerms(funding, zone), parameters=law, facts="")
            judged = DossierFacts.objects.annotate(verdict=verdict).filter(verdict="yes")
            differences += abs(by_steps - judged.count())
    return changes, differences


def _array(values: list[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _current_schema(cursor: Any) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


@contextmanager
def _once(first: int) -> Iterator[Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ranges_done VALUES (%s) ON CONFLICT DO NOTHING RETURNING first", [first]
        )
        assert cursor.fetchone(), f"{first} est déjà fait"
        yield cursor
