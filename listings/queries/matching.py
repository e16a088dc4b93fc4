"""Which saved searches a home answers, and which homes answer a saved search: one rule, read from
both sides.

A place is words: `*` anywhere, `r:84` a region, `d:69` a département, `c:69266:0` a commune,
`c:69266:10` ten kilometres around it."""

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.fields import SmallIntegerField

from accounts.models import WishedCommune
from alin.kit import clock
from eligibility.queries import parameters_at, verdict_expression
from territory.models import Commune
from territory.queries import neighbours

from ..models import Offer, SavedSearch, SearchRow
from .offers import home_terms
from .places import ANYWHERE, NEXT_KM, RADII_KM
from .reader import Reader
from .search import MOST_COUNTED, open_rows

LARGEST_ROOMS = 5
_SOONEST_TOLD_FIRST = Case(
    When(frequency="now", then=Value(0)),
    When(frequency="daily", then=Value(1)),
    default=Value(2),
    output_field=SmallIntegerField(),
)


def searches_met_by(offer: Offer, row: SearchRow) -> QuerySet[SavedSearch]:
    """The searches that a new home answers, but those that tell nothing; a person may have several,
    the one told the soonest first. Who paused her alerts is among them: she finds on their page
    what she will be told of later."""
    near = _with_distance(offer.dwelling.residence.commune)
    met = (
        SavedSearch.objects.exclude(frequency=SavedSearch.Frequency.NEVER)
        .filter(
            _or_nothing("kinds", row.kind),
            _or_nothing("programmes", row.programme),
            _or_nothing("fundings", row.funding),
            _or_nothing("rooms", min(row.rooms, LARGEST_ROOMS)),
            # Whole bounds against cents: Django would cut the cents off.
            Q(rent_min=None) | Q(rent_min__lte=floor(row.total_rent)),
            Q(rent_max=None) | Q(rent_max__gte=ceil(row.total_rent)),
            Q(surface_min=None) | Q(surface_min__lte=floor(row.surface_m2)),
            Q(surface_max=None) | Q(surface_max__gte=ceil(row.surface_m2)),
            Q(home_kind="") | Q(home_kind=row.home_kind),
            Q(floor_min=None) | Q(floor_min__lte=row.floor),
            Q(floor_max=None) | Q(floor_max__gte=row.floor),
            Q(dpe="") | Q(dpe__gte=row.dpe or "Z"),
            Q(available_before=None) | Q(available_before__gte=row.available_on),
            pk__in=_anywhere_in(spots_of(row, near)),
            person__is_active=True,
        )
        .filter(_wished(row, near))
    )
    if not row.lift:
        met = met.filter(lift=False)
    if not row.accessible:
        met = met.filter(accessible=False)
    return (
        met.filter(Q(eligible_only=False) | Q(pk__in=_entitled(offer)))
        .annotate(told=_SOONEST_TOLD_FIRST)
        .order_by("person_id", "told", "pk")
        .distinct("person_id")
    )


def _entitled(offer: Offer) -> QuerySet[SavedSearch, Any]:
    """The searches of people entitled to the home, by the dossier that they keep: the one they
    share, else their own."""
    terms, parameters = home_terms(offer), parameters_at(clock.today())
    asked = SavedSearch.objects.filter(eligible_only=True).exclude(frequency="never").order_by()
    own = asked.filter(person__dossier__set_aside_at=None).annotate(
        verdict=verdict_expression(
            terms=terms, parameters=parameters, facts="person__dossier__facts"
        )
    )
    shared = asked.filter(person__shared_dossiers__ended_at=None).annotate(
        verdict=verdict_expression(
            terms=terms, parameters=parameters, facts="person__shared_dossiers__dossier__facts"
        )
    )
    yes = own.filter(verdict="yes").values("pk")
    return yes.union(shared.filter(verdict="yes").values("pk"), all=True)


def _anywhere_in(words: list[str]) -> RawSQL:
    """The searches that one of these words answers: word by word, each found in the index. The
    overlap of arrays says the same, but there are thousands of words around a large city, and the
    planner prefers to compare them all with every search that exists."""
    return RawSQL(
        "SELECT DISTINCT s.id FROM unnest(%s::varchar[]) AS word"
        " JOIN listings_savedsearch s ON s.spots @> ARRAY[word] AND s.frequency <> 'never'",
        [words],
    )


def _or_nothing(column: str, value: Any) -> Q:
    return Q(**{column: []}) | Q(**{f"{column}__contains": [value]})


def _with_distance(commune: Commune) -> list[tuple[str, float]]:
    """The commune itself and those around it as far as anybody may ask, with their distance."""
    around = neighbours(commune, RADII_KM[-1])
    return [(commune.insee_code, 0.0), *((each.insee_code, _away(each)) for each in around)]


def _away(neighbour: Commune) -> float:
    return float(getattr(neighbour, "distance_km", 0))


