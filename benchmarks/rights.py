"""Targets 1 to 3: the ceilings of a new year, the rights they change, the rights of everybody.

Facts of dossiers are generated (household category, persons beyond, resources); the ceilings are
those of 2026 and, for 2027, the same raised by 1 %. A right is a funding in a zone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction

from alin.kit.bulk import load_rows
from eligibility.management.commands.load_ceilings import CEILING_COLUMNS, ceiling_row
from eligibility.models import Ceiling, Funding
from eligibility.queries import ceilings_of_year, eligible_expression
from eligibility.rules import CeilingTable

from .measure import ROUNDS, medians

OLD_YEAR, NEW_YEAR = 2026, 2027
RAISE_PERCENT = 101
MOST_EXTRA = 3
IDS_PER_RANGE = 250_000
# Below, a statement takes no longer than the transaction around it.
MEASURABLE = 100_000

Tables = Mapping[tuple[str, str], CeilingTable]
# The kinds of household that have one ceiling: category, persons beyond.
KINDS = [(str(category), 0) for category in range(1, 7)] + [
    ("6", extra) for extra in range(1, MOST_EXTRA + 1)
]


class Facts(models.Model):
    """What a dossier comes down to for its ceilings."""

    category = models.TextField()
    extra = models.SmallIntegerField()
    resources = models.IntegerField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"


def facts_of(size: int) -> type[models.Model]:
    """The model over the table of that many dossiers."""
    meta = type(
        "Meta", (), {"app_label": "eligibility", "managed": False, "db_table": _table(size)}
    )
    return type(f"Facts{size}", (Facts,), {"__module__": __name__, "Meta": meta})


def _table(size: int) -> str:
    return f"bench_facts_{size}"


@dataclass(frozen=True)
class Finding:
    """One line of the printed table."""

    what: str
    ours_seconds: float
    reference_seconds: float
    at_most: float | None

    @property
    def ratio(self) -> float:
        return self.ours_seconds / self.reference_seconds

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return "–"
        return f"≤ {self.at_most} {'tenu' if self.holds else 'MANQUÉ'}"


def measure(sizes: list[int]) -> Iterator[Finding | str]:
    """The findings of each target, and what was checked, as they come. AssertionError when two
    ways of computing the same rights differ."""
    call_command("load_ceilings", stdout=StringIO())
    old = _social(ceilings_of_year(OLD_YEAR))
    with transaction.atomic():
        _load_new_year()
        new = _social(ceilings_of_year(NEW_YEAR))
        transaction.set_rollback(True)
    models_by_size = {size: facts_of(size) for size in sizes}
    for size in sizes:
        _generate(size)
    yield _new_year(models_by_size[max(sizes)], models_by_size[min(sizes)], sizes)
    for size, facts in models_by_size.items():
        yield from _list_of_changes(size, old, new)
        yield from _full_recomputation(size, old, new)
        yield _compare(size, facts, new)


# --- the world ----------------------------------------------------------------------------


def _generate(size: int) -> None:
    """`size` dossiers, always the same ones; nine in ten households have at most four persons,
    one in twenty has not told its resources."""
    table = _table(size)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {table} (id bigint NOT NULL, category text NOT NULL,"
            " extra smallint NOT NULL, resources integer)"
        )
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"INSERT INTO {table} SELECT id, category,"
            " CASE WHEN category = '6' THEN floor(random() * %s)::int ELSE 0 END,"
            " CASE WHEN random() >= 0.05"
            "  THEN ((random() + random() + random()) * 20000 * least(3, category::int))::int END"
            " FROM (SELECT id, (1 + floor(5.999 * power(random(), 1.7)))::int::text AS category"
            "  FROM generate_series(1, %s) AS id) AS drawn",
            [MOST_EXTRA + 1, size],
        )
        cursor.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (id)")
        cursor.execute(f"CREATE INDEX ON {table} (category, extra, resources) INCLUDE (id)")
        cursor.execute(f"VACUUM ANALYZE {table}")


def _social(tables: Tables) -> Tables:
    return {key: table for key, table in tables.items() if key[0] != Funding.LLI}


def _load_new_year() -> None:
    lines = [
        ceiling_row(
            {
                "year": str(NEW_YEAR),
                "funding": each.funding,
                "zone": each.zone,
                "category": each.category,
                "amount_eur": str((each.amount_eur * RAISE_PERCENT + 50) // 100),
                "status": each.status,
                "source": "bench",
            }
        )
        for each in Ceiling.objects.filter(year=OLD_YEAR)
    ]
    load_rows(
        Ceiling,
        columns=CEILING_COLUMNS,
        key=["funding", "zone", "category", "year"],
        rows=lines,
    )


# --- target 1 -----------------------------------------------------------------------------


def _new_year(
    largest: type[models.Model], smallest: type[models.Model], sizes: list[int]
) -> Finding:
    found = medians(
        {
            "largest": lambda: _publish_and_judge_one(largest),
            "smallest": lambda: _publish_and_judge_one(smallest),
        },
        rounds=3 * ROUNDS,
    )
    return Finding(
        f"1. nouveaux plafonds en vigueur : {_n(max(sizes))} dossiers / {_n(min(sizes))}",
        found["largest"],
        found["smallest"],
        1.5,
    )


def _publish_and_judge_one(facts: type[models.Model]) -> None:
    """A year is loaded and the next reader is judged by it; undone, to be done again."""
    with transaction.atomic():
        _load_new_year()
        table = ceilings_of_year(NEW_YEAR)["PLUS", "autres_regions"]
        facts._default_manager.annotate(eligible=_eligible(table)).get(pk=1)
        transaction.set_rollback(True)


def _eligible(table: CeilingTable) -> models.Case:
    return eligible_expression(
        table=table, category="category", extra="extra", resources="resources"
    )


# --- target 2 -----------------------------------------------------------------------------

# The ranges are few and the facts many: materialised and LATERAL, each range is one walk of the
# index; left to itself the planner reads all facts for each range. OFFSET 0 keeps it LATERAL.
CHANGES = """
    WITH ranges AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[],
            %s::bool[]) AS r (funding, zone, category, extra, above, until, gained)
    )
    INSERT INTO {target} (dossier, funding, zone, gained)
    SELECT f.id, r.funding, r.zone, r.gained
    FROM ranges AS r CROSS JOIN LATERAL (
        SELECT id FROM {facts} AS f
        WHERE f.category = r.category AND f.extra = r.extra
        AND f.resources > r.above AND f.resources <= r.until
        OFFSET 0
    ) AS f
    ON CONFLICT DO NOTHING
