"""The verbs of a candidacy. Each writes its state, its journal line, its notice and its mail in
one transaction; what must happen elsewhere happens after commit."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import Dossier, User
from accounts.queries import household, resources, snapshot, what_is_missing
from accounts.rules import MissingFact, missing_facts
from alin.kit import clock, journal
from alin.kit.actor import SYSTEM, Actor
from eligibility.queries import household_facts, parameters_at
from eligibility.rules import (
    HouseholdFacts,
    Parameters,
    Verdict,
    evaluate,
)
from listings.models import Offer
from listings.queries import home_terms, offer_terms

from . import messages
from .models import LIVE_STATES, Candidacy, PointCheck, Proposal, State, SuspensiveCondition
from .rules import refusing_explanations, seniority
from .staff_words import claims
from .workflow import NotYours, StaleCandidacy, TransitionRefused, apply_transition, roles_of

logger = logging.getLogger(__name__)

HOME_TAKEN = "Le logement a été accepté par un candidat mieux classé."
LEASE_SIGNED = "Vous avez signé le bail d'un logement social : votre demande est close."


class CannotApply(Exception):
    """The candidacy is refused before anything is written; `reasons` say why, in French."""

    def __init__(self, reasons: list[str], missing: list[MissingFact] | None = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.missing = missing or []


def access_purpose(candidacy: Candidacy) -> str:
    """The purpose under which the landlord sees the dossier: this candidacy, and only it.

    What others see because of it bears a purpose that starts with this one, `candidacy:…:…`."""
    return f"candidacy:{candidacy.public_id}"


def verdict_for(dossier: Dossier, offer: Offer, on: date) -> Verdict:
    """What this household is entitled to for this offer on a given day, with the reasons."""
    return evaluate(household_facts(dossier, on), home_terms(offer), parameters_at(on))


def reasons_not_to_apply(
    *, offer: Offer, at: datetime, missing: list[MissingFact], verdict: Verdict, live: int
) -> list[str]:
    """Why one cannot apply now; empty when one can."""
    reasons = []
    if at < offer.opens_at:
        reasons.append(_("Les candidatures à ce logement ne sont pas encore ouvertes."))
    elif not offer.is_open(at):
        reasons.append(_("Les candidatures à ce logement sont closes."))
    if missing:
        reasons.append(
            _("Il manque encore dans votre dossier : %(what)s.")
            % {"what": ", ".join(fact.label for fact in missing)}
        )
    if not missing:
        reasons += refusing_explanations(verdict)
    if live >= settings.MAX_LIVE_CANDIDACIES:
        reasons.append(
            _(
                "Vous avez déjà %(n)d candidatures en cours, le maximum. Retirez-en une pour "
                "postuler ici ; c'est sans conséquence."
            )
            % {"n": live}
        )
    return reasons


def missing_for(dossier: Dossier, offer: Offer, on: date) -> list[MissingFact]:
    """What the dossier still lacks for this offer. A home without commission asks for no numéro
    unique, since nobody examines the candidacy under L441-2-1 CCH."""
    saved = dossier.pk is not None
    missing = what_is_missing(dossier, on) if saved else missing_facts(dossier, [], [], set(), on)
    if offer.path == Offer.Path.DIRECT:
        return [fact for fact in missing if fact.section != "numero"]
    return missing


@dataclass(frozen=True)
class Standing:
    """Where a person stands towards an offer before applying; `reasons` is empty when she may.
    `monthly_eur`: what her household has each month, None when somebody has not told."""

    facts: HouseholdFacts
    monthly_eur: int | None
    verdict: Verdict
    missing: list[MissingFact]
    reasons: list[str]


def standing_of(
    dossier: Dossier, offer: Offer, at: datetime, parameters: Parameters, *, live: int
) -> Standing:
    """What `submit_candidacy` would answer at the instant `at`; writes nothing, not even the
    dossier of somebody who has none yet (an unsaved one, then). `live`: how many candidacies
    she has now."""
    facts = household_facts(dossier, parameters.on)
    verdict = evaluate(facts, home_terms(offer), parameters)
    missing = missing_for(dossier, offer, parameters.on)
    told = resources(dossier, household(dossier), parameters.on)
    return Standing(
        facts,
        told.monthly.amount,
        verdict,
        missing,
        reasons_not_to_apply(offer=offer, at=at, missing=missing, verdict=verdict, live=live),
    )


def submit_candidacy(*, actor: Actor, offer: Offer) -> Candidacy:
    """Apply to an offer with one's dossier as it is now.

    Decided by the database's clock inside the transaction. Applying twice (a double click, two
    tabs) gives the candidacy that already lives. Writes the candidacy, its journal, the landlord's
    access to the dossier, the notice and the mail. Raises CannotApply with the reasons."""
    user = actor.user
    if not isinstance(user, User):
        raise CannotApply([_("Connectez-vous pour postuler.")])
    dossier = accounts.open_dossier(user=user)
    try:
        return _submit(actor, user, dossier, offer)
    except IntegrityError:
        # A twin was faster by a breath: what it made is what was asked for.
        living = Candidacy.objects.filter(
            offer=offer, applicant=user, state__in=LIVE_STATES
        ).first()
        if living is None:
            raise
        return living


@transaction.atomic
def _submit(actor: Actor, user: User, dossier: Dossier, offer: Offer) -> Candidacy:
    # The applicant, not the offer, is locked: a rush on one home never waits in line here.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    live = list(Candidacy.objects.filter(applicant=user, state__in=LIVE_STATES).order_by("slot"))
    for candidacy in live:
        if candidacy.offer_id == offer.pk:
            return candidacy
    at = clock.database_now()
    today = at.astimezone(clock.PARIS).date()
    current = Offer.objects.select_related(
        "dwelling__residence__commune", "organisation", "reservataire"
    ).get(pk=offer.pk)
    missing = missing_for(dossier, current, today)
    verdict = verdict_for(dossier, current, today)
    reasons = reasons_not_to_apply(
        offer=current, at=at, missing=missing, verdict=verdict, live=len(live)
    )
    if reasons:
        raise CannotApply(reasons, missing)
    candidacy = Candidacy.objects.create(
        offer=current,
        dossier=dossier,
        applicant=user,
        organisation=current.organisation,
        slot=_free_slot(live),
        offer_terms=offer_terms(current),
        dossier_snapshot=snapshot(dossier, today),
        seniority_on=seniority(dossier.numero_unique, dossier.numero_registered_on, today),
        submitted_at=at,
    )
    accounts.open_access(
        dossier=dossier, organisation=current.organisation, purpose=access_purpose(candidacy)
    )
    journal.append(
        candidacy.journal_chain,
        "submit",
        actor=actor,
        data={"to": candidacy.state, "version": 0, "verdict": verdict.status},
    )
    messages.tell_applicant(candidacy, messages.submitted(candidacy))
    return candidacy


def _free_slot(live: Iterable[Candidacy]) -> int:
    taken = {candidacy.slot for candidacy in live}
    return next(n for n in range(1, settings.MAX_LIVE_CANDIDACIES + 1) if n not in taken)


@transaction.atomic
def resend_dossier(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """Send the dossier as it is now, in place of the copy sent before. Until it is presented.

    The points whose answers changed have to be verified again, and the dossier is no longer
    ready then. Raises NotYours, StaleCandidacy, TransitionRefused, CannotApply (incomplete)."""
    locked = (
        Candidacy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__applicant", "offer__dwelling__residence__commune")
        .get(pk=candidacy.pk)
    )
    if locked.applicant_id != actor.user_id:
        raise NotYours
    if locked.version != expected_version:
        raise StaleCandidacy
    if locked.state not in (State.SUBMITTED, State.INSTRUCTION):
        raise TransitionRefused([_("Votre dossier est déjà présenté : la copie envoyée fait foi.")])
    today = clock.database_now().astimezone(clock.PARIS).date()
    missing = missing_for(locked.dossier, locked.offer, today)
    if missing:
        raise CannotApply([_("Complétez d'abord votre dossier.")], missing)
    before, now = locked.dossier_snapshot, snapshot(locked.dossier, today)
    told, says = claims(before, today), claims(now, today)
    changed = [point for point in PointCheck.Point.values if told[point] != says[point]]
    voided = PointCheck.objects.filter(candidacy=locked, point__in=changed).delete()[0]
    locked.dossier_snapshot = now
    locked.seniority_on = seniority(
        locked.dossier.numero_unique, locked.dossier.numero_registered_on, today
    )
    locked.version += 1
    if voided:
        locked.ready_at = locked.ready_by = None
    locked.save(
        update_fields=["dossier_snapshot", "seniority_on", "version", "ready_at", "ready_by"]
    )
    journal.append(
        locked.journal_chain,
        "resend",
        actor=actor,
        data={
            "from": locked.state,
            "to": locked.state,
            "version": locked.version,
            "changed": changed,
        },
    )
    return locked


@transaction.atomic
def take_in_instruction(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """An agent starts to study the dossier; the applicant is told."""
    taken = apply_transition(candidacy, "take", actor=actor, expected_version=expected_version)
    messages.tell_applicant(taken, messages.taken(taken))
    return taken


@transaction.atomic
def conclude_point(
    *,
    actor: Actor,
    candidacy: Candidacy,
    point: str,
    outcome: str,
    reason: str,
    expected_version: int,
    seen: str | None = None,
) -> PointCheck:
    """Verify or refuse (with a reason) one point of the dossier; replaces an earlier conclusion.

    `seen`: the conclusion that the page showed ("" for none), None not to compare: two agents
    who conclude on one point at once do not undo each other unknowingly. Replacing a conclusion
    changes the candidacy's version, so that nobody marks ready what they did not read.
    Only while the candidacy is in instruction and not yet ready. Raises StaleCandidacy,
    TransitionRefused, ValidationError (refused without a reason)."""
    if "landlord" not in roles_of(actor, candidacy):
        raise NotYours
    locked = Candidacy.objects.select_for_update(of=("self",), no_key=True).get(pk=candidacy.pk)
    if locked.version != expected_version:
        raise StaleCandidacy
    if locked.state != State.INSTRUCTION or locked.ready_at:
        raise TransitionRefused([_("Les points ne se vérifient que pendant l'instruction.")])
    earlier = PointCheck.objects.filter(candidacy=locked, point=point).first()
    if seen is not None and seen != (earlier.outcome if earlier else ""):
        raise StaleCandidacy
    check = earlier or PointCheck(candidacy=locked, point=point)
    check.outcome, check.reason = outcome, reason.strip()
    check.by_id, check.at = actor.user_id, clock.now()
    check.full_clean()
    check.save()
    if earlier:
        locked.version += 1
        locked.save(update_fields=["version"])
    journal.append(
        locked.journal_chain,
        "point_concluded",
        actor=actor,
        reason=check.reason,
        data={"point": point, "outcome": outcome},
    )
    return check


def mark_ready(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """Every point is concluded: the dossier may go before a commission, or be chosen."""
    return apply_transition(candidacy, "mark_ready", actor=actor, expected_version=expected_version)


@transaction.atomic
def set_aside(
    *, actor: Actor, candidacy: Candidacy, reason: str, expected_version: int | None = None
) -> Candidacy:
    """Do not retain the candidacy, with a motive that the applicant reads."""
    ended = apply_transition(
        candidacy, "set_aside", actor=actor, reason=reason, expected_version=expected_version
    )
    _close_access(ended)
    messages.tell_applicant(ended, messages.not_selected(ended, reason))
    return ended


@transaction.atomic
def present_to_commission(
    *, actor: Actor, candidacy: Candidacy, commission_at: datetime
) -> Candidacy:
    """Put on a session's agenda: the dossier is frozen again, as the commission will see it."""
    presented = apply_transition(
        candidacy,
        "present",
        actor=actor,
        data={"commission_at": commission_at.isoformat()},
    )
    presented.commission_at = commission_at
    # What the agent verified is what the commission sees; a later change is shown, or re-sent.
    presented.presented_snapshot = presented.dossier_snapshot
    presented.save(update_fields=["commission_at", "presented_snapshot"])
    messages.tell_applicant(presented, messages.presented(presented))
    return presented


