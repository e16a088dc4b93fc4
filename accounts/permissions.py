"""Who may manage whom."""

import rules

from alin.kit.actor import Actor

from .models import Dossier, Organisation


@rules.predicate
def is_operator(actor: Actor) -> bool:
    return actor.is_operator


@rules.predicate
def manages(actor: Actor, organisation: Organisation | None) -> bool:
    return (
        organisation is not None
        and actor.organisation_id == organisation.pk
        and actor.role == "manager"
    )


@rules.predicate
def acts_for_oneself(actor: Actor) -> bool:
    return actor.is_applicant


@rules.predicate
def holds(actor: Actor, dossier: Dossier | None) -> bool:
    """The person in whose name the dossier is, not the one who shares it."""
    return dossier is not None and dossier.applicant_id == actor.user_id


rules.add_perm("accounts.hold_dossier", acts_for_oneself & holds)
rules.add_perm("accounts.keep_own_dossier", acts_for_oneself)
rules.add_perm("accounts.create_organisation", is_operator)
rules.add_perm("accounts.settle_numero", is_operator)
rules.add_perm("accounts.manage_team", is_operator | manages)
