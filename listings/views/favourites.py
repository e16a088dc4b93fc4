"""Homes that somebody keeps an eye on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor

from .. import services
from ..cards import offer_card
from ..queries import Reader, published_offers
from ..queries.alerts import favourites_of

PAGE_SIZE = 30


@gzip_page
@require_safe
def my_favourites(request: HttpRequest) -> HttpResponse:
    """Open ones first, the soonest closing on top, then those to open; closed ones are kept, and
    said closed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "listings.keep_searches")
    at = clock.now()
    page = Paginator(favourites_of(actor, at), PAGE_SIZE).get_page(request.GET.get("page"))
    offers = [each.offer for each in page]
    words = Reader(actor).words(offers)
    cards: dict[str, list[dict[str, Any]]] = {"open": [], "later": [], "closed": []}
    for each in page:
        over = each.offer.effective_closing() <= at
        # Nobody asks any more whether a home that is gone was for them.
        card = offer_card(each.offer, None if over else words.get(each.offer_id), each.photo)
        group = "closed" if over else "open" if each.offer.is_open(at) else "later"
        cards[group].append(card | {"public_id": each.offer.public_id})
    context = {"page": page, **cards}
    return render(request, "listings/favourites.html", context)


@require_POST
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Add to the favourites, or take away (`retirer=1`); again, it changes nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    offer = get_object_or_404(published_offers(clock.now()), public_id=public_id)
    require(actor, "listings.keep_searches")
    if request.POST.get("retirer"):
        services.leave_favourite(actor=actor, offer=offer)
        messages.success(request, _("Ce logement n'est plus dans vos favoris."))
    else:
        services.keep_favourite(actor=actor, offer=offer)
        messages.success(request, _("Ce logement est dans vos favoris."))
    return redirect("my_favourites") if request.POST.get("liste") else redirect("offer", public_id)