@transaction.atomic
def take_off_agenda(*, actor: Actor, candidacy: Candidacy, reason: str) -> Candidacy:
    """Back to instruction, ready as before. The applicant, who was told the day, is told that it
    no longer stands, but not the reason: nothing was decided."""
    back = apply_transition(candidacy, "take_off_agenda", actor=actor, reason=reason)
    messages.tell_applicant(back, messages.taken_off_agenda(back))
    back.commission_at = None
    back.presented_snapshot = None
    back.save(update_fields=["commission_at", "presented_snapshot"])
    return back


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
    _close_access(ended)
    messages.tell_applicant(ended, messages.not_awarded(ended, reason))
    return ended


@transaction.atomic
def declare_inadmissible(*, actor: Actor, candidacy: Candidacy, reason: str) -> Candidacy:
    """Write and notify an irrecevabilité with its motives."""
    ended = apply_transition(
        candidacy, "declare_inadmissible", actor=actor, reason=reason, as_commission=True
    )
    _close_access(ended)
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
        "applicant", "organisation", "suspensive_condition"
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
def accept_proposal(
    *, actor: Actor, candidacy: Candidacy, expected_version: int | None = None
) -> Candidacy:
    """The applicant takes the home: everybody else on it is told, and their candidacies end."""
    taken = apply_transition(candidacy, "accept", actor=actor, expected_version=expected_version)
    _answer(taken, Proposal.Answer.ACCEPTED)
    messages.tell_applicant(taken, messages.accepted(taken))
    others = Candidacy.objects.filter(
        offer_id=taken.offer_id,
        state__in=[State.SUBMITTED, State.INSTRUCTION, State.COMMISSION, State.AWARDED_WAITING],
    ).exclude(pk=taken.pk)
    for other in others.order_by("pk"):
        released = apply_transition(other, "release", actor=SYSTEM, reason=_(HOME_TAKEN))
        _close_access(released)
        messages.tell_applicant(released, messages.not_selected(released, _(HOME_TAKEN)))
    return taken


