from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from alin.kit import clock
from alin.kit.actor import Actor

from ..cards import home_on_map, row_card
from ..criteria import PAGING, kept_query, narrower_place, query_with
from ..filters import OfferFilter
from ..maps import view_of
from ..models import SearchRow
from ..queries import Reader, Where, open_rows, page_of, suggestions_for_unknown

LONGEST_CURSOR = 120
# The images of the first cards are asked for with the page, the others when they come near.
SEEN_AT_ONCE = 2


@gzip_page
@login_not_required
@require_safe
def offer_search(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reader = Reader(actor)
    search = OfferFilter(request.GET, queryset=open_rows(clock.now()), reader=reader)
    narrowed = search.narrowed()
    page, number = page_of(search.found(narrowed), search.ordering(), _where(request), actor)
    counts = search.counts(narrowed)
    search.say_counts(counts)
    suggestions = None
    if not counts.total and search.place:
        suggestions = suggestions_for_unknown(search.place)
    departements = search.place.departements if search.place else []
    cards = _cards(page.rows, reader)
    search.leave_useless_orders()
    homes = [home for row in page.rows if (home := home_on_map(row, cards[row.pk]))]
    return render(
        request,
        "listings/search.html",
        {
            "form": search.form,
            "counts": counts,
            "number": number,
            "groups": _groups(page.rows, cards, search.grouped),
            "map": view_of(homes, departements),
            "narrower_place": partial(narrower_place, search),
            "place": search.place,
            "grouped": search.grouped,
            "wished": search.wished,
            "unsure": bool(search.chosen("droits")) and reader.unsure,
            "suggestions": suggestions,
            "filters_in_use": any(v for name, v in request.GET.items() if name not in PAGING),
            "kept": kept_query(request.GET),
            "search_with": partial(query_with, request.GET),
            "radius_left_out": search.radius_left_out,
            "previous_href": _address(request, number - 1, avant=page.before),
            "next_href": _address(request, number + 1, apres=page.after),
        },
    )


def _cards(rows: list[SearchRow], reader: Reader) -> dict[int, dict[str, Any]]:
    words = reader.words(row.offer for row in rows)
    cards = {row.pk: row_card(row, words.get(row.offer_id)) for row in rows}
    for number, row in enumerate(rows, start=1):
        cards[row.pk]["anchor"] = f"logement-{number}"
    for row in rows[:SEEN_AT_ONCE]:
        cards[row.pk]["eager"] = True
    return cards


def _groups(
    rows: list[SearchRow], cards: dict[int, dict[str, Any]], grouped: bool
) -> list[dict[str, Any]]:
    """The cards of a page, under a heading each time one goes farther from where she wishes."""
    titles = {0: _("Dans vos communes"), 1: _("Dans les communes voisines")}
    farther = _("Ailleurs dans le département")
    parts = groupby(rows, lambda row: getattr(row, "nearness", 0))
    return [
        {
            "title": titles.get(nearness, farther) if grouped else "",
            "cards": [cards[row.pk] for row in part],
        }
        for nearness, part in parts
    ]


def _where(request: HttpRequest) -> Where:
    text = request.GET.get("page", "")
    number = int(text) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 1
    after, before = (request.GET.get(name, "")[:LONGEST_CURSOR] for name in ("apres", "avant"))
    return Where(after=after, before="" if after else before, number=max(1, number))


def _address(request: HttpRequest, number: int, **side: str | None) -> str | None:
    """The address of the page before or after, with the same criteria."""
    ((name, cursor),) = side.items()
    if cursor is None:
        return None
    paging = urlencode({"page": max(1, number), name: cursor})
    return "?" + "&".join(filter(None, [kept_query(request.GET), paging]))
