"""Homes that somebody keeps an eye on."""

from uuid import UUID

from django.contrib import messages
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

MOST_SHOWN = 100


@gzip_page
@require_safe
def my_favourites(request: HttpRequest) -> HttpResponse:
    """Open ones first, the soonest closing on top; closed ones are kept, and said closed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "listings.keep_searches")
    kept = list(favourites_of(actor)[:MOST_SHOWN])
    photos = {each.offer_id: each.photo for each in kept}
    offers = [each.offer for each in kept]
    words, at = Reader(actor).words(offers), clock.now()
    still_open = sorted(
        (offer for offer in offers if offer.is_open(at)), key=lambda o: o.effective_closing()
    )
    return render(
        request,
        "listings/favourites.html",
        {
            "open": [
                offer_card(offer, words.get(offer.pk), photos[offer.pk]) for offer in still_open
            ],
            "closed": [
                offer_card(offer, photo=photos[offer.pk])
                for offer in offers
                if not offer.is_open(at)
            ],
        },
    )


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
    return redirect("offer", public_id)