@transaction.atomic
def refuse_proposal(
    *, actor: Actor, candidacy: Candidacy, reason: str = "", expected_version: int | None = None
) -> Candidacy:
    """The applicant declines; the home goes to the next in rank at once."""
    ended = apply_transition(
        candidacy, "refuse", actor=actor, reason=reason, expected_version=expected_version
    )
    _answer(ended, Proposal.Answer.REFUSED, reason)
    _close_access(ended)
    messages.tell_applicant(ended, messages.refused(ended))
    propose_next(offer=ended.offer)
    return ended


def _answer(candidacy: Candidacy, answer: str, reason: str = "") -> None:
    Proposal.objects.filter(candidacy=candidacy).update(
        answer=answer, answered_at=clock.database_now(), refusal_reason=reason
    )


def expire_due_proposals() -> int:
    """End the proposals whose delay has passed, and pass each home on. Returns how many.

    One transaction each: a fault on one never holds the others. Safe to run twice at once."""
    due = Proposal.objects.filter(answer="", deadline__lte=clock.database_now()).select_related(
        "candidacy"
    )
    return _each(_expire, (proposal.candidacy for proposal in due.order_by("deadline", "pk")))


def _each(step: Callable[[Any], int], rows: Iterable[Any]) -> int:
    """Do a scheduled step on each row; one that fails is logged, and the others go on."""
    done = 0
    for row in rows:
        try:
            done += step(row)
        except Exception:
            logger.exception("%s failed on %s", step.__name__, row.pk)
    return done


