"""What the landlord reads at a glance: the dashboard, the queues, the offers."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from documents.queries import count_to_check
from eligibility.queries import parameters_at
from listings.queries import offers_visible_to
from listings.rules import possible_actions

from .. import queries, staff_words
from ..filters import QUEUES, InboxFilter, counts_by_queue
from ..landlord_filters import with_numbers
from ..models import LIVE_STATES, Candidacy, State
from ..workflow import (
    STAFF_LABELS,
    TONES,
)

PER_PAGE = 25


SOON = timedelta(days=7)


MOST_LINES = 6


@require_GET
def staff_home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "applications.open_inbox")
    at = clock.now()
    to_decide = list(queries.offers_with_work(actor, at)[:MOST_LINES])
    closing = list(queries.offers_closing(actor, at, at + SOON)[:MOST_LINES])
    context = {
        "counts": counts_by_queue(queries.candidacies_of_landlord(actor)),
        "answers": list(queries.answers_awaited(actor)[:MOST_LINES]),
        "pieces": list(queries.pieces_awaited(actor)[:MOST_LINES]),
        "pieces_to_check": count_to_check(actor),
        "sessions": queries.commission_dates(actor)[:MOST_LINES],
        "closing": closing,
        "to_decide": to_decide,
        "per_offer": queries.states_per_offer([offer.pk for offer in [*to_decide, *closing]]),
    }
    return render(request, "bailleur/home.html", context)


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "applications.open_inbox")
    search = InboxFilter(request.GET, offers=_offers_with_candidacies(actor))
    found = search.narrowed(queries.candidacies_of_landlord(actor))
    counts = counts_by_queue(found)
    page = page_of(
        request,
        found.filter(search.queue.where).annotate(points_done=queries.POINTS_DONE),
        counts[search.queue.key],
    )
    context = {
        "search": search,
        "page": page,
        "rows": [_row(candidacy) for candidacy in page],
        "tabs": [
            {
                "label": queue.label,
                "href": _with(request, etat=queue.key, page=None),
                "current": queue is search.queue,
                "badge": counts[queue.key],
            }
            for queue in QUEUES.values()
        ],
        **neighbours_of(request, page),
    }
    return render(request, "bailleur/inbox.html", context)


def _offers_with_candidacies(actor: Actor) -> QuerySet[Any]:
    return (
        offers_visible_to(actor)
        .filter(pk__in=queries.candidacies_of_landlord(actor).order_by().values("offer"))
        .order_by("-closes_at", "pk")
    )


def _row(candidacy: Candidacy) -> dict[str, Any]:
    return {
        "candidacy": candidacy,
        "state": STAFF_LABELS[State(candidacy.state)],
        "tone": TONES[State(candidacy.state)],
        "persons": staff_words.household_size(candidacy.dossier_snapshot),
    }


def page_of(request: HttpRequest, rows: Any, count: int | None = None) -> Page[Any]:
    paginator = Paginator(rows, PER_PAGE)
    if count is not None:
        # The tabs have counted already.
        paginator.__dict__["count"] = count
    return paginator.get_page(request.GET.get("page"))


def _with(request: HttpRequest, **parameters: str | int | None) -> str:
    """The address of this page with other parameters; None takes one away."""
    query = request.GET.copy()
    for name, value in parameters.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}"


def neighbours_of(request: HttpRequest, page: Page[Any]) -> dict[str, str | None]:
    before = page.previous_page_number() if page.has_previous() else None
    after = page.next_page_number() if page.has_next() else None
    return {
        "previous_href": _with(request, page=before) if before else None,
        "next_href": _with(request, page=after) if after else None,
    }


def days_left(offer: Any) -> int | None:
    """Days of the calendar before the closing of an open offer, as deadlines say them."""
    if not offer.is_open(clock.now()):
        return None
    return (clock.local_day(offer.effective_closing()) - clock.today()).days


def offer_state(offer: Any) -> dict[str, Any]:
    """Where an offer stands, as staff read it; it comes from `with_numbers`."""
    at = clock.now()
    if offer.archived_at:
        return {"state": _("Archivée"), "tone": "neutral"}
    if offer.taken:
        return {"state": _("Pourvue"), "tone": "success"}
    if offer.published_at is None:
        return {"state": _("Brouillon"), "tone": "neutral"}
    if offer.is_open(at):
        return {"state": _("Ouverte"), "tone": "pine"}
    if offer.opens_at > at and offer.effective_closing() > at:
        return {"state": _("À venir"), "tone": "info"}
    return {"state": _("Clôturée"), "tone": "warning"}


@require_GET
def staff_offer(request: HttpRequest, public_id: object) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    offer = get_object_or_404(with_numbers(offers_visible_to(actor)), public_id=public_id)
    counts = queries.states_per_offer([offer.pk])[offer.pk]
    live = sum(counts.get(state, 0) for state in LIVE_STATES)
    page = page_of(request, queries.ranked_candidacies_of_offer(actor, offer.pk), live)
    today = clock.today()
    parameters = parameters_at(today)
    rows = [
        _row(candidacy)
        | {
            "assessment": staff_words.assess(
                queries.verdict_on(candidacy.dossier_snapshot, offer, parameters)
            )
        }
        for candidacy in page
    ]
    context = {
        "offer": offer,
        "can": possible_actions(offer, clock.now()),
        "counts": counts,
        "days_left": days_left(offer),
        "page": page,
        "rows": rows,
        "ended": sum(n for state, n in counts.items() if state not in {*LIVE_STATES, "ready"}),
        **offer_state(offer),
        **neighbours_of(request, page),
    }
    return render(request, "bailleur/offer.html", context)
