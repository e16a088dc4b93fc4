"""What this room hears: an offer that it has itself published."""

from typing import Any

from django.dispatch import receiver

from .models import Offer
from .services import ask_for_alerts
from .signals import offer_published


@receiver(offer_published)
def tell_those_who_search(offer: Offer, **_more: Any) -> None:
    ask_for_alerts(offer=offer)
