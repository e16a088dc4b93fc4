"""The applicant's answers, and the lease that ends the story."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier
from alin.kit import clock
from alin.kit.actor import SYSTEM, Actor
from applications import messages
from applications.models import Candidacy, Proposal, State
from applications.workflow import apply_transition
from listings.models import Offer

from .access import end_access
from .decisions import propose_next

HOME_TAKEN = "Le logement a été accepté par un candidat mieux classé."


LEASE_SIGNED = "Vous avez signé le bail d'un logement social : votre demande est close."


@transaction.atomic
def accept_proposal(
    *, actor: Actor, candidacy: Candidacy, expected_version: int | None = None
) -> Candidacy:
    """The applicant takes the home: everybody else on it is told. The candidacies that nobody
    ranked end; those awarded behind wait for the lease, should this one be given up before."""
    taken = apply_transition(candidacy, "accept", actor=actor, expected_version=expected_version)
    keep_answer(taken, Proposal.Answer.ACCEPTED)
    messages.tell_applicant(taken, messages.accepted(taken), by=actor)
    others = Candidacy.objects.filter(
        offer_id=taken.offer_id,
        state__in=[State.SUBMITTED, State.INSTRUCTION, State.COMMISSION],
    )
    _release(others)
    for behind in Candidacy.objects.filter(
        offer_id=taken.offer_id, state=State.AWARDED_WAITING
    ).select_related("dossier__applicant", "organisation"):
        messages.tell_applicant(behind, messages.waits_for_lease(behind), about="home-accepted")
    return taken


def _release(others: QuerySet[Candidacy]) -> None:
    """End the candidacies of a home that somebody has taken, and tell each."""
    for other in others.order_by("pk"):
        released = apply_transition(other, "release", actor=SYSTEM, reason=_(HOME_TAKEN))
        end_access(released)
        messages.tell_applicant(released, messages.not_selected(released, _(HOME_TAKEN)))


@transaction.atomic
def refuse_proposal(
    *, actor: Actor, candidacy: Candidacy, reason: str = "", expected_version: int | None = None
) -> Candidacy:
    """The applicant declines; the home goes to the next in rank at once."""
    ended = apply_transition(
        candidacy, "refuse", actor=actor, reason=reason, expected_version=expected_version
    )
    keep_answer(ended, Proposal.Answer.REFUSED, reason)
    end_access(ended)
    messages.tell_applicant(ended, messages.refused(ended), by=actor)
    propose_next(offer=ended.offer)
    return ended


def keep_answer(candidacy: Candidacy, answer: str, reason: str = "") -> None:
    Proposal.objects.filter(candidacy=candidacy).update(
        answer=answer, answered_at=clock.database_now(), refusal_reason=reason
    )


@transaction.atomic
def withdraw(
    *, actor: Actor, candidacy: Candidacy, expected_version: int | None = None
) -> Candidacy:
    """The applicant leaves the list, without consequence; the landlord's access ends."""
    ended = apply_transition(candidacy, "withdraw", actor=actor, expected_version=expected_version)
    end_access(ended)
    messages.tell_applicant(ended, messages.withdrawn(ended), by=actor)
    propose_next(offer=ended.offer)
    return ended


@transaction.atomic
def sign_lease(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """The lease is signed: the candidacy is complete, and nobody waits for this home any more. For
    a social home the person's request is struck off at signature (R441-2-8 a CCH), so their other
    social candidacies end too."""
    signed = apply_transition(
        candidacy, "sign_lease", actor=actor, expected_version=expected_version
    )
    end_access(signed)
    messages.tell_applicant(signed, messages.lease_signed(signed))
    _release(Candidacy.objects.filter(offer_id=signed.offer_id, state=State.AWARDED_WAITING))
    if signed.offer.path == Offer.Path.CALEOL:
        accounts.strike_off(
            actor=actor,
            dossier=signed.dossier,
            ground=Dossier.RadiationGround.HOUSED,
            on=clock.local_day(clock.database_now()),
        )
        _end_other_social_candidacies(signed)
    return signed


def _end_other_social_candidacies(signed: Candidacy) -> None:
    others = Candidacy.objects.filter(
        applicant_id=signed.applicant_id,
        offer__in=Offer.objects.by_commission(),
        state__in=[State.SUBMITTED, State.INSTRUCTION, State.COMMISSION, State.AWARDED_WAITING],
    )
    for other in others.order_by("offer_id"):
        ended = apply_transition(other, "release", actor=SYSTEM, reason=_(LEASE_SIGNED))
        end_access(ended)
        messages.tell_applicant(ended, messages.not_selected(ended, _(LEASE_SIGNED)))
        propose_next(offer=ended.offer)