@transaction.atomic
def _expire(candidacy: Candidacy) -> int:
    try:
        ended = apply_transition(candidacy, "expire", actor=SYSTEM)
    except TransitionRefused:
        return 0
    _answer(ended, Proposal.Answer.EXPIRED)
    _close_access(ended)
    messages.tell_applicant(ended, messages.expired(ended))
    propose_next(offer=ended.offer)
    return 1


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


def lapse_due_conditions() -> int:
    """End the awards whose condition was not met in time, and pass each home on."""
    due = SuspensiveCondition.objects.filter(
        met_at=None, due_at__lte=clock.database_now(), candidacy__state=State.AWARDED_WAITING
    ).select_related("candidacy")
    return _each(_lapse, due.order_by("due_at", "pk"))


@transaction.atomic
def _lapse(condition: SuspensiveCondition) -> int:
    reason = _("La pièce attendue n'a pas été fournie dans le délai : %(piece)s.") % {
        "piece": condition.piece
    }
    try:
        ended = apply_transition(condition.candidacy, "lapse", actor=SYSTEM, reason=reason)
    except TransitionRefused:
        return 0
    _close_access(ended)
    messages.tell_applicant(ended, messages.not_awarded(ended, reason))
    propose_next(offer=ended.offer)
    return 1


@transaction.atomic
def withdraw(
    *, actor: Actor, candidacy: Candidacy, expected_version: int | None = None
) -> Candidacy:
    """The applicant leaves the list, without consequence; the landlord's access ends."""
    ended = apply_transition(candidacy, "withdraw", actor=actor, expected_version=expected_version)
    _close_access(ended)
    messages.tell_applicant(ended, messages.withdrawn(ended))
    propose_next(offer=ended.offer)
    return ended


@transaction.atomic
def sign_lease(*, actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """The lease is signed: the candidacy is complete. For a social home the person's request is
    struck off at signature (R441-2-8 a CCH), so their other social candidacies end too."""
    signed = apply_transition(
        candidacy, "sign_lease", actor=actor, expected_version=expected_version
    )
    messages.tell_applicant(signed, messages.lease_signed(signed))
    if signed.offer.path == Offer.Path.CALEOL:
        _end_other_social_candidacies(signed)
    return signed


def _end_other_social_candidacies(signed: Candidacy) -> None:
    others = Candidacy.objects.filter(
        applicant_id=signed.applicant_id,
        offer__kind=Offer.Kind.SOCIAL,
        state__in=[State.SUBMITTED, State.INSTRUCTION, State.COMMISSION, State.AWARDED_WAITING],
    )
    for other in others.order_by("offer_id"):
        ended = apply_transition(other, "release", actor=SYSTEM, reason=_(LEASE_SIGNED))
        _close_access(ended)
        messages.tell_applicant(ended, messages.not_selected(ended, _(LEASE_SIGNED)))
        propose_next(offer=ended.offer)


def _close_access(candidacy: Candidacy) -> None:
    """Nobody sees the dossier for this candidacy any more: neither landlord nor commission."""
    accounts.close_access(dossier=candidacy.dossier, purpose=access_purpose(candidacy))
