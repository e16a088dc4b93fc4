"""What a card says of an offer."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Offer
from .queries import commune_label
from .rules import Word


def offer_card(offer: Offer, word: Word | None = None) -> dict[str, Any]:
    """What `ui.offer_card` shows of an offer; reads no database when the offer comes whole."""
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    return {
        "title": f"{dwelling.typology}, {residence.name}",
        "place": commune_label(residence.commune),
        "rent": offer.rent_with_charges,
        "surface": dwelling.surface_m2,
        "typology": dwelling.typology,
        "funding": short_funding(offer),
        "href": reverse("offer", args=[offer.public_id]),
        "image": reverse("facade", args=[residence.public_id]),
        "closes_at": offer.closes_at,
        "eligibility": word,
    }


def short_funding(offer: Offer) -> str:
    kinds = {
        Offer.Kind.SOCIAL: _("Social"),
        Offer.Kind.INTERMEDIATE: _("Intermédiaire"),
        Offer.Kind.TEMPORARY: _("Temporaire"),
    }
    return f"{kinds[Offer.Kind(offer.kind)]} {offer.funding}".strip()