"""


def _list_of_changes(size: int, old: Tables, new: Tables) -> Iterator[Finding]:
    """The rights that change between two years, kind of household by kind of household, as a
    worker that may be killed writes them; against one statement."""
    for target in ("bench_changes", "bench_changes_raw"):
        _create(
            f"CREATE TABLE {target} (dossier bigint, funding text, zone text, gained boolean,"
            " PRIMARY KEY (dossier, funding, zone))"
        )

    def in_ranges() -> None:
        with _fresh("bench_changes"):
            for kind in KINDS:
                with _once(f"changes {kind}") as cursor:
                    cursor.execute(
                        CHANGES.format(target="bench_changes", facts=_table(size)),
                        _ranges(old, new, [kind]),
                    )

    def raw() -> None:
        with _fresh("bench_changes_raw"), connection.cursor() as cursor:
            cursor.execute(
                CHANGES.format(target="bench_changes_raw", facts=_table(size)),
                _ranges(old, new, KINDS),
            )

    found = medians({"ranges": in_ranges, "raw": raw})
    yield Finding(
        f"2. droits qui changent, {_n(size)} dossiers : par lots / une requête",
        found["ranges"],
        found["raw"],
        2 if size >= MEASURABLE else None,
    )


def _ranges(old: Tables, new: Tables, kinds: list[tuple[str, int]]) -> list[list[Any]]:
    """The incomes whose right changes, as columns: above one limit, until the other."""
    rows = []
    for (funding, zone), table in new.items():
        for category, extra in kinds:
            before = old[funding, zone].limit(category, extra, "par_personne_sup")
            after = table.limit(category, extra, "par_personne_sup")
            low, high = sorted((before, after))
            rows.append((funding, zone, category, extra, low, high, after > before))
    return [list(column) for column in zip(*rows, strict=True)]


# --- target 3 -----------------------------------------------------------------------------

# One comparison for all rights of a household: the limits of its kind sorted, the step on which
# its resources stand, and the rights of that step as bits.
RIGHTS = """
    WITH steps AS MATERIALIZED (
        SELECT category, extra, old_limits::int[], old_rights::int[], new_limits::int[],
            new_rights::int[]
        FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
            AS s (category, extra, old_limits, old_rights, new_limits, new_rights)
    )
    INSERT INTO {target} (dossier, before, after)
    SELECT f.id, s.old_rights[1 + width_bucket(f.resources - 1, s.old_limits)],
        s.new_rights[1 + width_bucket(f.resources - 1, s.new_limits)]
    FROM {facts} AS f JOIN steps AS s ON s.category = f.category AND s.extra = f.extra
    WHERE f.resources IS NOT NULL AND f.id > %s AND f.id <= %s
