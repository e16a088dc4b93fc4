"""From a home to the dossiers it would suit: who wishes to live there and is entitled to."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db import connection

from alin.kit import clock
from eligibility.queries import entitled_in_sql, parameters_at
from eligibility.rules import ceilings_key

from ..models import Offer
from .offers import home_terms

# In the words of the wishes: “T6 et plus”.
LARGEST_SIZE = 6
MOST_MATCHING = 1_000


@dataclass(frozen=True)
class Matching:
    """How many dossiers a home would suit: a number, never names. `capped`: more than it."""

    number: int
    capped: bool


def dossiers_matching(offer: Offer, most: int) -> list[int]:
    """The keys of the dossiers that a home would suit, the oldest demande first, `most` at most.
    A dossier that names a city and its arrondissement counts twice towards it. Two statements,
    three for a home reserved to employees."""
    found = _wishes_met(offer)
    if found is None:
        return []
    rows, values = found
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT wish.dossier_id {rows}"
            " ORDER BY wish.registered_on NULLS LAST, wish.dossier_id LIMIT %s",
            [*values, most],
        )
        return list(dict.fromkeys(key for (key,) in cursor.fetchall()))


def matching_count(offer: Offer) -> Matching:
    """For the landlord, before publishing. Counted up to a thousand, in as many statements."""
    found = _wishes_met(offer)
    if found is None:
        return Matching(0, capped=False)
    rows, values = found
    # Only a city and its arrondissement name a dossier twice; elsewhere, whoever sorts out twins
    # reads every wish of the city instead of the first thousand.
    twins = "DISTINCT" if offer.dwelling.residence.commune.parent_id else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {twins} wish.dossier_id {rows} LIMIT %s) AS found",
            [*values, MOST_MATCHING + 1],
        )
        (number,) = cursor.fetchone()
    return Matching(min(number, MOST_MATCHING), number > MOST_MATCHING)


def _wishes_met(offer: Offer) -> tuple[str, list[Any]] | None:
    """The wishes that a home answers (commune, rent, size) of households entitled to it: the end
    of a statement from FROM on, and its values. None when nobody can be entitled."""
    residence, rooms = offer.dwelling.residence, min(offer.dwelling.rooms, LARGEST_SIZE)
    terms = home_terms(offer)
    parameters = parameters_at(
        clock.today(),
        employers=terms.employment_required,
        funding=terms.funding,
        zone=ceilings_key(terms),
    )
    of_right = entitled_in_sql(terms=terms, parameters=parameters)
    if of_right is None:
        return None
    condition, values = of_right
    # One commune, but for three cities: an equality lets the index give the order.
    city = residence.commune.parent_id
    place = "IN (%s, %s)" if city else "= %s"
    communes = [residence.commune_id, city] if city else [residence.commune_id]
    return (
        "FROM listings_wishrow AS wish JOIN eligibility_dossierfacts"
        " ON eligibility_dossierfacts.dossier_id = wish.dossier_id"
        f" WHERE wish.commune_id {place} AND (wish.max_rent IS NULL OR wish.max_rent >= %s)"
        " AND (wish.sizes = '{}' OR wish.sizes @> ARRAY[%s]::smallint[])"
        f" AND ({condition})",
        [*communes, ceil(offer.rent_with_charges), rooms, *values],
    )
