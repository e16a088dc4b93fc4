"""The verbs of a sitting: stage decisions, close and notify."""

import re
from collections import Counter
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import services as accounts
from accounts.queries import is_party
from alin.kit import clock, journal
from alin.kit.actor import Actor
from applications import services as applications
from applications.models import State
from applications.workflow import NotYours, TransitionRefused
from commission import rules
from commission.models import AgendaCandidate, CommissionMember, Session
from commission.queries import AgendaHome, agenda, agenda_version, seat_in
from documents.models import FORBIDDEN_SAID, FORBIDDEN_WORDS
from listings.models import Offer

from .access import access_purpose
from .agenda import open_session

Decision = AgendaCandidate.Decision
AWARDS = {Decision.ATTRIBUTION, Decision.ATTRIBUTION_RANG, Decision.ATTRIBUTION_CONDITION}


class DecisionsChanged(TransitionRefused):
    """Somebody recorded a decision, or added a home, after the page was shown."""

    def __init__(self, who: object = None) -> None:
        text = (
            _("Une décision vient d'être enregistrée pour ce candidat par %(who)s. Relisez-la.")
            % {"who": who}
            if who
            else _("Une décision a changé depuis que vous avez ouvert cette page. Relisez-les.")
        )
        super().__init__([text])


@transaction.atomic
def record_decision(
    *,
    actor: Actor,
    entry: AgendaCandidate,
    decision: str,
    rank: int | None = None,
    motives: list[str] | None = None,
    motive_text: str = "",
    condition_piece: str = "",
    condition_due_on: date | None = None,
    expected_version: int,
) -> AgendaCandidate:
    """Stage the commission's decision for one candidate; nobody outside sees it before the
    session is closed. Records who, in which capacity, and when.

    Raises NotYours without a deciding seat, TransitionRefused when somebody else was faster or
    the session is closed, ValidationError with the field at fault."""
    session = open_session(entry.item.session)
    seat = _deciding_seat(actor, session)
    locked = _open_to_decision(actor, entry, expected_version)
    locked.decision = decision
    locked.rank, locked.motives, locked.motive_text = rank, list(motives or []), motive_text.strip()
    locked.condition_piece, locked.condition_due_on = condition_piece.strip(), condition_due_on
    _drop_what_the_decision_does_not_carry(locked)
    _check_decision(locked)
    locked.decided_by_id = actor.user_id
    locked.decided_at = clock.now()
    locked.version += 1
    locked.full_clean()
    locked.save()
    journal.append(
        f"session:{session.public_id}",
        "decision_recorded",
        actor=actor,
        reason=rules.motives_in_words(locked.motives, locked.motive_text),
        data={
            "candidacy": str(locked.candidacy.public_id),
            "decision": decision,
            "rank": locked.rank,
            "capacity": seat.capacity,
        },
    )
    return locked


def _deciding_seat(actor: Actor, session: Session) -> CommissionMember:
    """The seat from which the actor decides in this session; raises NotYours without one."""
    seat = seat_in(actor, session.commission_id)
    if seat is None or not seat.decides:
        raise NotYours
    return seat


def _open_to_decision(
    actor: Actor, entry: AgendaCandidate, expected_version: int
) -> AgendaCandidate:
    """The candidate's line, locked; raises TransitionRefused, NotYours, DecisionsChanged when it
    left the agenda, is the actor's own request, or was decided since the page was shown."""
    locked = (
        AgendaCandidate.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=entry.pk)
        .first()
    )
    if locked is None:
        raise TransitionRefused([_("Ce candidat n'est plus à l'ordre du jour.")])
    candidacy = locked.candidacy
    if is_party(actor, dossier_id=candidacy.dossier_id, holder_id=candidacy.applicant_id):
        # Nobody decides on their own request.
        raise NotYours
    if locked.version != expected_version:
        raise DecisionsChanged(locked.decided_by)
    return locked


def _drop_what_the_decision_does_not_carry(entry: AgendaCandidate) -> None:
    """An award has a rank and no motive, a refusal motives and no rank; a condition stands only
    with an award under condition. One alone is awarded the home as the first."""
    if entry.decision in AWARDS:
        entry.motives, entry.motive_text = [], ""
    else:
        entry.rank = None
    if entry.decision == Decision.ATTRIBUTION:
        entry.rank = 1
    if entry.decision != Decision.ATTRIBUTION_CONDITION:
        entry.condition_piece, entry.condition_due_on = "", None


def _check_decision(entry: AgendaCandidate) -> None:
    """What a single decision must carry (R441-3 CCH)."""
    errors: dict[str, str] = {}
    if entry.decision in AWARDS and not entry.rank:
        errors["rank"] = _("Indiquez le rang de ce candidat.")
    if entry.decision == Decision.ATTRIBUTION_CONDITION:
        if not entry.condition_piece:
            errors["condition_piece"] = _("Nommez la pièce attendue.")
        elif re.search(FORBIDDEN_WORDS, entry.condition_piece, re.IGNORECASE):
            errors["condition_piece"] = str(FORBIDDEN_SAID)
        if entry.condition_due_on is None:
            errors["condition_due_on"] = _("Donnez la date limite pour fournir la pièce.")
        elif entry.condition_due_on <= clock.today():
            errors["condition_due_on"] = _("La date limite doit être à venir.")
    if entry.decision in (Decision.NON_ATTRIBUTION, Decision.IRRECEVABILITE) and not entry.motives:
        errors["motives"] = _("Choisissez au moins un motif : il est écrit au candidat (L441-2-2).")
    if entry.decision == Decision.IRRECEVABILITE and not set(entry.motives) <= set(
        rules.INADMISSIBILITY_MOTIVES
    ):
        errors["motives"] = _(
            "L'irrecevabilité n'a que deux motifs : plafond dépassé ou séjour non établi "
            "(R441-2-8). Pour un autre motif, choisissez la non-attribution."
        )
    if any(code not in rules.MOTIVES for code in entry.motives):
        errors["motives"] = _("Ce motif n'est pas dans la liste.")
    if errors:
        raise ValidationError(errors)


