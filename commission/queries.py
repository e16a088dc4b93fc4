"""Reading sessions, agendas and decisions through who asks."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Invitation
from accounts.queries import dossiers_visible_to
from alin.kit import clock
from alin.kit.actor import ANONYMOUS, Actor
from alin.kit.models import JournalEntry
from applications.models import Candidacy, State
from listings.models import Offer
from listings.queries import offers_visible_to

from .models import (
    AgendaCandidate,
    AgendaItem,
    Commission,
    CommissionMember,
    SeatInvitation,
    Session,
)


def _in_force(seats: QuerySet[CommissionMember]) -> QuerySet[CommissionMember]:
    now = clock.now()
    return seats.filter(Q(until=None) | Q(until__gt=now), since__lte=now)


def seats_of(actor: Actor) -> QuerySet[CommissionMember]:
    """The seats in force of a person."""
    return _in_force(CommissionMember.objects.filter(user_id=actor.user_id))


def sits_on_a_commission(user_id: int) -> bool:
    return _in_force(CommissionMember.objects.filter(user_id=user_id)).exists()


def commissions_of_landlord(actor: Actor) -> QuerySet[Commission]:
    if not actor.is_landlord_staff:
        return Commission.objects.none()
    return Commission.objects.filter(organisation_id=actor.organisation_id)


def commissions_kept(actor: Actor) -> QuerySet[Commission]:
    """The landlord's commissions, each with its `seats` in force, in three statements."""
    seats = _in_force(CommissionMember.objects.all()).select_related("user")
    return (
        commissions_of_landlord(actor)
        .annotate(
            waiting=Count(
                "invitations",
                filter=Q(
                    invitations__accepted_at=None,
                    invitations__revoked_at=None,
                    invitations__expires_at__gt=clock.now(),
                ),
            )
        )
        .prefetch_related(Prefetch("members", seats.order_by("capacity", "pk"), to_attr="seats"))
        .order_by("name", "pk")
    )


def seats_kept(actor: Actor) -> QuerySet[CommissionMember]:
    """The seats in force in the landlord's commissions: those its manager may end."""
    return _in_force(
        CommissionMember.objects.filter(commission__in=commissions_of_landlord(actor))
    ).select_related("user", "commission__organisation")


def _pending(invitations: QuerySet[SeatInvitation]) -> QuerySet[SeatInvitation]:
    return invitations.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).select_related("commission__organisation", "invited_by")


def seat_invitations_kept(actor: Actor) -> QuerySet[SeatInvitation]:
    """The invitations still open to the landlord's commissions."""
    return _pending(SeatInvitation.objects.filter(commission__in=commissions_of_landlord(actor)))


def open_seat_invitation(secret: str) -> SeatInvitation | None:
    """The invitation this secret opens, None when used, revoked, expired or unknown."""
    return _pending(SeatInvitation.objects.filter(secret_digest=Invitation.digest(secret))).first()


def sessions_of_landlord(actor: Actor) -> QuerySet[Session]:
    """Sessions that the landlord's staff prepare."""
    return Session.objects.filter(commission__in=commissions_of_landlord(actor)).select_related(
        "commission__organisation"
    )


def sessions_of_member(actor: Actor) -> QuerySet[Session]:
    """Sessions of the commissions where the person sits."""
    return Session.objects.filter(
        commission__in=seats_of(actor).values("commission")
    ).select_related("commission__organisation")


def seat_in(actor: Actor, commission_id: int) -> CommissionMember | None:
    return seats_of(actor).filter(commission_id=commission_id).first()


@dataclass(frozen=True)
class AgendaHome:
    """A home on an agenda with its candidates, in the order they were presented."""

    item: AgendaItem
    entries: list[Any]


def agenda(session: Session, actor: Actor = ANONYMOUS) -> list[AgendaHome]:
    """The homes on the agenda, each with its candidates and what was verified of them, in two
    statements. Each candidate tells whether `actor` may read the dossier still (`readable`):
    nobody's after the session has closed, nor that of somebody who withdrew."""
    dossier = dossiers_visible_to(actor).filter(pk=OuterRef("candidacy__dossier"))
    entries = (
        AgendaCandidate.objects.filter(item__session=session)
        .select_related(
            "item__offer__dwelling__residence__commune",
            "item__offer__reservataire",
            "candidacy__applicant",
            "decided_by",
        )
        .annotate(
            readable=Q(item__session__closed_at=None, candidacy__state=State.COMMISSION)
            & Q(Exists(dossier))
        )
        .prefetch_related("candidacy__checks")
        .order_by("item_id", "pk")
    )
    return [
        AgendaHome(of_home[0].item, of_home)
        for _item, group in groupby(entries, lambda entry: entry.item_id)
        if (of_home := list(group))
    ]


