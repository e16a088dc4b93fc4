"""Targets 6 to 8 and 11: a page of a search in the database, over HTTP, at depth, by statements."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.views.decorators.gzip import gzip_page

from alin.kit import clock
from alin.kit.actor import ANONYMOUS
from alin.kit.keyset import cursor as cursor_of
from listings.cards import offer_card
from listings.filters import OfferFilter
from listings.models import Offer
from listings.pictures import photo_of_home
from listings.queries import Reader, Where, open_rows, page_of
from listings.queries.search import SOONEST

from . import homes
from .measure import database_cpu_ms, medians, thousands
from .rights import Finding
from .sizes import Size

DEEP_PAGE = 2_500
PAGE = 20
# What people ask for: nothing, a city, a département, a radius, a size and a rent.
ASKED = [
    "",
    "q=Lyon",
    "q=59",
    "q=Toulouse&rayon=10",
    "q=33&pieces=3&pieces=4&loyer_max=700",
    "categorie=social&accessible=on",
    "q=59&tri=loyer",
    "tri=surface",
]
# Milliseconds of processor for a page, whatever the size: only the homes to let are searched.
MOST_MS = 2
MOST_STATEMENTS = 3
MOST_STATEMENTS_OF_A_PAGE = 12
# The page's own layout and cards, and nothing else.
BARE = """{% extends "layouts/base.html" %}{% import "components/ui.html" as ui with context %}
{% block content %}<h1>Logements</h1>{% call ui.offer_list() %}{% for card in cards %}
<li>{{ ui.offer_card(card, level=3) }}</li>{% endfor %}{% endcall %}{% endblock %}"""


def measure(size: Size) -> Iterator[Finding | str]:
    homes.build(size.open_offers, size.all_offers)
    yield f"   {thousands(size.open_offers)} offres ouvertes sur {thousands(size.all_offers)}"
    yield from _statements()
    yield from _whole_pages()
    yield _over_http()
    yield _deep(size.open_offers)


def _statements() -> Iterator[Finding | str]:
    """What the database spends on a page: list, capped count and counts by choice. Executing is
    what the target is about; planning, which does not grow with the homes, is told beside."""
    total = 0.0
    for query in ASKED:
        search = _search(query)
        narrowed = search.narrowed()
        with CaptureQueriesContext(connection) as captured:
            page_of(search.found(narrowed), search.ordering(), Where(), ANONYMOUS)
            search.counts(narrowed)
        assert len(captured) <= MOST_STATEMENTS, f"{len(captured)} requêtes pour « {query} »"
        each = [database_cpu_ms(asked["sql"]) for asked in captured.captured_queries]
        planned, executed = (sum(column) for column in zip(*each, strict=True))
        total += executed
        yield (
            f"6. « {query or 'tout'} » : {len(captured)} requêtes,"
            f" {executed:.2f} ms de processeur de la base, {planned:.2f} pour les planifier"
        )
    mean = total / len(ASKED) / 1000
    yield Finding(f"6. processeur de la base par page / {MOST_MS} ms", mean, MOST_MS / 1000, 1)


def _whole_pages() -> Iterator[str]:
    """Target 11: every statement of a page, who reads it and what it is framed with included."""
    offer = Offer.objects.open_at(clock.now()).order_by("pk")[0]
    for address in ("/logements/", "/logements/?q=59&tri=loyer", f"/logements/{offer.public_id}/"):
        with CaptureQueriesContext(connection) as captured:
            assert Client().get(address).status_code == 200
        assert len(captured) <= MOST_STATEMENTS_OF_A_PAGE, f"{len(captured)} pour {address}"
        yield f"11. {address.replace(str(offer.public_id), '…')} : {len(captured)} requêtes"


def _search(query: str) -> OfferFilter:
    return OfferFilter(QueryDict(query), queryset=open_rows(clock.now()), reader=Reader(ANONYMOUS))


@gzip_page
@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """What target 7 compares with: one statement of the plain ORM, the page's own layout and its
    own twenty cards, photographs and all, compressed alike. What it has not is the search: no
    filters, no counts, no map, no pages, nobody's rights."""
    full = "dwelling__residence__commune__departement"
    offers = (
        Offer.objects.open_at(clock.now())
        .select_related(full, "organisation")
        .annotate(photo=photo_of_home())
    )
    cards = [offer_card(each) for each in offers.order_by("closes_at", "pk")[:PAGE]]
    return HttpResponse(_bare_template().render({"cards": cards}, request))


@cache
def _bare_template() -> Any:
    return engines["jinja2"].from_string(BARE)


def _over_http() -> Finding:
    client = Client(headers={"Accept-Encoding": "gzip"})

    def get(address: str) -> Callable[[], None]:
        def ask() -> None:
            assert client.get(address).status_code == 200

        return ask

    with override_settings(ROOT_URLCONF="benchmarks.urls"):
        pages = {"page": get("/logements/?q=59"), "bare": get("/banc/")}
        found = medians(pages, rounds=40)
    return Finding("7. page de recherche entière / vingt cartes nues", found["page"],
                   found["bare"], 2.0)  # fmt: skip


def _deep(open_offers: int) -> Finding:
    """A page that begins after the 50,000th home, as its address says, against the first."""
    before = min((DEEP_PAGE - 1) * PAGE, open_offers - 2 * PAGE)
    last = open_rows(clock.now()).order_by(*(key.name for key in SOONEST))[before - 1]
    where = Where(after=cursor_of(SOONEST, last), number=before // PAGE + 1)

    def page(at: Where) -> Callable[[], Any]:
        def read() -> None:
            search = _search("")
            shown, _number = page_of(
                search.found(search.narrowed()), search.ordering(), at, ANONYMOUS
            )
            assert len(shown.rows) == PAGE

        return read

    found = medians({"deep": page(where), "first": page(Where())}, rounds=40)
    return Finding(
        f"8. page {thousands(where.number)} / page 1", found["deep"], found["first"], 1.3
    )
