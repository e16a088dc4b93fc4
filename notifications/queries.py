from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from alin.kit.actor import Actor

from .models import Notice


def notices_visible_to(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient_id=actor.user_id)


def unread_first(actor: Actor) -> QuerySet[Notice]:
    """The person's notices, those not read yet on top, the newest first in each half."""
    return (
        notices_visible_to(actor)
        .annotate(unread=ExpressionWrapper(Q(read_at=None), output_field=BooleanField()))
        .order_by("-unread", "-created_at", "-pk")
    )


def unread_count(actor: Actor) -> int:
    return notices_visible_to(actor).filter(read_at=None).count()
