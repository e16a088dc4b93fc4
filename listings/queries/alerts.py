"""Favourites and saved searches, through who asks."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from alin.kit.actor import Actor

from ..models import AlertSubscription, Favourite, SavedSearch
from ..pictures import photo_of_home


def searches_of(actor: Actor) -> QuerySet[SavedSearch]:
    return (
        SavedSearch.objects.filter(person_id=actor.user_id)
        .select_related("person__dossier", "person__alert_subscription")
        .order_by("slot")
    )


def has_paused_alerts(actor: Actor) -> bool:
    paused = AlertSubscription.objects.filter(person_id=actor.user_id, muted_at__isnull=False)
    return paused.exists()


def favourites_of(actor: Actor, at: datetime) -> QuerySet[Any]:
    """Homes open at the instant `at` first, the soonest closing on top, then those that open
    later, then the others, the newest first; with what their cards say and show (`photo`)."""
    early = Q(offer__closed_early_at=None) | Q(offer__closed_early_at__gt=at)
    not_over = Q(early, offer__closes_at__gt=at)
    is_open = Q(not_over, offer__published_at__lte=at, offer__opens_at__lte=at)
    return (
        Favourite.objects.filter(person_id=actor.user_id)
        .select_related("offer__dwelling__residence__commune__departement", "offer__organisation")
        .annotate(
            photo=photo_of_home("offer__"),
            group=Case(
                When(is_open, then=Value(0)), When(not_over, then=Value(1)), default=Value(2)
            ),
            closing=Case(When(not_over, then=F("offer__closes_at"))),
        )
        .order_by("group", F("closing").asc(nulls_last=True), "-added_at", "-pk")
    )


def is_favourite(actor: Actor) -> dict[str, Exists]:
    """For cards: whether who searches keeps an eye on the home."""
    if not actor.is_applicant:
        return {}
    return {"favourite": kept_by(actor, "offer_id")}


def kept_by(actor: Actor, offer: str = "pk") -> Exists:
    """Whether the offer (the path to its key) is among the favourites of the reader."""
    own = Favourite.objects.filter(person_id=actor.user_id, offer=OuterRef(offer))
    return Exists(own)
