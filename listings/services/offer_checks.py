"""What the verbs of offers refuse, in words, before they write."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from alin.kit import clock

from ..models import Offer, RentCeiling
from ..queries.landlord import rent_verdict
from ..rules import (
    deposit_refusal,
    publication_refusals,
    refused_changes,
    refused_once_published,
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


def check_deposit(offer: Offer) -> None:
    refusal = deposit_refusal(
        programme=offer.programme, rent=offer.rent, deposit=offer.deposit, on=clock.today()
    )
    if refusal:
        raise ValidationError({"deposit": refusal})


def check_promises(
    offer: Offer,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    applied: bool,
    promised: date | None,
) -> None:
    """What a published offer said `before`, and what it may say after. `applied`: whether somebody
    has applied; `promised`: the earliest day on which those who wait read that it is free."""
    refused = _newly_refused(offer, before)
    if applied:
        refused |= refused_changes(before, after, promised=promised)
    if refused := refused | refused_once_published(before, after):
        raise ValidationError(refused)


def _newly_refused(offer: Offer, before: Mapping[str, Any]) -> dict[str, str]:
    """Why this could not have been published, unless what it said before could not either: what
    was right when it was published is still corrected."""
    said = copy(offer)
    said.programme, said.funding = before["programme"], before["funding"]
    said.available_on = date.fromisoformat(before["available_on"])
    known = publication_refusals(said, clock.today())
    return {
        name: why
        for name, why in publication_refusals(offer, clock.today()).items()
        if name not in known
    }


def check_published(
    offer: Offer,
    now: datetime,
    *,
    less_time: bool,
    ceilings: Sequence[RentCeiling] | None = None,
) -> None:
    """`less_time`: whether there is less of it to apply than before, or never was any."""
    refused = {}
    if less_time:
        refused = window_refusals(
            opens_at=offer.opens_at, closes_at=offer.closes_at, at=now, least=shortest_window()
        )
    verdict = rent_verdict(offer, ceilings)
    if verdict.status == "over":
        refused["rent"] = verdict.sentence
    if refused:
        raise ValidationError(refused)