"""


def _full_recomputation(size: int, old: Tables, new: Tables) -> Iterator[Finding]:
    """The rights of every dossier in both years, in ranges of keys; against one statement."""
    for target in ("bench_rights", "bench_rights_raw"):
        _create(f"CREATE TABLE {target} (dossier bigint, before integer, after integer)")
    steps = _steps(old, new)

    def in_ranges() -> None:
        with _fresh("bench_rights"):
            for first in range(0, size, IDS_PER_RANGE):
                with _once(f"rights {first}") as cursor:
                    cursor.execute(
                        RIGHTS.format(target="bench_rights", facts=_table(size)),
                        [*steps, first, first + IDS_PER_RANGE],
                    )

    def raw() -> None:
        with _fresh("bench_rights_raw"), connection.cursor() as cursor:
            cursor.execute(
                RIGHTS.format(target="bench_rights_raw", facts=_table(size)), [*steps, 0, size]
            )

    found = medians({"ranges": in_ranges, "raw": raw})
    yield Finding(
        f"3. tous les droits, {_n(size)} dossiers : par lots / une requête",
        found["ranges"],
        found["raw"],
        1.5 if size >= MEASURABLE else None,
    )


def _steps(old: Tables, new: Tables) -> list[list[Any]]:
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


def _array(values: list[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


# --- the two against each other, and against the annotation --------------------------------


def _compare(size: int, facts: type[models.Model], new: Tables) -> str:
    """AssertionError unless the list of changes, the full recomputation and the annotation of
    the portal say the same."""
    keys = sorted(new)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH expected AS ("
            " SELECT r.dossier, k.funding, k.zone, (r.after & k.bit) <> 0 AS gained"
            " FROM bench_rights AS r, unnest(%s::text[], %s::text[], %s::int[])"
            "  AS k (funding, zone, bit)"
            " WHERE (r.before & k.bit) <> (r.after & k.bit))"
            " SELECT (SELECT count(*) FROM bench_changes),"
            " (SELECT count(*) FROM (TABLE expected EXCEPT TABLE bench_changes) AS missing)"
            " + (SELECT count(*) FROM (TABLE bench_changes EXCEPT TABLE expected) AS extra)",
            [
                [funding for funding, _zone in keys],
                [zone for _funding, zone in keys],
                [1 << bit for bit in range(len(keys))],
            ],
        )
        changes, differences = cursor.fetchone()
        for bit, key in enumerate(keys):
            cursor.execute("SELECT count(*) FROM bench_rights WHERE (after & %s) <> 0", [1 << bit])
            (by_steps,) = cursor.fetchone()
            annotated = facts._default_manager.annotate(eligible=_eligible(new[key])).filter(
                eligible=1
            )
            differences += abs(by_steps - annotated.count())
    assert differences == 0, f"{differences} différences sur {size} dossiers"
    return (
        f"   {_n(size)} dossiers : {_n(changes)} droits changent, 0 différence entre la liste,"
        " le recalcul complet et l'annotation"
    )


# --- small things -------------------------------------------------------------------------


def _create(statement: str) -> None:
    name = statement.split()[2]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(statement)
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bench_progress"
            " (range text PRIMARY KEY, done_at timestamptz)"
        )


@contextmanager
def _fresh(target: str) -> Iterator[None]:
    """Emptied before: both contenders write into an empty table."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {target}, bench_progress")
    yield


@contextmanager
def _once(key: str) -> Iterator[Any]:
    """One range of a job that can be taken up again: its rows and the note that it is done are
    one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_progress VALUES (%s, clock_timestamp())"
            " ON CONFLICT DO NOTHING RETURNING range",
            [key],
        )
        assert cursor.fetchone(), f"{key} est déjà fait"
        yield cursor


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
