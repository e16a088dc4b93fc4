"""Which dossiers the members of a commission read: those on the agendas of its open sessions."""

from django.utils.translation import gettext as _

from accounts import services as accounts
from accounts.models import User
from alin.kit import french
from applications import services as applications
from applications.models import Candidacy, State
from commission.models import AgendaCandidate, Commission, Session


def access_purpose(candidacy: Candidacy, session: Session) -> str:
    """The purpose under which members see a dossier. It follows from the candidacy: whatever ends
    the candidacy ends their access with the landlord's (`applications.access_purpose`)."""
    return f"{applications.access_purpose(candidacy)}:session:{session.public_id}"


def access_subject(candidacy: Candidacy, session: Session) -> str:
    """What the applicant reads of it: which commission, when, for which home."""
    return _("%(commission)s, séance du %(day)s : %(home)s") % {
        "commission": session.commission,
        "day": french.long_date(session.scheduled_at),
        "home": applications.access_subject(candidacy),
    }


def hold(commission: Commission) -> Commission:
    """Lock a commission until commit. Naming or ending a member, making an agenda and closing a
    session follow each other: none of them then misses the dossiers the other opens."""
    return Commission.objects.select_for_update(of=("self",), no_key=True).get(pk=commission.pk)


def open_agendas_to(person: User, commission: Commission) -> None:
    """Let somebody who has just been named read what the other members read."""
    presented = (
        AgendaCandidate.objects.filter(
            item__session__commission=commission,
            item__session__closed_at=None,
            candidacy__state=State.COMMISSION,
        )
        .select_related("candidacy__dossier", "item__session__commission")
        # A withdrawal at the same moment comes before, and is seen, or after, and closes this.
        .select_for_update(of=("candidacy",), no_key=True)
        .order_by("candidacy_id")
    )
    for entry in presented:
        open_dossier_to(person, entry.candidacy, entry.item.session)


def open_dossier_to(person: User, candidacy: Candidacy, session: Session) -> None:
    """Let a member read what a session judges; the applicant reads which, when, for which home."""
    accounts.open_access(
        dossier=candidacy.dossier,
        person=person,
        purpose=access_purpose(candidacy, session),
        subject=access_subject(candidacy, session),
    )


def close_agendas_to(person: User, commission: Commission) -> None:
    """The person reads no dossier of this commission any more."""
    presented = AgendaCandidate.objects.filter(
        item__session__commission=commission, item__session__closed_at=None
    ).select_related("candidacy", "item__session")
    accounts.close_accesses_of_person(
        person=person,
        purposes=[access_purpose(entry.candidacy, entry.item.session) for entry in presented],
    )
