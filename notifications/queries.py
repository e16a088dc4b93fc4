from django.db.models import QuerySet

from alin.kit.actor import Actor

from .models import Notice


def notices_visible_to(actor: Actor) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient_id=actor.user_id)


def unread_count(actor: Actor) -> int:
    return notices_visible_to(actor).filter(read_at=None).count()
