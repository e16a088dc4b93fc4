"""Searching homes: a page of them, how many there are, how many by criterion.

Two statements. The first chooses the keys of a page in the search table alone, stops there, and
only then joins what the twenty cards show. The second counts, at most a thousand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import BaseExpression, Combinable

from alin.kit.actor import Actor
from alin.kit.keyset import (
    Key,
    Page,
    beyond,
    cursor,
    ordered,
    read_amount,
    read_instant,
    read_small,
    read_uuid,
    values_of,
)

from ..models import OfferAlert, SearchRow
from ..pictures import photo_of_home
from .alerts import is_favourite

PAGE_SIZE = 20
MOST_COUNTED = 1_000
# Numbered pages, of old addresses: beyond, only the page after this one is cheap.
MOST_NUMBERED = 50
# Few enough tables (8 at most, `join_collapse_limit`) for the planner to begin with the page's own
# rows: with more it joins all homes first, and a page takes four hundred times longer.
_HOME = "offer__dwelling__residence__commune"
# What a card says, the map shows and a verdict asks: a sixth of the columns, read in half the
# time. What is left out would be read row by row: the tests count the statements of a page.
_SHOWN = (
    *("public_id", "ends_at", "published_at", "total_rent", "surface_m2"),
    *(
        f"offer__{name}"
        for name in (
            *("public_id", "kind", "programme", "funding", "rent", "charges"),
            *("opens_at", "closes_at", "closed_early_at", "priority_publics"),
            *("employees_only", "min_age", "max_age", "statuses", "max_stay_months"),
        )
    ),
    *(f"offer__dwelling__{name}" for name in ("residence", "rooms", "surface_m2")),
    *(
        f"offer__dwelling__residence__{name}"
        for name in ("public_id", "name", "commune", "latitude", "longitude")
    ),
    *(
        f"{_HOME}__{name}"
        for name in (
            *("name", "departement", "latitude", "longitude", "ceilings_zone", "zone_abc"),
        )
    ),
)
FACETS = ("kind", "programme", "funding", "rooms")

_LAST = Key("public_id", read_uuid)
SOONEST = (Key("ends_at", read_instant), _LAST)
ORDERS: dict[str, tuple[Key, ...]] = {
    "": SOONEST,
    "recents": (Key("published_at", read_instant, descending=True), _LAST),
    "loyer": (Key("total_rent", read_amount), _LAST),
    "surface": (Key("surface_m2", read_amount, descending=True), _LAST),
    "adapte": (Key("misfit", read_small), *SOONEST),
}
NEARNESS = Key("nearness", read_small)

CardAnnotator = Callable[[Actor], Mapping[str, BaseExpression | Combinable]]
_annotators: list[CardAnnotator] = []


def annotate_cards_with(annotator: CardAnnotator) -> None:
    """For rooms above: what they know of each row (its key is `offer_id`) for who searches.
    Part of the statement that reads the page."""
    _annotators.append(annotator)


def open_rows(at: datetime) -> QuerySet[SearchRow]:
    """What one may apply to at the instant `at`: `OfferQuerySet.open_at` says the same."""
    return rows_not_over(at).filter(opens_at__lte=at, published_at__lte=at)


def rows_not_over(at: datetime) -> QuerySet[SearchRow]:
    """What one may apply to at the instant `at` or later."""
    return SearchRow.objects.filter(ends_at__gt=at)


@dataclass(frozen=True)
class Ordering:
    """The keys of a list and the annotations that some of them are."""

    keys: tuple[Key, ...] = SOONEST
    annotations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Where:
    """Which page is asked for: after a row, before one, or by its number."""

    after: str = ""
    before: str = ""
    number: int = 1


def page_of(
    rows: QuerySet[SearchRow], ordering: Ordering, where: Where, actor: Actor
) -> tuple[Page, int]:
    """One page and its number. A page that is not, or no longer, there is the first."""
    backwards = bool(where.before)
    values = values_of(ordering.keys, where.before or where.after)
    asked = rows.alias(**ordering.annotations)
    start, number = 0, where.number
    if values is not None:
        asked = asked.filter(beyond(ordering.keys, values, backwards=backwards))
    elif where.after or where.before or number > MOST_NUMBERED:
        backwards, number = False, 1
    else:
        start = (number - 1) * PAGE_SIZE
    keys = asked.order_by(*ordered(ordering.keys, backwards=backwards)).values("pk")
    found = list(
        _cards(actor, ordering)
        .filter(pk__in=keys[start : start + PAGE_SIZE + 1])
        .order_by(*ordered(ordering.keys, backwards=backwards))
    )
    if not found and (number > 1 or values is not None):
        # All that stood there has closed meanwhile: most homes close at the same hour.
        return page_of(rows, ordering, Where(), actor)
    return _as_page(found, ordering, backwards, first=number == 1), number


def _cards(actor: Actor, ordering: Ordering) -> QuerySet[SearchRow]:
    known: dict[str, Any] = {
        **ordering.annotations,
        **is_favourite(actor),
        "photo": photo_of_home("offer__"),
    }
    for annotator in _annotators:
        known |= annotator(actor)
    return (
        SearchRow.objects.select_related(_HOME).only(*_SHOWN, "offer__dwelling").annotate(**known)
    )


def found_for(actor: Actor, at: datetime) -> QuerySet[SearchRow]:
    """What the alerts of a person found and is not over at the instant `at`, open or to open, told
    her already or not; with what cards show, the last found first."""
    own = OfferAlert.objects.filter(person_id=actor.user_id)
    found_at = own.filter(offer=OuterRef("offer_id")).values("found_at")
    return (
        _cards(actor, Ordering())
        .filter(ends_at__gt=at, pk__in=own.values("offer"))
        .annotate(found_at=Subquery(found_at))
        .order_by("-found_at", "-pk")
    )


def _as_page(found: list[SearchRow], ordering: Ordering, backwards: bool, first: bool) -> Page:
    more = len(found) > PAGE_SIZE
    shown = found[:PAGE_SIZE]
    if backwards:
        shown.reverse()
    has_before, has_after = (more, True) if backwards else (not first, more)
    return Page(
        shown,
        before=cursor(ordering.keys, shown[0]) if shown and has_before else None,
        after=cursor(ordering.keys, shown[-1]) if shown and has_after else None,
    )


# --- counts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many homes there are, `MOST_COUNTED` at most (`capped` beyond), and how many each
    choice of a criterion would leave with the other criteria as they are; nothing when the
    search without these criteria holds more than `MOST_COUNTED`."""

    total: int
    capped: bool
    by_choice: dict[str, dict[Any, int]]


