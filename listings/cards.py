"""What a card, and the map beside it, say of an offer."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from alin.kit import clock
from territory.models import Commune

from .maps import Home
from .models import Dwelling, Offer, Residence, SearchRow
from .pictures import first_view
from .queries import commune_label
from .rules import Word


def offer_card(
    offer: Offer, word: Word | None = None, photo: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What `ui.offer_card` shows of an offer; reads no database when the offer comes whole.
    `photo`: what `photo_of_home` told."""
    return _card(offer, word, photo, hidden=offer.address_hidden)


def _card(
    offer: Offer, word: Word | None, photo: Mapping[str, Any] | None, *, hidden: bool
) -> dict[str, Any]:
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    name = _("adresse protégée") if hidden else residence.name
    return {
        "title": f"{dwelling.typology}, {name}",
        "place": commune_label(residence.commune),
        "rent": offer.rent_with_charges,
        "surface": dwelling.surface_m2,
        "typology": dwelling.typology,
        "funding": short_funding(offer),
        "programme": programme_in_words(offer),
        "href": reverse("offer", args=[offer.public_id]),
        "photo": None if hidden else first_view(photo),
        "image": None if hidden else reverse("facade", args=[residence.public_id]),
        "opens_at": offer.opens_at if _opens_later(offer) else None,
        "closes_at": offer.effective_closing(),
        "eligibility": word,
    }


def _opens_later(offer: Offer) -> bool:
    # A card made of what is open says nothing of its opening.
    return offer.opens_at is not None and offer.opens_later(clock.now())


def told_card(told: Mapping[str, Any]) -> dict[str, Any]:
    """The card of a home that `homes_around` told of."""
    commune = Commune(name=told["commune"], departement_id=told["departement"])
    residence = Residence(public_id=told["residence_id"], name=told["residence"], commune=commune)
    dwelling = Dwelling(
        residence=residence, rooms=told["rooms"], surface_m2=Decimal(str(told["surface_m2"]))
    )
    offer = Offer(
        **{name: told[name] for name in ("public_id", "kind", "funding", "programme")},
        dwelling=dwelling,
        rent=Decimal(str(told["total_rent"])),
        charges=Decimal(0),
        closes_at=datetime.fromisoformat(told["ends_at"]),
    )
    return _card(offer, None, told["photo"], hidden=told["hidden"])


def row_card(row: SearchRow, word: Word | None = None) -> dict[str, Any]:
    """The card of a home found, with what is known of it and of who searches."""
    card = offer_card(row.offer, word, getattr(row, "photo", None))
    if getattr(row, "applied", False):
        card["state"] = {"label": _("Vous avez postulé"), "tone": "pine"}
    elif getattr(row, "favourite", False):
        card["state"] = {"label": _("Dans vos favoris"), "tone": "accent"}
    return card


def home_on_map(row: SearchRow, card: Mapping[str, Any]) -> Home | None:
    """The home of a card. None when nobody knows where it stands, not even its town hall."""
    residence = row.offer.dwelling.residence
    commune = residence.commune
    latitude, longitude = residence.latitude, residence.longitude
    if row.offer.address_hidden:
        latitude, longitude = None, None
    if latitude is None or longitude is None:
        latitude, longitude = commune.latitude, commune.longitude
    if latitude is None or longitude is None:
        return None
    return Home(
        latitude=latitude,
        longitude=longitude,
        departement=commune.departement_id,
        place=card["place"],
        href=card["href"],
        title=card["title"],
        anchor=card["anchor"],
    )


def programme_in_words(offer: Offer) -> str:
    """Whom the home is for, "" when it is for everybody."""
    if offer.programme == Offer.Programme.ORDINARY:
        return ""
    return capfirst(offer.get_programme_display())


def short_funding(offer: Offer) -> str:
    kinds = {
        Offer.Kind.SOCIAL: _("Social"),
        Offer.Kind.INTERMEDIATE: _("Intermédiaire"),
        Offer.Kind.TEMPORARY: _("Temporaire"),
    }
    return f"{kinds[Offer.Kind(offer.kind)]} {offer.funding}".strip()
