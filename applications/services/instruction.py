"""The landlord's study of a dossier, up to the commission's agenda."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.queries import snapshot
from accounts.rules import with_verifications
from alin.kit import clock, journal
from alin.kit.actor import Actor
from applications import messages
from applications.models import Candidacy, PointCheck, State
from applications.workflow import (
    NotYours,
    StaleCandidacy,
    TransitionRefused,
    apply_transition,
    roles_of,
)

from .access import end_access


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
    The figures of verified resources are verified in the dossier too, for every landlord to come.
    Only while the candidacy is in instruction and not yet ready. Raises StaleCandidacy,
    TransitionRefused, ValidationError (refused without a reason)."""
    locked = _under_study(actor, candidacy, expected_version)
    earlier = PointCheck.objects.filter(candidacy=locked, point=point).first()
    if seen is not None and seen != (earlier.outcome if earlier else ""):
        raise StaleCandidacy
    check = earlier or PointCheck(candidacy=locked, point=point)
    check.outcome, check.reason = outcome, reason.strip()
    check.by_id, check.at = actor.user_id, clock.now()
    check.full_clean()
    check.save()
    if point == PointCheck.Point.RESOURCES:
        _stand_by_figures(actor, locked, verified=outcome == PointCheck.Outcome.VERIFIED)
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


def _under_study(actor: Actor, candidacy: Candidacy, expected_version: int) -> Candidacy:
    """The candidacy, locked, whose points the landlord's agent may conclude on now; raises
    NotYours, StaleCandidacy, TransitionRefused."""
    if "landlord" not in roles_of(actor, candidacy):
        raise NotYours
    locked = Candidacy.objects.select_for_update(of=("self",), no_key=True).get(pk=candidacy.pk)
    if locked.version != expected_version:
        raise StaleCandidacy
    if locked.state != State.INSTRUCTION or locked.ready_at:
        raise TransitionRefused([_("Les points ne se vérifient que pendant l'instruction.")])
    return locked


def _stand_by_figures(actor: Actor, candidacy: Candidacy, *, verified: bool) -> None:
    """The dossier keeps that its figures, if still those of the copy judged, are verified."""
    conclude = accounts.verify_figures if verified else accounts.withdraw_verification
    conclude(actor=actor, dossier=candidacy.dossier, judged=candidacy.dossier_snapshot)


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
    end_access(ended)
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
    presented.presented_snapshot = with_verifications(
        presented.dossier_snapshot, snapshot(presented.dossier, clock.today())
    )
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
