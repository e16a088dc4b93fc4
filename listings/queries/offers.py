"""Offers as visitors, applicants and landlords see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from alin.kit.actor import Actor
from eligibility.rules import HomeTerms

from ..models import Offer, OfferQuerySet, OfferRevision
from ..rules import WHERE, changes_between

_FULL = ("dwelling__residence__commune__departement", "organisation", "reservataire")


def published_offers(at: datetime) -> OfferQuerySet:
    """Every offer whose page the public may read: open ones and those closed since."""
    return Offer.objects.filter(published_at__lte=at).select_related(*_FULL)


def open_offers(at: datetime) -> OfferQuerySet:
    """Offers one may apply to now, the soonest closing first."""
    return Offer.objects.open_at(at).select_related(*_FULL).order_by("closes_at", "pk")


def offers_visible_to(actor: Actor) -> OfferQuerySet:
    """The landlord's own offers, drafts included; nothing for anybody else."""
    if not actor.is_landlord_staff:
        return Offer.objects.none()
    return Offer.objects.filter(organisation_id=actor.organisation_id).select_related(*_FULL)


def home_terms(offer: Offer) -> HomeTerms:
    """What the home asks of its household, in the words of the eligibility rules."""
    commune = offer.dwelling.residence.commune
    return HomeTerms(
        funding=offer.funding,
        ceilings_zone=commune.ceilings_zone,
        zone_abc=commune.zone_abc,
        income_limited=bool(offer.funding),
        employment_required=offer.employees_only,
        min_age=offer.min_age,
        max_age=offer.max_age,
        occupations=tuple(offer.statuses),
        max_stay_months=offer.max_stay_months,
        by_commission=offer.path == Offer.Path.CALEOL,
    )


def offer_terms(offer: Offer) -> dict[str, Any]:
    """What the offer says now, as plain data to freeze into a candidacy. Euros a month as text."""
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    return {
        "kind": offer.kind,
        "programme": offer.programme,
        "funding": offer.funding,
        "typology": dwelling.typology,
        "surface_m2": str(dwelling.surface_m2),
        "floor": dwelling.floor,
        # Told to who is chosen, by the page of the offer.
        "residence": "" if offer.address_hidden else residence.name,
        "address": "" if offer.address_hidden else residence.address,
        "commune": residence.commune.name,
        "commune_code": residence.commune_id,
        "rent": str(offer.rent),
        "charges": str(offer.charges),
        "deposit": str(offer.deposit),
        "charges_cover": list(offer.charges_cover),
        "parking": offer.parking,
        "parking_rent": None if offer.parking_rent is None else str(offer.parking_rent),
        "contingent": offer.contingent,
        "max_stay_months": offer.max_stay_months,
        "available_on": offer.available_on.isoformat(),
        "closes_at": offer.closes_at.isoformat(),
        "conditions": offer.conditions,
    }


def revisions_of_offer() -> ArraySubquery:
    """For statements over offers: what each said before, that `revisions_told` reads."""
    revisions = OfferRevision.objects.filter(offer=OuterRef("pk")).order_by("-version")
    return ArraySubquery(revisions.values(told=JSONObject(at="at", before="before", after="after")))


def revisions_told(
    told: Sequence[Mapping[str, Any]], *, hidden: bool = False
) -> list[dict[str, Any]]:
    """The changes of a published offer in words, the latest first; who made them is not told, nor
    where the home stands when that is `hidden`."""
    left_out = WHERE if hidden else ()
    revisions = []
    for each in told:
        before = {name: value for name, value in each["before"].items() if name not in left_out}
        if changes := changes_between(before, each["after"]):
            revisions.append({"at": datetime.fromisoformat(each["at"]), "changes": changes})
    return revisions
