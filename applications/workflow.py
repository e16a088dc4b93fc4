"""The life of a candidacy: one table, one verb.

The table below is the whole truth; buttons, the reasons why a button is grey, the diagram of the
documentation and the tests of every state × transition × role are made from it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.queries import is_party
from alin.kit import clock, journal
from alin.kit.actor import Actor, SystemActor

from .guards import (
    Guard,
    applications_are_closed,
    condition_has_lapsed,
    condition_is_met,
    deadline_is_ahead,
    deadline_is_behind,
    every_point_is_concluded,
    goes_before_a_commission,
    has_a_numero_unique,
    home_is_free,
    home_is_not_taken,
    is_decided_by_the_landlord,
    is_first_in_rank,
    is_ready,
)
from .models import Candidacy, State

S = State

STAFF_LABELS = {
    S.SUBMITTED: gettext_lazy("À prendre en charge"),
    S.INSTRUCTION: gettext_lazy("En instruction"),
    S.COMMISSION: gettext_lazy("À l'ordre du jour"),
    S.AWARDED_WAITING: gettext_lazy("Attribuée, en attente"),
    S.PROPOSAL: gettext_lazy("Proposition en cours"),
    S.ACCEPTED: gettext_lazy("Acceptée"),
    S.LEASE_SIGNED: gettext_lazy("Bail signé"),
    S.WITHDRAWN: gettext_lazy("Retirée"),
    S.NOT_SELECTED: gettext_lazy("Non retenue"),
    S.INADMISSIBLE: gettext_lazy("Irrecevable"),
    S.NOT_AWARDED: gettext_lazy("Non attribuée"),
    S.REFUSED: gettext_lazy("Refusée par le candidat"),
    S.EXPIRED: gettext_lazy("Sans réponse"),
}
TONES = {
    S.SUBMITTED: "info",
    S.INSTRUCTION: "info",
    S.COMMISSION: "info",
    S.AWARDED_WAITING: "success",
    S.PROPOSAL: "warning",
    S.ACCEPTED: "success",
    S.LEASE_SIGNED: "success",
    S.WITHDRAWN: "neutral",
    S.NOT_SELECTED: "neutral",
    S.INADMISSIBLE: "danger",
    S.NOT_AWARDED: "neutral",
    S.REFUSED: "neutral",
    S.EXPIRED: "neutral",
}
FINAL_STATES = {
    S.LEASE_SIGNED,
    S.WITHDRAWN,
    S.NOT_SELECTED,
    S.INADMISSIBLE,
    S.NOT_AWARDED,
    S.REFUSED,
    S.EXPIRED,
}

APPLICANT, LANDLORD, COMMISSION, SYSTEM_ROLE = "applicant", "landlord", "commission", "system"


class TransitionRefused(Exception):
    """The transition cannot be made; `reasons` say why, in French."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class StaleCandidacy(TransitionRefused):
    """Somebody else was faster: the candidacy changed since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            [
                _(
                    "Cette candidature a changé depuis que vous avez ouvert la page. "
                    "Relisez-la avant de décider."
                )
            ]
        )


class NotYours(TransitionRefused):
    """This person may not make this transition."""

    def __init__(self) -> None:
        super().__init__([_("Cette action ne vous est pas ouverte.")])


@dataclass(frozen=True)
class Transition:
    """One allowed step. `stamp` names the column that keeps its instant, `event` the message."""

    name: str
    label: Any
    sources: tuple[State, ...]
    target: State
    who: tuple[str, ...]
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False
    stamp: str = ""


_L = gettext_lazy
TRANSITIONS: dict[str, Transition] = {
    t.name: t
    for t in [
        Transition(
            "take", _L("Prendre en instruction"), (S.SUBMITTED,), S.INSTRUCTION, (LANDLORD,),
            stamp="taken_at",
        ),
        Transition(
            "mark_ready", _L("Marquer le dossier prêt"), (S.INSTRUCTION,), S.INSTRUCTION,
            (LANDLORD,), guards=(every_point_is_concluded,), stamp="ready_at",
        ),
        Transition(
            "present", _L("Présenter à la commission"), (S.INSTRUCTION,), S.COMMISSION,
            (LANDLORD,),
            guards=(
                is_ready, goes_before_a_commission, has_a_numero_unique, applications_are_closed,
                home_is_free,
            ),
        ),
        Transition(
            "take_off_agenda", _L("Retirer de l'ordre du jour"), (S.COMMISSION,), S.INSTRUCTION,
            (LANDLORD,), needs_reason=True,
        ),
        Transition(
            "award", _L("Attribuer"), (S.COMMISSION,), S.AWARDED_WAITING, (COMMISSION,),
            stamp="decided_at",
        ),
        Transition(
            "not_award", _L("Ne pas attribuer"), (S.COMMISSION,), S.NOT_AWARDED, (COMMISSION,),
            needs_reason=True, stamp="decided_at",
        ),
        Transition(
            "declare_inadmissible", _L("Déclarer irrecevable"), (S.COMMISSION,), S.INADMISSIBLE,
            (COMMISSION,), needs_reason=True, stamp="decided_at",
        ),
        Transition(
            "propose", _L("Proposer le logement"), (S.AWARDED_WAITING,), S.PROPOSAL,
            (SYSTEM_ROLE,), guards=(home_is_free, is_first_in_rank, condition_is_met),
        ),
        Transition(
            "choose", _L("Retenir et proposer le logement"), (S.INSTRUCTION,), S.PROPOSAL,
            (LANDLORD,),
            guards=(is_decided_by_the_landlord, is_ready, applications_are_closed, home_is_free),
            needs_reason=True, stamp="decided_at",
        ),
        Transition(
            "set_aside", _L("Ne pas retenir"), (S.SUBMITTED, S.INSTRUCTION), S.NOT_SELECTED,
            (LANDLORD,), needs_reason=True, stamp="decided_at",
        ),
        Transition(
            "accept", _L("Accepter le logement"), (S.PROPOSAL,), S.ACCEPTED, (APPLICANT,),
            guards=(deadline_is_ahead, home_is_not_taken),
        ),
        Transition(
            "refuse", _L("Refuser le logement"), (S.PROPOSAL,), S.REFUSED, (APPLICANT,),
            guards=(deadline_is_ahead,),
        ),
        Transition(
            "expire", _L("Constater l'absence de réponse"), (S.PROPOSAL,), S.EXPIRED,
            (SYSTEM_ROLE,), guards=(deadline_is_behind,),
        ),
        Transition(
            "lapse", _L("Constater la condition non remplie"), (S.AWARDED_WAITING,),
            S.NOT_AWARDED, (SYSTEM_ROLE,), guards=(condition_has_lapsed,), needs_reason=True,
        ),
        Transition(
            "release", _L("Clore : logement pourvu"),
            (S.SUBMITTED, S.INSTRUCTION, S.COMMISSION, S.AWARDED_WAITING), S.NOT_SELECTED,
            (SYSTEM_ROLE,), needs_reason=True,
        ),
        Transition(
            "withdraw", _L("Retirer ma candidature"),
            (S.SUBMITTED, S.INSTRUCTION, S.COMMISSION, S.AWARDED_WAITING), S.WITHDRAWN,
            (APPLICANT,),
        ),
        Transition(
            "renounce", _L("Renoncer au logement accepté"), (S.ACCEPTED,), S.WITHDRAWN,
            (APPLICANT,), needs_reason=True,
        ),
        Transition(
            "sign_lease", _L("Constater la signature du bail"), (S.ACCEPTED,), S.LEASE_SIGNED,
            (LANDLORD,),
        ),
    ]
}  # fmt: skip


def roles_of(actor: Actor, candidacy: Candidacy) -> set[str]:
    """In which of the workflow's roles this actor stands towards this candidacy.

    The commission's own service vouches for its members (`as_commission` of apply_transition)."""
    if isinstance(actor, SystemActor):
        return {SYSTEM_ROLE}
    roles = set()
    if is_party(actor, dossier_id=candidacy.dossier_id, holder_id=candidacy.applicant_id):
        # Nobody instructs their own request, even when they work for the landlord.
        return {APPLICANT}
    if actor.is_landlord_staff and candidacy.organisation_id == actor.organisation_id:
        roles.add(LANDLORD)
    return roles


