"""The verbs of offers."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor

from .models import Offer
from .signals import offer_published


@transaction.atomic
def publish_offer(*, actor: Actor, offer: Offer) -> Offer:
    """Put a draft before the public from its opening on, and say so to those who listen
    (`offer_published`), in the same transaction. Raises ValidationError in words."""
    if offer.published_at:
        raise ValidationError(_("Cette offre est déjà publiée."))
    if offer.closes_at <= clock.database_now():
        raise ValidationError({"closes_at": _("La date de clôture est déjà passée.")})
    offer.published_at = clock.now()
    offer.published_by_id = actor.user_id or None
    offer.full_clean()
    offer.save()
    journal.append(f"offer:{offer.public_id}", "published", actor=actor)
    offer_published.send(Offer, offer=offer)
    return offer


@transaction.atomic
def close_early(*, actor: Actor, offer: Offer, reason: str, at: datetime | None = None) -> Offer:
    """Stop receiving candidacies before the announced date; says why."""
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi l'offre ferme plus tôt.")})
    offer.closed_early_at = at or clock.database_now()
    offer.closed_early_reason = reason.strip()
    offer.save(update_fields=["closed_early_at", "closed_early_reason"])
    journal.append(f"offer:{offer.public_id}", "closed_early", actor=actor, reason=reason)
    return offer


def rebuild_search(*, batch: int = 5_000) -> int:
    """Make every search row say what its offer says, in ranges of keys, each a transaction of its
    own; returns how many were wrong, missing or left over. Again, it changes nothing."""
    last, changed = 0, 0
    while ids := list(
        Offer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT write_search_rows(%s::bigint[])", [ids])
            changed += cursor.fetchone()[0]
        last = ids[-1]
    return changed
