"""Which rights change between two sets of ceilings, found by ranges of an index, not row by row.

A right is a funding in a zone, and it is there when the resources told are at most the ceiling:
what changes is what stands between the old ceiling and the new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from ..models import CeilingPublication, DossierFacts, Funding, RightChange, categories_of
from ..rules import CeilingTable
from .figures import parameters_at

Tables = Mapping[tuple[str, str], CeilingTable]

# The ranges are few and the facts many: materialised and LATERAL, each range is one walk of the
# index; left to itself the planner reads all facts for each range. OFFSET 0 keeps it LATERAL.
CHANGED = """
    WITH ranges AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::bool[], %s::text[], %s::int[], %s::int[],
            %s::int[], %s::bool[])
            AS r (funding, zone, intermediate, category, extra, above, until, gained)
    ), changed AS (
        SELECT f.dossier_id, r.funding, r.zone, r.gained
        FROM ranges AS r CROSS JOIN LATERAL (
            SELECT dossier_id FROM {facts} AS f
            WHERE f.category = r.category AND f.extra = r.extra
            AND f.resources_eur > r.above AND f.resources_eur <= r.until
            OFFSET 0
        ) AS f WHERE NOT r.intermediate
        UNION ALL
        SELECT f.dossier_id, r.funding, r.zone, r.gained
        FROM ranges AS r CROSS JOIN LATERAL (
            SELECT dossier_id FROM {facts} AS f
            WHERE f.lli_column = r.category AND f.lli_extra = r.extra
            AND f.resources_eur > r.above AND f.resources_eur <= r.until
            OFFSET 0
        ) AS f WHERE r.intermediate
    )
"""


@dataclass(frozen=True)
class Kind:
    """The households that have one ceiling in each table: a category or a column of intermediate
    homes, and how many persons beyond it."""

    intermediate: bool
    category: str
    extra: int

    @property
    def key(self) -> str:
        return f"{'lli' if self.intermediate else 'hlm'}:{self.category}:{self.extra}"

    @classmethod
    def of_key(cls, key: str) -> "Kind":
        scale, category, extra = key.split(":")
        return cls(scale == "lli", category, int(extra))


@dataclass(frozen=True)
class CountedChange:
    """How many dossiers gain and lose one right."""

    gained: int = 0
    lost: int = 0


def kinds_of_household() -> list[Kind]:
    """All the kinds that dossiers are of today. Two statements."""
    facts = DossierFacts.objects.order_by()
    most = facts.filter(category="6").aggregate(most=Max("extra"))["most"] or 0
    most_lli = facts.filter(lli_column="4_pac").aggregate(most=Max("lli_extra"))["most"] or 0
    return [*_kinds(Funding.PLUS, most), *_kinds(Funding.LLI, most_lli)]


def _kinds(funding: str, most_extra: int) -> list[Kind]:
    *categories, _per_extra = categories_of(funding)
    intermediate = funding == Funding.LLI
    found = [Kind(intermediate, category, 0) for category in categories]
    return found + [Kind(intermediate, categories[-1], n + 1) for n in range(most_extra)]


def tables_before(publication: CeilingPublication) -> Tables:
    """The ceilings that count on the eve of a publication, or are the last known."""
    eve = publication.valid_from - timedelta(days=1)
    return parameters_at(eve, employers=False).tables


def tables_of(publication: CeilingPublication) -> Tables:
    amounts: dict[tuple[str, str], dict[str, int]] = {}
    for line in publication.lines.all():
        amounts.setdefault((line.funding, line.zone), {})[line.category] = line.amount_eur
    return {
        key: CeilingTable(year=publication.year, in_force=True, amounts=by_category)
        for key, by_category in amounts.items()
    }


def ranges(old: Tables, new: Tables, kinds: Iterable[Kind]) -> list[list[Any]]:
    """The incomes whose right changes, as columns: above one limit, until the other. Without a
    ceiling before nothing can be compared, and nothing is said to change."""
    rows: list[tuple[Any, ...]] = []
    for (funding, zone), table in new.items():
        before = old.get((funding, zone))
        *_rest, per_extra = categories_of(funding)
        for kind in kinds:
            if before is None or kind.intermediate != (funding == Funding.LLI):
                continue
            limits = [each.limit(kind.category, kind.extra, per_extra) for each in (before, table)]
            if limits[0] != limits[1]:
                gained = limits[1] > limits[0]
                above, until = sorted(limits)
                named = (funding, zone, kind.intermediate, kind.category, kind.extra)
                rows.append((*named, above, until, gained))
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 8


def changed(facts: str = "") -> str:
    """The SQL whose last part is `changed (dossier_id, funding, zone, gained)`, for the columns
    of `ranges` as parameters. `facts`: the table of facts, that of the portal unless said."""
    return CHANGED.format(facts=facts or DossierFacts._meta.db_table)


def insert_changes(facts: str = "", target: str = "") -> str:
    """The SQL that adds to the list of changes, for the columns of `ranges` and a publication as
    parameters; a change that is listed already stays as it is."""
    return (
        changed(facts)
        + f"INSERT INTO {target or RightChange._meta.db_table}"
        + " (publication_id, dossier_id, funding, zone, gained)"
        + " SELECT %s, dossier_id, funding, zone, gained FROM changed ON CONFLICT DO NOTHING"
    )


def preview(publication: CeilingPublication) -> tuple[dict[tuple[str, str], CountedChange], int]:
    """Who would gain and lose by a draft, by funding and zone; and how many dossiers are
    concerned at all."""
    found, concerned = {}, 0
    with connection.cursor() as cursor:
        cursor.execute(
            changed() + "SELECT funding, zone, count(*) FILTER (WHERE gained),"
            " count(*) FILTER (WHERE NOT gained), count(DISTINCT dossier_id)"
            " FROM changed GROUP BY GROUPING SETS ((funding, zone), ())",
            ranges(tables_before(publication), tables_of(publication), kinds_of_household()),
        )
        for funding, zone, gained, lost, dossiers in cursor.fetchall():
            if funding is None:
                concerned = dossiers
            else:
                found[funding, zone] = CountedChange(gained, lost)
    return found, concerned