@dataclass(frozen=True)
class Choice:
    """A button: its transition, and why it is grey (empty when it is not)."""

    transition: Transition
    reasons: list[str]


def choices_for(actor: Actor, candidacy: Candidacy) -> list[Choice]:
    """The transitions of this state that the actor's role may make, with what stops each."""
    roles, at = roles_of(actor, candidacy), clock.now()
    return [
        Choice(
            transition, [reason for guard in transition.guards for reason in guard(candidacy, at)]
        )
        for transition in TRANSITIONS.values()
        if candidacy.state in transition.sources and roles & set(transition.who)
    ]


@transaction.atomic
def apply_transition(
    candidacy: Candidacy,
    name: str,
    *,
    actor: Actor,
    reason: str = "",
    expected_version: int | None = None,
    as_commission: bool = False,
    data: dict[str, Any] | None = None,
) -> Candidacy:
    """Make one step: lock the row, check version, source, role, reason and guards, write the
    state, its dated column and the journal line. Returns the locked, changed candidacy.

    `expected_version`: what the page showed; None for scheduled work, which follows the lock.
    `as_commission`: set by the commission's service after it checked the member's seat.
    Raises StaleCandidacy, NotYours, TransitionRefused; nothing is written then."""
    transition = TRANSITIONS[name]
    locked = _hold(candidacy)
    if expected_version is not None and locked.version != expected_version:
        raise StaleCandidacy
    roles = {COMMISSION} if as_commission else roles_of(actor, locked)
    if not roles & set(transition.who):
        raise NotYours
    at = clock.database_now()
    _check(transition, locked, reason, at)
    before = locked.state
    _write(transition, locked, actor, at)
    journal.append(
        locked.journal_chain,
        name,
        actor=actor,
        reason=reason,
        data={"from": before, "to": locked.state, "version": locked.version, **(data or {})},
    )
    return locked


