"""Reading sessions, agendas and decisions through who asks."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.queries import dossiers_visible_to
from alin.kit import clock
from alin.kit.actor import Actor
from applications.models import Candidacy, State
from listings.models import Offer
from listings.queries import offers_visible_to

from .models import AgendaCandidate, AgendaItem, Commission, CommissionMember, Session


def seats_of(actor: Actor) -> QuerySet[CommissionMember]:
    """The seats in force of a person."""
    now = clock.now()
    return CommissionMember.objects.filter(
        Q(until=None) | Q(until__gt=now), user_id=actor.user_id, since__lte=now
    )


def sits_on_a_commission(user_id: int) -> bool:
    now = clock.now()
    return CommissionMember.objects.filter(
        Q(until=None) | Q(until__gt=now), user_id=user_id, since__lte=now
    ).exists()


def commissions_of_landlord(actor: Actor) -> QuerySet[Commission]:
    if not actor.is_landlord_staff:
        return Commission.objects.none()
    return Commission.objects.filter(organisation_id=actor.organisation_id)


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


def agenda(session: Session) -> list[AgendaItem]:
    """The homes on the agenda, each with its candidates and what was verified of them, in three
    statements."""
    candidates = AgendaCandidate.objects.select_related(
        "candidacy__applicant", "decided_by"
    ).order_by("pk")
    return list(
        AgendaItem.objects.filter(session=session)
        .select_related("offer__dwelling__residence__commune", "offer__reservataire")
        .prefetch_related(Prefetch("candidates", candidates), "candidates__candidacy__checks")
        .order_by("pk")
    )


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
    now = clock.now()
    return (
        commission.members.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
        .select_related("user")
        .order_by("capacity", "pk")
    )


def dossiers_open_to(actor: Actor, session: Session) -> set[int]:
    """Of the dossiers on the agenda, those that the actor may still read: none after the session
    has closed, nor that of somebody who withdrew."""
    if session.closed_at:
        return set()
    presented = Candidacy.objects.filter(
        agenda_entries__item__session=session, state=State.COMMISSION
    )
    return set(
        dossiers_visible_to(actor)
        .filter(pk__in=presented.order_by().values("dossier"))
        .values_list("pk", flat=True)
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
    """Social homes of the landlord with candidates ready, that are not on this agenda yet."""
    ready = Candidacy.objects.filter(
        offer=OuterRef("pk"), state=State.INSTRUCTION, ready_at__isnull=False
    )
    return (
        offers_visible_to(actor)
        .filter(Exists(ready), kind=Offer.Kind.SOCIAL)
        .exclude(agenda_items__session=session)
        .annotate(
            ready=Count(
                "candidacies",
                filter=Q(candidacies__state=State.INSTRUCTION, candidacies__ready_at__isnull=False),
            )
        )
        .order_by("closes_at", "pk")
    )


def sessions_open_for(actor: Actor, offer: Offer) -> QuerySet[Session]:
    """Sessions of the landlord not closed yet, whose agenda does not have this home."""
    return (
        sessions_of_landlord(actor)
        .filter(closed_at=None)
        .exclude(items__offer=offer)
        .order_by("scheduled_at", "pk")
    )


def agenda_version(session: Session) -> int:
    """A number that grows with each home added and each decision recorded."""
    entries = AgendaCandidate.objects.filter(item__session=session)
    sums = entries.aggregate(recorded=Sum("version"), presented=Count("pk"))
    return int(sums["recorded"] or 0) + int(sums["presented"])