def what_stops_closing(session: Session) -> list[str]:
    """Why the session cannot be closed yet; empty when it can."""
    return what_is_undecided(agenda(session))


def what_is_undecided(homes: list[AgendaHome]) -> list[str]:
    """The same for an agenda already read (`queries.agenda`): no statement."""
    if not homes:
        return [_("L'ordre du jour est vide.")]
    return [f"{home.item.offer} : {text}" for home in homes for text in _undecided_of(home)]


def _undecided_of(home: AgendaHome) -> list[str]:
    # Somebody who withdrew since is no longer to be decided on.
    entries = [e for e in home.entries if e.candidacy.state == State.COMMISSION]
    awarded = [entry for entry in entries if entry.decision in AWARDS]
    reasons = []
    if undecided := sum(not entry.decision for entry in entries):
        text = ngettext(
            "%(n)d candidat sans décision.", "%(n)d candidats sans décision.", undecided
        )
        reasons.append(text % {"n": undecided})
    reasons += [
        _("la date limite de la condition de %(who)s est passée. Donnez-en une autre.")
        % {"who": entry.candidacy.applicant}
        for entry in awarded
        if entry.condition_due_on and entry.condition_due_on <= clock.today()
    ]
    if len(awarded) > 1 and any(e.decision == Decision.ATTRIBUTION for e in awarded):
        reasons.append(_("pour attribuer à plusieurs, choisissez « attribution par rang »."))
        return reasons
    # The rank of somebody who withdrew since leaves a hole that closing fills.
    ranks = [e.rank for e in home.entries if e.rank is not None]
    return reasons + rules.ranks_follow_each_other(ranks)


@transaction.atomic
def close_session(
    *, actor: Actor, session: Session, expected_version: int | None = None
) -> Session:
    """Apply every staged decision, notify each candidate, end the members' access, all at once.

    The first in rank receives the proposal; those behind are told their rank. Only a deciding
    member may close. `expected_version`: the `agenda_version` of the decisions that were read
    before closing. Raises NotYours, DecisionsChanged when it is no longer so, TransitionRefused
    with what is still missing."""
    locked = open_session(session)
    _deciding_seat(actor, locked)
    if expected_version is not None and expected_version != agenda_version(locked):
        raise DecisionsChanged
    if clock.database_now() < locked.scheduled_at:
        raise TransitionRefused(
            [_("La séance n'a pas commencé : elle se clôt à partir de sa date et de son heure.")]
        )
    if reasons := what_stops_closing(locked):
        raise TransitionRefused(reasons)
    for offer in _apply_decisions(actor, locked):
        applications.propose_next(offer=offer)
        applications.tell_waiting(offer=offer)
    locked.closed_at = clock.database_now()
    locked.closed_by_id = actor.user_id
    locked.save(update_fields=["closed_at", "closed_by"])
    journal.append(f"session:{locked.public_id}", "closed", actor=actor)
    return locked


def _apply_decisions(actor: Actor, session: Session) -> list[Offer]:
    """Apply each decision, home by home and in the order of the ranks, and end what members see
    of it. Returns the homes of the agenda."""
    entries = (
        AgendaCandidate.objects.filter(item__session=session)
        .select_related("candidacy__dossier", "item__offer")
        .order_by("item__offer_id", "rank", "pk")
    )
    offers: dict[int, Offer] = {}
    awarded: Counter[int] = Counter()
    for entry in entries:
        accounts.close_access(
            dossier=entry.candidacy.dossier, purpose=access_purpose(entry.candidacy, session)
        )
        if entry.candidacy.state == State.COMMISSION:
            awarded[entry.item_id] += entry.decision in AWARDS
            _apply(actor, entry, rank=awarded[entry.item_id])
        offers[entry.item.offer_id] = entry.item.offer
    return list(offers.values())


def _apply(actor: Actor, entry: AgendaCandidate, *, rank: int) -> None:
    """`rank` is the place among those still there, in the order the commission gave."""
    candidacy = entry.candidacy
    if entry.decision in AWARDS:
        applications.award(
            actor=actor,
            candidacy=candidacy,
            rank=rank,
            condition_piece=entry.condition_piece,
            condition_due_on=entry.condition_due_on,
        )
        return
    reason = rules.motives_in_words(entry.motives, entry.motive_text)
    if entry.decision == Decision.NON_ATTRIBUTION:
        applications.not_award(actor=actor, candidacy=candidacy, reason=reason)
    else:
        applications.declare_inadmissible(actor=actor, candidacy=candidacy, reason=reason)
