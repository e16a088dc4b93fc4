"""The verbs that prepare a session: convene it, put homes and candidates on its agenda."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import services as accounts
from alin.kit import clock, journal
from alin.kit.actor import Actor
from applications import services as applications
from applications.models import Candidacy, State
from applications.workflow import TransitionRefused
from commission import rules
from commission.models import AgendaCandidate, AgendaItem, Commission, Session
from commission.queries import awaiting_on, members_in_force
from listings.models import Offer

from .access import access_purpose, open_dossier_to


@transaction.atomic
def schedule_session(
    *, actor: Actor, commission: Commission, scheduled_at: datetime, place: str
) -> Session:
    """Convene a session. Raises ValidationError when the date has passed."""
    if scheduled_at <= clock.now():
        raise ValidationError({"scheduled_at": _("Cette date est déjà passée.")})
    session = Session(commission=commission, scheduled_at=scheduled_at, place=place.strip())
    session.full_clean()
    session.save()
    journal.append(f"session:{session.public_id}", "scheduled", actor=actor)
    return session


def open_session(session: Session) -> Session:
    """Lock a session and its commission (see `access.hold`) until commit. Raises
    TransitionRefused when it is closed."""
    locked = (
        Session.objects.select_for_update(of=("self", "commission"), no_key=True)
        .select_related("commission")
        .get(pk=session.pk)
    )
    if locked.closed_at:
        raise TransitionRefused([_("La séance est close : ses décisions ne changent plus.")])
    return locked


@transaction.atomic
def put_on_agenda(
    *,
    actor: Actor,
    session: Session,
    offer: Offer,
    candidacies: list[Candidacy],
    exception: str = "",
    exception_note: str = "",
) -> AgendaItem:
    """Present candidates for a home: three at least, or one of the legal exceptions, justified.
    A home that is on this agenda already keeps its candidates and receives these.

    Each candidacy moves to the commission, its dossier is frozen, the members may see it until
    the session ends. All or none: a candidate who is not ready stops the whole."""
    session = open_session(session)
    if not candidacies:
        raise ValidationError(_("Choisissez les candidats à présenter."))
    if any(candidacy.offer_id != offer.pk for candidacy in candidacies):
        raise ValidationError(_("Un des candidats n'a pas postulé à ce logement."))
    _check_home_is_free(session, offer)
    item = AgendaItem.objects.filter(session=session, offer=offer).first()
    first = item is None
    item = item or AgendaItem(session=session, offer=offer)
    present = 0 if first else awaiting_on(item).count()
    _except(item, present + len(candidacies), exception, exception_note)
    item.full_clean()
    item.save()
    _present(actor, session, item, candidacies)
    journal.append(
        f"session:{session.public_id}",
        "home_on_agenda" if first else "candidates_added",
        actor=actor,
        reason=exception_note,
        data={
            "offer": str(offer.public_id),
            "candidates": [str(candidacy.public_id) for candidacy in candidacies],
            "exception": item.exception,
        },
    )
    return item


def _present(
    actor: Actor, session: Session, item: AgendaItem, candidacies: list[Candidacy]
) -> None:
    members = [seat.user for seat in members_in_force(session.commission)]
    for candidacy in candidacies:
        presented = applications.present_to_commission(
            actor=actor, candidacy=candidacy, commission_at=session.scheduled_at
        )
        AgendaCandidate.objects.create(item=item, candidacy=presented)
        for member in members:
            open_dossier_to(member, presented, session)


def _check_home_is_free(session: Session, offer: Offer) -> None:
    """One commission at a time decides on a home, and not while its ranked candidates wait."""
    elsewhere = AgendaItem.objects.filter(offer=offer, session__closed_at=None).exclude(
        session=session
    )
    if elsewhere.exists():
        raise ValidationError(
            _("Ce logement est déjà à l'ordre du jour d'une autre séance, pas encore close.")
        )
    if Candidacy.objects.filter(offer=offer, state=State.AWARDED_WAITING).exists():
        raise ValidationError(
            _("Des candidats déjà retenus attendent ce logement : il ne repasse pas en commission.")
        )


def _except(item: AgendaItem, candidates: int, exception: str, note: str) -> None:
    """Write on the item why it has fewer than three candidates; refuse when nothing says why."""
    if exception:
        item.exception, item.exception_note = exception, note.strip()
    elif candidates >= rules.LEAST_CANDIDATES:
        if item.exception == AgendaItem.Exception_.TOO_FEW:
            item.exception = item.exception_note = ""
    elif not item.exception:
        raise ValidationError(
            _(
                "La loi demande au moins trois candidats par logement (R441-3). Ajoutez-en, ou "
                "choisissez l'exception qui s'applique et justifiez-la."
            )
        )


def what_stops_removal(entry: AgendaCandidate) -> list[str]:
    """Why a candidate cannot be taken off the agenda; empty when they can."""
    if entry.item.session.closed_at:
        return [_("La séance est close : son ordre du jour ne change plus.")]
    if entry.decision:
        return [
            _(
                "Une décision de la commission est déjà enregistrée pour ce candidat : il reste à "
                "l'ordre du jour, et seule la commission peut modifier sa décision."
            )
        ]
    if entry.candidacy.state != State.COMMISSION:
        return [_("Sa candidature a pris fin : rien n'est plus à décider pour ce candidat.")]
    return []


@transaction.atomic
def take_candidate_off(
    *,
    actor: Actor,
    entry: AgendaCandidate,
    reason: str,
    exception: str = "",
    exception_note: str = "",
) -> AgendaItem | None:
    """Take a candidate off the agenda of an open session: the candidacy is ready in instruction
    again, and the members do not see the dossier any more. Returns the home's item, None when it
    left the agenda with its last candidate.

    Fewer than three who stay need an exception, unless the home has one. Raises TransitionRefused
    once a decision is recorded for the candidate, ValidationError without exception."""
    session = open_session(entry.item.session)
    locked = _removable(entry)
    item, candidacy = locked.item, locked.candidacy
    applications.take_off_agenda(actor=actor, candidacy=candidacy, reason=reason)
    accounts.close_access(dossier=candidacy.dossier, purpose=access_purpose(candidacy, session))
    locked.delete()
    journal.append(
        f"session:{session.public_id}",
        "candidate_off_agenda",
        actor=actor,
        reason=reason,
        data={"candidacy": str(candidacy.public_id)},
    )
    if not item.candidates.exists():
        item.delete()
        return None
    staying = awaiting_on(item).count()
    if staying:
        _except(item, staying, exception, exception_note)
        item.full_clean()
        item.save()
    return item


def _removable(entry: AgendaCandidate) -> AgendaCandidate:
    """The candidate's line, locked; raises TransitionRefused when it cannot be taken off."""
    locked = (
        AgendaCandidate.objects.select_for_update(of=("self",), no_key=True)
        .select_related("item__session", "candidacy__dossier")
        .filter(pk=entry.pk)
        .first()
    )
    if locked is None:
        raise TransitionRefused([_("Ce candidat n'est déjà plus à l'ordre du jour.")])
    if stops := what_stops_removal(locked):
        raise TransitionRefused(stops)
    return locked