def spots_of(row: SearchRow, near: Iterable[tuple[str, float]]) -> list[str]:
    """Every word for a place that holds this home."""
    words = [ANYWHERE, f"r:{row.region_code}", f"d:{row.departement_id}"]
    words += [f"c:{code}:0" for code in {row.commune_id, row.city_id}]
    words += [f"c:{row.city_id}:{km}" for km in RADII_KM if row.city_id != row.commune_id]
    return words + [f"c:{code}:{km}" for code, away in near for km in RADII_KM if away <= km]


def _wished(row: SearchRow, near: Iterable[tuple[str, float]]) -> Q:
    """What the wishes of the person have to say, as they are now."""
    wishes = WishedCommune.objects.filter(
        Q(dossier__applicant=OuterRef("person"), dossier__set_aside_at=None)
        | Q(
            dossier__co_applicants__user=OuterRef("person"),
            dossier__co_applicants__ended_at=None,
        )
    )
    only = wishes.filter(commune__in={row.commune_id, row.city_id})
    next_door = [code for code, away in near if away <= NEXT_KM]
    around = wishes.filter(Q(commune__departement=row.departement_id) | Q(commune__in=next_door))
    return Q(wishes="") | Q(Exists(only), wishes="only") | Q(Exists(around), wishes="around")


# --- the other way round -------------------------------------------------------------------


def rows_answering(
    search: SavedSearch,
    reader: Reader,
    centres: dict[str, Commune],
    rows: QuerySet[SearchRow],
) -> QuerySet[SearchRow]:
    """The homes among `rows` that a search finds. `centres`: the communes that its words name
    (see `centres_of`)."""
    rows = rows.filter(_in_spots(search.spots, centres))
    if search.wishes:
        wished = reader.in_wished if search.wishes == "only" else reader.around
        rows = rows.filter(wished) if reader.wished else rows.none()
    asked: dict[str, Any] = {
        "kind__in": search.kinds,
        "programme__in": search.programmes,
        "funding__in": search.fundings,
        "total_rent__gte": search.rent_min,
        "total_rent__lte": search.rent_max,
        "surface_m2__gte": search.surface_min,
        "surface_m2__lte": search.surface_max,
        "home_kind": search.home_kind,
        "floor__gte": search.floor_min,
        "floor__lte": search.floor_max,
        "lift": search.lift,
        "accessible": search.accessible,
        "available_on__lte": search.available_before,
    }
    # Zero is a floor; False asks for nothing.
    rows = rows.filter(
        **{name: value for name, value in asked.items() if value not in (None, "", [], False)
           or (name.startswith("floor") and value == 0)}
    )  # fmt: skip
    if search.rooms:
        larger = Q(rooms__gt=LARGEST_ROOMS) if LARGEST_ROOMS in search.rooms else Q()
        rows = rows.filter(Q(rooms__in=search.rooms) | larger)
    if search.dpe:
        rows = rows.filter(dpe__gt="", dpe__lte=search.dpe)
    return rows.filter(reader.entitled) if search.eligible_only else rows


def _in_spots(spots: Sequence[str], centres: dict[str, Commune]) -> Q:
    if ANYWHERE in spots:
        return Q()
    where = Q(pk__in=[])
    for spot in spots:
        kind, code, *radius = spot.split(":")
        if kind == "c":
            where |= Q(city=code) | Q(commune=code)
            if int(radius[0]) and code in centres:
                near = neighbours(centres[code], int(radius[0])).order_by().values("insee_code")
                where |= Q(commune__in=near)
        else:
            where |= Q(departement=code) if kind == "d" else Q(region_code=code)
    return where


def centres_of(searches: Iterable[SavedSearch]) -> dict[str, Commune]:
    """The communes that the words of these searches name. One statement at most."""
    codes = {spot.split(":")[1] for each in searches for spot in each.spots if spot[0] == "c"}
    return Commune.objects.in_bulk(codes) if codes else {}


def counts_today(searches: Sequence[SavedSearch], reader: Reader) -> dict[int, int]:
    """How many homes each search would find now, counted up to a little over a thousand. Two
    statements whatever the number of searches, and those that read who searches."""
    centres, open_now = centres_of(searches), open_rows(clock.now())
    counts = {search.pk: 0 for search in searches}
    parts, values = [], []
    for search in searches:
        rows = rows_answering(search, reader, centres, open_now).order_by().values("pk")
        try:
            sql, given = rows[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:  # what is asked for cannot be (`finds_nothing`)
            continue
        parts.append(f"SELECT %s::bigint, count(*) FROM ({sql}) AS found")
        values += [search.pk, *given]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            counts |= dict(cursor.fetchall())
    return counts


def finds_nothing(search: SavedSearch, reader: Reader) -> Literal["", "date", "wishes", "dossier"]:
    """Why this search finds no new home, whatever is published: its date has passed (no home is
    published as available since a past day); or the dossier lacks the communes that it follows, or
    what one is entitled to; "" when nothing of this holds."""
    if search.available_before and search.available_before < clock.today():
        return "date"
    if search.wishes and not reader.wished:
        return "wishes"
    return "dossier" if search.eligible_only and reader.unsure else ""
