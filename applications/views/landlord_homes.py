"""A residence and a dwelling of the landlord, with what their offers come to."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alin.kit import clock
from alin.kit.actor import ActorRequest
from listings.queries import offers_visible_to
from listings.queries.landlord import dwellings_visible_to, residences_visible_to

from ..landlord_filters import open_offers_of, with_numbers
from .landlord_lists import MOST_LINES, days_left, neighbours_of, offer_state, page_of


@require_safe
def residence(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(residences_visible_to(request.actor), public_id=public_id)
    homes = shown.dwellings.annotate(times=Count("offers")).order_by("reference", "pk")
    page = page_of(request, homes)
    offers: list[Any] = list(open_offers_of(request.actor, shown, clock.now()))
    of_home = {offer.dwelling_id: offer for offer in offers}
    waiting = [_row(offer) for offer in offers if not offer.applied]
    context = {
        "residence": shown,
        "page": page,
        "rows": [(home, _row(of_home.get(home.pk))) for home in page],
        "figures": {
            "open": len(offers),
            "seen": sum(offer.seen for offer in offers),
            "applied": sum(offer.applied for offer in offers),
            "days_left": days_left(offers[0]) if offers else None,
        },
        "waiting": waiting[:MOST_LINES],
        "waiting_more": len(waiting) - MOST_LINES,
        **neighbours_of(request, page),
    }
    return render(request, "bailleur/residence.html", context)


@require_safe
def dwelling(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(dwellings_visible_to(request.actor), public_id=public_id)
    own = offers_visible_to(request.actor).select_related(None).filter(dwelling=shown)
    page = page_of(request, with_numbers(own).order_by("-created_at", "-pk"))
    context = {
        "dwelling": shown,
        "residence": shown.residence,
        "page": page,
        "rows": [_row(offer) | offer_state(offer) for offer in page],
        **neighbours_of(request, page),
    }
    return render(request, "bailleur/dwelling.html", context)


def _row(offer: Any) -> dict[str, Any]:
    return {"offer": offer, "days_left": days_left(offer) if offer else None}
