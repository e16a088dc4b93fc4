"""Keeping an eye on a home."""

from django.db import transaction

from alin.kit.actor import Actor
from alin.kit.patience import twice

from ..models import Favourite, Offer


def keep_favourite(*, actor: Actor, offer: Offer) -> None:
    """Among the favourites of the person; again, it changes nothing."""

    def keep() -> None:
        with transaction.atomic():
            Favourite.objects.get_or_create(person_id=actor.user_id, offer=offer)

    twice(keep)


def leave_favourite(*, actor: Actor, offer: Offer) -> None:
    Favourite.objects.filter(person_id=actor.user_id, offer=offer).delete()