def _hold(candidacy: Candidacy) -> Candidacy:
    """Lock the home, then the candidacy, until commit."""
    _hold_home(candidacy.offer_id)
    return (
        Candidacy.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "offer__dwelling__residence__commune", "applicant", "organisation", "dossier__applicant"
        )
        .get(pk=candidacy.pk)
    )


def _hold_home(offer_id: int) -> None:
    """Steps on one home, by whichever of its offers, follow each other: an acceptance ends many
    candidacies, and two of them locking the same rows in another order would block each other.
    Applying is not held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('home:' || dwelling_id, 1))"
            " FROM listings_offer WHERE id = %s",
            [offer_id],
        )


def _check(transition: Transition, candidacy: Candidacy, reason: str, at: datetime) -> None:
    if candidacy.state not in transition.sources:
        raise TransitionRefused(
            [
                _("« %(action)s » n'est plus possible : la candidature est « %(state)s ».")
                % {
                    "action": transition.label,
                    "state": STAFF_LABELS[State(candidacy.state)],
                }
            ]
        )
    reasons = [text for guard in transition.guards for text in guard(candidacy, at)]
    if transition.needs_reason and not reason.strip():
        reasons.append(_("Écrivez le motif de cette décision."))
    if reasons:
        raise TransitionRefused(reasons)


def _write(transition: Transition, candidacy: Candidacy, actor: Actor, at: datetime) -> None:
    """The state, one version more, and the dated columns of the step."""
    candidacy.state = transition.target
    candidacy.version += 1
    fields = {"state", "version"}
    if transition.stamp:
        setattr(candidacy, transition.stamp, at)
        fields.add(transition.stamp)
        by = transition.stamp.replace("_at", "_by")
        if hasattr(candidacy, by):
            setattr(candidacy, f"{by}_id", actor.user_id or None)
            fields.add(by)
    if transition.target in FINAL_STATES:
        candidacy.ended_at = at
        fields.add("ended_at")
    candidacy.save(update_fields=fields)
