"""Putting away what ended long ago."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError

from alin.kit import clock
from alin.kit.actor import SYSTEM

from ..hooks import undecided_of
from ..models import Offer
from .offers import archive_offer

AT_ONCE = 200


def archive_long_closed(*, limit: int = 1000) -> int:
    """Archive published offers whose window ended `OFFER_ARCHIVED_AFTER_DAYS` ago and whose
    candidacies have all ended; returns how many. It decides nothing: an offer that somebody still
    waits for stays, however old. Each is a transaction; killed, it goes on at the next call."""
    before = clock.now() - timedelta(days=settings.OFFER_ARCHIVED_AFTER_DAYS)
    closed = Offer.objects.filter(
        published_at__isnull=False, archived_at=None, closes_at__lte=before
    ).order_by("pk")
    done, last = 0, 0
    while done < limit and (batch := list(closed.filter(pk__gt=last)[:AT_ONCE])):
        last = batch[-1].pk
        undecided = undecided_of([offer.pk for offer in batch])
        for offer in batch:
            if undecided[offer.pk] == 0 and done < limit:
                done += _archived(offer)
    return done


def _archived(offer: Offer) -> bool:
    try:
        archive_offer(actor=SYSTEM, offer=offer)
    except ValidationError:  # somebody archived it meanwhile
        return False
    return True
