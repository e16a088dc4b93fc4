"""An operator replaces the list of certificates that seals are verified with."""

import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.access import require
from alin.kit.actor import Actor
from documents.models import TrustList
from documents.seals import Chain

JOURNAL = "trust-lists"


@transaction.atomic
def load_trust_list(*, actor: Actor, chain: Chain, issued_on: date, next_update: date) -> TrustList:
    """Keep a list that was checked. It counts for nothing before it is put in force.

    Raises ValidationError when its dates make no sense."""
    require(actor, "documents.choose_trust")
    pem = chain.as_pem()
    loaded = TrustList(
        pem=pem,
        sha256=hashlib.sha256(pem.encode()).hexdigest(),
        certificates=len(chain.every_leaf()),
        authorities=len(chain.every_authority()),
        issued_on=issued_on,
        next_update=next_update,
        loaded_by_id=actor.user_id,
    )
    loaded.full_clean()
    loaded.save()
    _write_down(actor, loaded, "loaded")
    return loaded


@transaction.atomic
def put_in_force(*, actor: Actor, trust_list: TrustList) -> None:
    """From now on seals are verified with this list; those read before keep their verdict.

    Raises ValidationError when the list was put in force before."""
    require(actor, "documents.choose_trust")
    # One change at a time: two operators would meet at the constraint instead of a sentence.
    lists = {each.pk: each for each in TrustList.objects.select_for_update().order_by("pk")}
    chosen = lists[trust_list.pk]
    if chosen.in_force_at is not None:
        raise ValidationError(_("Cette liste a déjà été mise en vigueur : chargez-la de nouveau."))
    for each in lists.values():
        if each.is_in_force:
            _leave(actor, each)
    chosen.in_force_at = clock.now()
    chosen.save(update_fields=["in_force_at"])
    _write_down(actor, chosen, "in_force")


@transaction.atomic
def set_aside(*, actor: Actor, trust_list: TrustList) -> None:
    """Give its place back to the list that is shipped. Raises ValidationError."""
    require(actor, "documents.choose_trust")
    chosen = TrustList.objects.select_for_update().get(pk=trust_list.pk)
    if not chosen.is_in_force:
        raise ValidationError(_("Cette liste n'est pas en vigueur."))
    _leave(actor, chosen)


def _leave(actor: Actor, trust_list: TrustList) -> None:
    trust_list.set_aside_at = clock.now()
    trust_list.save(update_fields=["set_aside_at"])
    _write_down(actor, trust_list, "set_aside")


def _write_down(actor: Actor, trust_list: TrustList, event: str) -> None:
    journal.append(
        JOURNAL,
        f"trust_list_{event}",
        actor=actor,
        data={
            "list": str(trust_list.public_id),
            "sha256": trust_list.sha256,
            "issued_on": trust_list.issued_on.isoformat(),
            "certificates": trust_list.certificates,
        },
    )
