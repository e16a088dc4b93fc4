"""What was decided, and to whom the home is proposed."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import SYSTEM, Actor
from applications import messages
from applications.models import Candidacy, Proposal, State, SuspensiveCondition
from applications.workflow import NotYours, TransitionRefused, apply_transition, roles_of
from listings.models import Offer

from .access import end_access


@transaction.atomic
def award(
    *,
    actor: Actor,
    candidacy: Candidacy,
    rank: int,
    condition_piece: str = "",
    condition_due_on: date | None = None,
) -> Candidacy:
    """Write a commission's award at a rank, with its suspensive condition if any. Tells nothing:
    `propose_next` and `tell_waiting` do, once the whole session is applied."""
    awarded = apply_transition(
        candidacy, "award", actor=actor, as_commission=True, data={"rank": rank}
    )
    awarded.awarded_rank = rank
    awarded.save(update_fields=["awarded_rank"])
    if condition_piece and condition_due_on:
        SuspensiveCondition.objects.create(
            candidacy=awarded,
            piece=condition_piece,
            due_at=datetime.combine(
                condition_due_on, datetime.max.time().replace(microsecond=0), tzinfo=clock.PARIS
            ),
        )
    return awarded


@transaction.atomic
def not_award(*, actor: Actor, candidacy: Candidacy, reason: str) -> Candidacy:
    """Write and notify a non-attribution with its motives (L441-2-2 CCH)."""
    ended = apply_transition(candidacy, "not_award", actor=actor, reason=reason, as_commission=True)
    end_access(ended)
    messages.tell_applicant(ended, messages.not_awarded(ended, reason))
    return ended


@transaction.atomic
def declare_inadmissible(*, actor: Actor, candidacy: Candidacy, reason: str) -> Candidacy:
    """Write and notify an irrecevabilité with its motives."""
    ended = apply_transition(
        candidacy, "declare_inadmissible", actor=actor, reason=reason, as_commission=True
    )
    end_access(ended)
    messages.tell_applicant(ended, messages.inadmissible(ended, reason))
    return ended


@transaction.atomic
def propose_next(*, offer: Offer) -> Proposal | None:
    """Offer the home to the best ranked who waits, unless it is offered or taken already.

    Does nothing while the best ranked still owes a piece: the rank is the commission's word."""
    following = (
        Candidacy.objects.filter(offer=offer, state=State.AWARDED_WAITING)
        .order_by("awarded_rank", "pk")
        .first()
    )
    if following is None:
        return None
    try:
        chosen = apply_transition(following, "propose", actor=SYSTEM)
    except TransitionRefused:
        return None
    return _send_proposal(chosen, rank=chosen.awarded_rank or 1)


def _send_proposal(candidacy: Candidacy, *, rank: int) -> Proposal:
    offer, sent_at = candidacy.offer, clock.database_now()
    proposal = Proposal.objects.create(
        candidacy=candidacy,
        rank=rank,
        rent=offer.rent,
        charges=offer.charges,
        deposit=offer.deposit,
        available_on=offer.available_on,
        sent_at=sent_at,
        # Ten full days after the day of sending, to the end of the day: never less than R441-10.
        deadline=clock.full_days_after(sent_at, settings.PROPOSAL_DAYS),
    )
    messages.tell_applicant(candidacy, messages.proposed(candidacy, proposal))
    return proposal


@transaction.atomic
def tell_waiting(*, offer: Offer) -> None:
    """Tell those awarded behind another, or under a condition, where they stand."""
    waiting = Candidacy.objects.filter(offer=offer, state=State.AWARDED_WAITING).select_related(
        "dossier__applicant", "organisation", "suspensive_condition"
    )
    for candidacy in waiting.order_by("awarded_rank"):
        condition = getattr(candidacy, "suspensive_condition", None)
        messages.tell_applicant(
            candidacy,
            messages.awarded_behind(candidacy, condition.piece if condition else ""),
        )


@transaction.atomic
def choose_directly(
    *, actor: Actor, candidacy: Candidacy, reason: str, expected_version: int
) -> Candidacy:
    """For a home without commission: the landlord chooses, with a reason, and proposes it with
    the same notice and the same delay."""
    chosen = apply_transition(
        candidacy, "choose", actor=actor, reason=reason, expected_version=expected_version
    )
    _send_proposal(chosen, rank=1)
    return chosen


@transaction.atomic
def meet_condition(*, actor: Actor, candidacy: Candidacy) -> None:
    """The awaited piece was given: the home is proposed if this is the best rank.

    Raises NotYours, TransitionRefused when the delay has passed or nothing was awaited."""
    if "landlord" not in roles_of(actor, candidacy):
        raise NotYours
    condition = (
        SuspensiveCondition.objects.select_for_update(of=("self",), no_key=True)
        .filter(candidacy=candidacy, met_at=None, candidacy__state=State.AWARDED_WAITING)
        .first()
    )
    at = clock.database_now()
    if condition is None:
        raise TransitionRefused([_("Aucune pièce n'est attendue pour cette candidature.")])
    if condition.due_at < at:
        raise TransitionRefused([_("Le délai pour fournir cette pièce est passé.")])
    condition.met_at = at
    condition.met_by_id = actor.user_id
    condition.save(update_fields=["met_at", "met_by"])
    journal.append(
        candidacy.journal_chain, "condition_met", actor=actor, data={"piece": condition.piece}
    )
    propose_next(offer=candidacy.offer)
