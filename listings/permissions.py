"""Who may do what with homes and offers."""

import rules

from alin.kit.actor import Actor


@rules.predicate
def is_landlord_staff(actor: Actor) -> bool:
    """Agents and managers alike: an offer is published by whoever empties the dwelling."""
    return actor.is_landlord_staff


rules.add_perm("listings.keep_stock", is_landlord_staff)


@rules.predicate
def is_applicant(actor: Actor) -> bool:
    """Favourites and alerts are one's own, not one's employer's."""
    return actor.is_applicant


rules.add_perm("listings.keep_searches", is_applicant)
