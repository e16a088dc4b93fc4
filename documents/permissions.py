"""Who may give pieces and who may check them."""

import rules

from accounts.models import Dossier
from accounts.permissions import is_operator
from accounts.queries import is_party
from alin.kit.actor import Actor


@rules.predicate
def keeps(actor: Actor, dossier: Dossier | None) -> bool:
    """One of the people who keep the dossier: its holder or the one who shares it."""
    return (
        actor.is_applicant
        and dossier is not None
        and is_party(actor, dossier_id=dossier.pk, holder_id=dossier.applicant_id)
    )


@rules.predicate
def works_for_a_landlord(actor: Actor) -> bool:
    return actor.is_landlord_staff


rules.add_perm("documents.give", keeps)
rules.add_perm("documents.check", works_for_a_landlord)
rules.add_perm("documents.choose_trust", is_operator)
