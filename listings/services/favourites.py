"""Keeping an eye on a home."""

from alin.kit.actor import Actor

from ..models import Favourite, Offer


def keep_favourite(*, actor: Actor, offer: Offer) -> None:
    """Among the favourites of the person; again, it changes nothing."""
    Favourite.objects.get_or_create(person_id=actor.user_id, offer=offer)


def leave_favourite(*, actor: Actor, offer: Offer) -> None:
    Favourite.objects.filter(person_id=actor.user_id, offer=offer).delete()
