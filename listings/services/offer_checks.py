"""What the verbs of offers refuse, in words, before they write."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alin.kit import clock

from ..models import Offer, RentCeiling
from ..queries.landlord import rent_verdict
from ..rules import (
    deposit_refusal,
    home_refusals,
    span_refusals,
    territory_refusal,
    window_refusals,
)


def shortest_window() -> timedelta:
    return timedelta(hours=settings.OFFER_SHORTEST_WINDOW_HOURS)


def refuse_ended(offer: Offer, now: datetime) -> None:
    if offer.archived_at:
        raise ValidationError(_("Cette offre est archivée : dupliquez-la pour la reprendre."))
    if offer.published_at and offer.effective_closing() <= now:
        raise ValidationError(
            _("Cette offre est close : elle ne change plus. Dupliquez-la pour en publier une.")
        )


def check_window(offer: Offer, now: datetime) -> None:
    """A draft may wait for a better date; only a window that can never be is refused."""
    if offer.closes_at <= offer.opens_at:
        raise ValidationError(
            window_refusals(
                opens_at=offer.opens_at,
                closes_at=offer.closes_at,
                at=now,
                least=shortest_window(),
            )
        )


def check_dates(offer: Offer) -> None:
    refused = span_refusals(
        opens_at=offer.opens_at,
        closes_at=offer.closes_at,
        available_on=offer.available_on,
        on=clock.today(),
        longest=timedelta(days=settings.OFFER_LONGEST_WINDOW_DAYS),
        farthest=timedelta(days=settings.OFFER_FARTHEST_DAYS),
    )
    if refused:
        raise ValidationError(refused)


def check_funding(offer: Offer) -> None:
    if said := territory_refusal(offer.funding, offer.dwelling.residence.commune):
        raise ValidationError({"funding": said})


def check_home(offer: Offer) -> None:
    if refused := home_refusals(offer, clock.today()):
        raise ValidationError(refused)


def check_deposit(offer: Offer) -> None:
    refusal = deposit_refusal(
        programme=offer.programme, rent=offer.rent, deposit=offer.deposit, on=clock.today()
    )
    if refusal:
        raise ValidationError({"deposit": refusal})


def check_published(
    offer: Offer,
    now: datetime,
    *,
    window_moved: bool,
    ceilings: Sequence[RentCeiling] | None = None,
) -> None:
    refused = {}
    if window_moved:
        refused = window_refusals(
            opens_at=offer.opens_at, closes_at=offer.closes_at, at=now, least=shortest_window()
        )
    verdict = rent_verdict(offer, ceilings)
    if verdict.status == "over":
        refused["rent"] = verdict.sentence
    if refused:
        raise ValidationError(refused)
