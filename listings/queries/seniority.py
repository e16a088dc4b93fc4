"""From a home to the dossiers it would suit: who wishes to live there and is entitled to."""

from dataclasses import dataclass
from math import ceil

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q, QuerySet

from alin.kit import clock
from eligibility.queries import entitled, parameters_at

from ..models import Offer, WishRow
from .offers import home_terms

# In the words of the wishes: “T6 et plus”.
LARGEST_SIZE = 6
MOST_MATCHING = 1_000


@dataclass(frozen=True)
class Matching:
    """How many dossiers a home would suit: a number, never names. `capped`: more than it."""

    number: int
    capped: bool


def dossiers_matching(offer: Offer) -> QuerySet[WishRow]:
    """The wishes that a home answers (commune, rent, size) of households entitled to it, the
    oldest demande first. A dossier that names a city and its arrondissement is there twice."""
    residence, rooms = offer.dwelling.residence, min(offer.dwelling.rooms, LARGEST_SIZE)
    communes = {residence.commune_id, residence.commune.parent_id or residence.commune_id}
    terms = home_terms(offer)
    parameters = parameters_at(
        clock.today(), employers=terms.employment_required, funding=terms.funding
    )
    of_right = entitled(terms=terms, parameters=parameters, facts="facts")
    # One commune, but for three cities: an equality lets the index give the order.
    place = Q(commune=communes.pop()) if len(communes) == 1 else Q(commune__in=communes)
    return WishRow.objects.filter(
        place,
        Q(max_rent=None) | Q(max_rent__gte=ceil(offer.rent_with_charges)),
        Q(sizes=[]) | Q(sizes__contains=[rooms]),
        of_right,
    ).order_by(F("registered_on").asc(nulls_last=True), "dossier_id")


def matching_count(offer: Offer) -> Matching:
    """For the landlord, before publishing. Counted up to a thousand, in two statements."""
    found = dossiers_matching(offer).order_by().values("dossier_id")
    if offer.dwelling.residence.commune.parent_id:
        # Only a city and its arrondissement name a dossier twice; elsewhere, whoever sorts out
        # twins reads every wish of the city instead of the first thousand.
        found = found.distinct()
    try:
        number = found[: MOST_MATCHING + 1].count()
    except EmptyResultSet:
        number = 0
    return Matching(min(number, MOST_MATCHING), number > MOST_MATCHING)