def entries_of_member(actor: Actor) -> QuerySet[AgendaCandidate]:
    """Candidates presented in the sessions where the person sits."""
    return AgendaCandidate.objects.filter(
        item__session__in=sessions_of_member(actor)
    ).select_related(
        "item__session__commission__organisation",
        "item__offer__dwelling__residence__commune",
        "candidacy__applicant",
        "candidacy__dossier",
    )


def sessions_visible_to(actor: Actor) -> QuerySet[Session]:
    """Sessions that one prepares for one's landlord, and those where one sits."""
    return Session.objects.filter(
        Q(commission__in=commissions_of_landlord(actor))
        | Q(commission__in=seats_of(actor).values("commission"))
    ).select_related("commission__organisation")


def with_counts(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each session with how many `homes` and `candidates` its agenda has, and how many of them
    are still without decision (`undecided`; somebody who withdrew awaits none)."""
    waits = Q(items__candidates__decision="", items__candidates__candidacy__state=State.COMMISSION)
    return sessions.annotate(
        homes=Count("items", distinct=True),
        candidates=Count("items__candidates"),
        undecided=Count("items__candidates", filter=waits),
    )


def members_in_force(commission: Commission) -> QuerySet[CommissionMember]:
    return (
        _in_force(CommissionMember.objects.filter(commission=commission))
        .select_related("user")
        .order_by("capacity", "pk")
    )


def entries_visible_to(actor: Actor) -> QuerySet[AgendaCandidate]:
    """Candidates on the agendas that one prepares for one's landlord, or where one sits."""
    return AgendaCandidate.objects.filter(
        item__session__in=sessions_visible_to(actor)
    ).select_related(
        "item__session__commission__organisation",
        "item__offer__dwelling__residence__commune",
        "candidacy__applicant",
    )


def awaiting_on(item: AgendaItem) -> QuerySet[AgendaCandidate]:
    """The candidates for a home that are still before the commission: nobody who withdrew."""
    return item.candidates.filter(candidacy__state=State.COMMISSION)


def may_read(actor: Actor, entry: AgendaCandidate) -> bool:
    """Whether the actor may read the dossier of this candidate still, as `agenda` tells it."""
    return (
        entry.item.session.closed_at is None
        and entry.candidacy.state == State.COMMISSION
        and dossiers_visible_to(actor).filter(pk=entry.candidacy.dossier_id).exists()
    )


def next_undecided(entry: AgendaCandidate) -> AgendaCandidate | None:
    """The next candidate of the session still without decision: of the same home first, then of
    the homes that follow on the agenda, then from its beginning."""
    waiting = list(
        AgendaCandidate.objects.filter(
            item__session=entry.item.session, decision="", candidacy__state=State.COMMISSION
        )
        .exclude(pk=entry.pk)
        .select_related("candidacy__applicant", "item")
        .order_by("item_id", "candidacy__seniority_on", "candidacy_id")
    )
    turn = [e for e in waiting if e.item_id >= entry.item_id]
    return next(iter([*turn, *waiting]), None)


def offers_to_present(actor: Actor, session: Session) -> QuerySet[Offer]:
    """Social homes of the landlord with candidates ready (how many: `ready`), each telling whether
    it is `on_agenda` already: it then receives them beside those it has."""
    ready = Candidacy.objects.filter(
        offer=OuterRef("pk"), state=State.INSTRUCTION, ready_at__isnull=False
    )
    return (
        offers_visible_to(actor)
        .filter(Exists(ready), kind=Offer.Kind.SOCIAL, programme=Offer.Programme.ORDINARY)
        .annotate(
            ready=Count(
                "candidacies",
                filter=Q(candidacies__state=State.INSTRUCTION, candidacies__ready_at__isnull=False),
            ),
            on_agenda=Exists(AgendaItem.objects.filter(session=session, offer=OuterRef("pk"))),
        )
        .order_by("closes_at", "pk")
    )


def sessions_open_for(actor: Actor, offer: Offer) -> QuerySet[Session]:
    """Sessions of the landlord not closed yet, each with how many candidates for this home it has
    already (`presented`)."""
    return (
        sessions_of_landlord(actor)
        .filter(closed_at=None)
        .annotate(
            presented=Count(
                "items__candidates",
                filter=Q(items__offer=offer, items__candidates__candidacy__state=State.COMMISSION),
            )
        )
        .order_by("scheduled_at", "pk")
    )


def agenda_version(session: Session) -> int:
    """A number that grows with whatever happens to the agenda: the length of its history."""
    return JournalEntry.objects.filter(chain=f"session:{session.public_id}").count()
