"""Who may do what with a candidacy."""

import rules

from accounts.queries import is_party
from alin.kit.actor import Actor

from .models import Candidacy


@rules.predicate
def is_its_applicant(actor: Actor, candidacy: Candidacy | None) -> bool:
    """Hers, whether the candidacy bears her name or that of the person whose dossier she shares."""
    return candidacy is not None and is_party(
        actor, dossier_id=candidacy.dossier_id, holder_id=candidacy.applicant_id
    )


@rules.predicate
def works_for_its_landlord(actor: Actor, candidacy: Candidacy | None) -> bool:
    return (
        candidacy is not None
        and actor.is_landlord_staff
        and candidacy.organisation_id == actor.organisation_id
    )


@rules.predicate
def acts_for_herself(actor: Actor) -> bool:
    """An agent who looks for a home applies as herself, never in the name of her employer."""
    return actor.is_applicant


@rules.predicate
def is_landlord_staff(actor: Actor) -> bool:
    return actor.is_landlord_staff


rules.add_perm("applications.answer", is_its_applicant)
rules.add_perm("applications.instruct", works_for_its_landlord)
rules.add_perm("applications.open_inbox", is_landlord_staff)
rules.add_perm("applications.apply", acts_for_herself)
