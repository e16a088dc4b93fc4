"""What this room hears from the rooms below."""

from typing import Any

from django.dispatch import receiver

from listings.models import Offer
from listings.signals import offer_published

from . import services


@receiver(offer_published)
def let_anew(offer: Offer, **_more: Any) -> None:
    services.free_home(offer=offer)
