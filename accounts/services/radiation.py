"""The end of a demande: struck off on one of the grounds of R441-2-8 CCH."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.models import Dossier
from alin.kit import journal
from alin.kit.actor import Actor

from .dossier import count_change, tell_change

_LIVE = ~Q(numero_unique="") & Q(numero_radiation_ground="")


@transaction.atomic
def strike_off(*, actor: Actor, dossier: Dossier, ground: str, on: date) -> bool:
    """Write that the demande of a dossier is struck off, since that day, on a ground of R441-2-8
    CCH. Whether something was written: nothing without a number, nor when it was struck off
    before. Tells nobody: the verb that ends it knows what to say."""
    if not Dossier.objects.filter(_LIVE, pk=dossier.pk).exists():
        return False
    # The order of a save: the section first, then the dossier.
    count_change(actor=actor, dossier=dossier, section="numero")
    locked = (
        Dossier.objects.select_for_update(of=("self",), no_key=True)
        .filter(_LIVE, pk=dossier.pk)
        .first()
    )
    if locked is None:
        return False
    locked.numero_radiation_ground, locked.numero_radiated_on = ground, on
    locked.save(update_fields=["numero_radiation_ground", "numero_radiated_on"])
    journal.append(
        f"dossier:{locked.public_id}",
        "struck_off",
        actor=actor,
        data={"ground": ground, "on": on.isoformat(), "numero": locked.numero_unique},
    )
    tell_change(locked)
    return True
