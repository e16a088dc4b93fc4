"""Offers as visitors, applicants and landlords see them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Window

from alin.kit.actor import Actor
from eligibility.rules import HomeTerms
from territory.models import Commune, Departement
from territory.queries import folded, neighbours, search_communes

from .models import Offer, OfferQuerySet

_FULL = ("dwelling__residence__commune__departement", "organisation", "reservataire")
_COMMUNE = "dwelling__residence__commune"
PAGE_SIZE = 20
NEAR_KM = 30
MOST_SUGGESTIONS = 6
MOST_HOMONYMS = 60


def published_offers(at: datetime) -> OfferQuerySet:
    """Every offer whose page the public may read: open ones and those closed since."""
    return Offer.objects.filter(published_at__lte=at).select_related(*_FULL)


def open_offers(at: datetime) -> OfferQuerySet:
    """Offers one may apply to now, the soonest closing first."""
    return Offer.objects.open_at(at).select_related(*_FULL).order_by("closes_at", "pk")


def offers_visible_to(actor: Actor) -> QuerySet[Offer]:
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
    )


def offer_terms(offer: Offer) -> dict[str, Any]:
    """What the offer says now, as plain data to freeze into a candidacy. Euros a month as text."""
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    return {
        "kind": offer.kind,
        "funding": offer.funding,
        "typology": dwelling.typology,
        "surface_m2": str(dwelling.surface_m2),
        "floor": dwelling.floor,
        "residence": residence.name,
        "address": residence.address,
        "commune": residence.commune.name,
        "commune_code": residence.commune_id,
        "rent": str(offer.rent),
        "charges": str(offer.charges),
        "deposit": str(offer.deposit),
        "available_on": offer.available_on.isoformat(),
        "closes_at": offer.closes_at.isoformat(),
        "conditions": offer.conditions,
    }


def open_offers_near(offer: Offer, at: datetime, limit: int = 3) -> list[Offer]:
    """Other open offers of the same commune, or within thirty kilometres of it."""
    commune = offer.dwelling.residence.commune
    around = neighbours(commune, NEAR_KM).order_by().values("insee_code")
    return list(
        open_offers(at)
        .filter(Q(**{f"{_COMMUNE}__in": around}) | Q(**{_COMMUNE: commune}))
        .exclude(pk=offer.pk)[:limit]
    )


# --- what people type as a place -----------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where the offers asked for are: `where` filters offers (see `in_place`).

    `communes`: whether a commune bears the name. `same_name`: the labels of the communes when
    several do; a label typed again means that one alone. `alike`: labels of communes with a
    name like what was typed."""

    key: str
    where: Q
    communes: bool = False
    same_name: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)


def place_named(text: str) -> Place:
    """The place that `text` means: a commune, a département or a region by name, a postal code
    or the code of a département. Accents and capitals do not matter. One statement at most.

    A name that is both a commune's and a département's (Vienne) means both."""
    typed, departement_code = _without_departement(text)
    key = folded(typed)
    if _is_postal_code(key):
        return Place(key, Q(**{f"{_COMMUNE}__postal_codes__contains": [key]}))
    if _is_departement_code(key):
        return Place(key, Q(**{f"{_COMMUNE}__departement": key.upper().zfill(2)}))
    found = search_communes(typed, limit=MOST_HOMONYMS)
    if departement_code:
        found = [each for each in found if each.departement_id == departement_code]
    meant = _meant(found)
    codes = [commune.insee_code for commune in meant]
    where = Q(**{f"{_COMMUNE}__in": codes}) | Q(**{f"{_COMMUNE}__parent__in": codes})
    if not departement_code:
        where |= Q(departement_key=key) | Q(region_key=key)
    return Place(
        key,
        where,
        communes=bool(meant),
        same_name=[commune_label(commune) for commune in meant] if len(meant) > 1 else [],
        alike=[commune_label(commune) for commune in found[:MOST_SUGGESTIONS]],
    )


def _is_postal_code(key: str) -> bool:
    return re.fullmatch(r"[0-9]{5}", key) is not None


def _is_departement_code(key: str) -> bool:
    return re.fullmatch(r"[0-9]{1,3}|2[ab]", key) is not None


def _without_departement(text: str) -> tuple[str, str]:
    """“Saint-Denis (93)” → (“Saint-Denis”, “93”)."""
    match = re.fullmatch(r"(.+?)\s*\(\s*([0-9]{2,3}|2[ABab])\s*\)\s*", text)
    return (match[1], match[2].upper()) if match else (text, "")


def _meant(found: list[Commune]) -> list[Commune]:
    """Those that bear the exact name, else the only one whose name begins so."""
    exact = [each for each in found if getattr(each, "likelihood", None) == 0]
    begins = [each for each in found if getattr(each, "likelihood", None) == 1]
    return exact or (begins if len(begins) == 1 else [])


def commune_label(commune: Commune) -> str:
    return f"{commune.name} ({commune.departement_id})"


def in_place(offers: QuerySet[Offer], place: Place) -> QuerySet[Offer]:
    return offers.alias(
        departement_key=_folded_by_database(f"{_COMMUNE}__departement__name"),
        region_key=_folded_by_database(f"{_COMMUNE}__departement__region_name"),
    ).filter(place.where)


def _folded_by_database(column: str) -> Func:
    return Func(F(column), function="territory_folded", output_field=TextField())


def suggestions_for_unknown(place: Place) -> list[str] | None:
    """For a search that found nothing: None when the place exists, else what may have been
    meant, possibly nothing. One statement at most."""
    if place.communes:
        return None
    if _is_postal_code(place.key):
        return None if Commune.objects.filter(postal_codes__contains=[place.key]).exists() else []
    rows = list(Departement.objects.values_list("code", "name", "region_name"))
    if _is_departement_code(place.key):
        return None if place.key.upper().zfill(2) in {code for code, *_names in rows} else []
    names = {folded(name): name for _code, *both in rows for name in both}
    if place.key in names:
        return None
    close = get_close_matches(place.key, names, n=2, cutoff=0.75)
    return [names[key] for key in close] + place.alike


# --- pages ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A page of offers, how many there are in all, and the number of the page (from 1)."""

    offers: Sequence[Offer]
    total: int
    page: int

    @property
    def has_next(self) -> bool:
        return self.page * PAGE_SIZE < self.total


def page_of(offers: QuerySet[Offer], page: int) -> Found:
    """One page, counted by the statement that reads it; a page beyond the end is the first."""
    start = (page - 1) * PAGE_SIZE
    counted = offers.annotate(total=Window(Count("pk")))
    rows = list(counted[start : start + PAGE_SIZE])
    if not rows and page > 1:
        return page_of(offers, 1)
    return Found(rows, getattr(rows[0], "total", 0) if rows else 0, page)
