"""What this room hears from the rooms below."""

from typing import Any

from django.dispatch import receiver

from listings.models import Offer
from listings.rules import Change
from listings.signals import (
    offer_changed,
    offer_closed_early,
    offer_published,
    offered_home_changed,
)

from . import services


@receiver(offer_published)
def let_anew(offer: Offer, **_more: Any) -> None:
    services.free_home(offer=offer)


@receiver(offered_home_changed)
def tell_who_applied(offer: Offer, changes: list[Change], **_more: Any) -> None:
    services.tell_home_changed(offer=offer, changes=changes)


@receiver(offer_changed)
def tell_who_applied_to_it(offer: Offer, changes: list[Change], **_more: Any) -> None:
    services.tell_offer_changed(offer=offer, changes=changes)


@receiver(offer_closed_early)
def tell_who_kept_an_eye_on_it(offer: Offer, **_more: Any) -> None:
    services.tell_closed_early(offer=offer)
