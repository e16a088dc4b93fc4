"""Who keeps a commission, who prepares a session, who decides in it."""

import rules

from alin.kit.actor import Actor

from .models import Commission, Session
from .queries import seat_in


@rules.predicate
def works_for_its_landlord(actor: Actor, session: Session | None) -> bool:
    return (
        session is not None
        and actor.is_landlord_staff
        and session.commission.organisation_id == actor.organisation_id
    )


@rules.predicate
def decides_in_it(actor: Actor, session: Session | None) -> bool:
    seat = seat_in(actor, session.commission_id) if session is not None else None
    return seat is not None and seat.decides


@rules.predicate
def is_landlord_staff(actor: Actor) -> bool:
    return actor.is_landlord_staff


@rules.predicate
def manages_the_landlord(actor: Actor) -> bool:
    return actor.is_landlord_staff and actor.is_manager


@rules.predicate
def manages_its_landlord(actor: Actor, commission: Commission | None) -> bool:
    return (
        commission is not None
        and actor.is_landlord_staff
        and actor.is_manager
        and commission.organisation_id == actor.organisation_id
    )


@rules.predicate
def sits_on_a_commission(actor: Actor) -> bool:
    return actor.sits_on_commission


rules.add_perm("commission.open", is_landlord_staff | sits_on_a_commission)
rules.add_perm("commission.schedule", is_landlord_staff)
rules.add_perm("commission.prepare", works_for_its_landlord)
rules.add_perm("commission.decide", decides_in_it)
rules.add_perm("commission.create", manages_the_landlord)
rules.add_perm("commission.keep", manages_its_landlord)