def counts_of(rows: QuerySet[SearchRow], chosen: Mapping[str, Q]) -> Counts:
    """Count `rows` (every criterion but those of FACETS) under `chosen`, the criteria of FACETS.
    One statement."""
    flags = {
        f"asked_{name}": ExpressionWrapper(chosen[name], output_field=BooleanField())
        for name in FACETS
        if chosen.get(name)
    }
    base = rows.order_by().annotate(**flags).values(*FACETS, *flags)[: MOST_COUNTED + 1]
    everything = Q()
    for name in FACETS:
        everything &= chosen.get(name) or Q()
    counted = rows.order_by().filter(everything).values("pk")[: MOST_COUNTED + 1]
    base_sql, base_values = base.query.sql_with_params()
    # Without any of them what is asked is what is counted, and that stopped there already.
    beyond, beyond_values = f"{MOST_COUNTED + 1}", ()
    if flags:
        sql, beyond_values = counted.query.sql_with_params()
        beyond = f"(SELECT count(*) FROM ({sql}) AS counted)"

    def met(*names: str) -> str:
        asked = [f"asked_{name}" for name in names if f"asked_{name}" in flags]
        return " AND ".join(asked) or "true"

    others = {name: met(*(each for each in FACETS if each != name)) for name in FACETS}
    # Beyond MOST_COUNTED no choice is counted: the rows are not grouped, nor read twice.
    statement = f"""
        WITH base AS MATERIALIZED ({base_sql}), size AS (SELECT count(*) AS n FROM base)
        SELECT {", ".join(FACETS)}, grouping({", ".join(FACETS)}),
            {", ".join(f"count(*) FILTER (WHERE {others[name]})" for name in FACETS)},
            CASE WHEN (SELECT n FROM size) <= {MOST_COUNTED}
                THEN count(*) FILTER (WHERE {met(*FACETS)}) ELSE {beyond} END,
            (SELECT n FROM size)
        FROM base WHERE (SELECT n FROM size) <= {MOST_COUNTED}
        GROUP BY GROUPING SETS ({", ".join(f"({name})" for name in FACETS)}, ())
    """
    with connection.cursor() as db:
        db.execute(statement, [*base_values, *beyond_values])
        return _as_counts(db.fetchall())


def _as_counts(lines: list[tuple[Any, ...]]) -> Counts:
    by_choice: dict[str, dict[Any, int]] = {name: {} for name in FACETS}
    total, size = 0, 0
    width = len(FACETS)
    for line in lines:
        grouped, numbers = line[width], line[width + 1 : 2 * width + 1]
        if grouped == 2**width - 1:
            total, size = line[-2:]
            continue
        # grouping() sets the bit of each column that is not grouped by, the first the highest.
        which = next(i for i in range(width) if not grouped & (1 << (width - 1 - i)))
        by_choice[FACETS[which]][line[which]] = numbers[which]
    if size > MOST_COUNTED:
        by_choice = {}
    return Counts(min(total, MOST_COUNTED), total > MOST_COUNTED, by_choice)
