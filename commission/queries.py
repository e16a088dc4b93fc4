"""Reading sessions, agendas and decisions through who asks."""

from django.db.models import Q, QuerySet

from alin.kit import clock
from alin.kit.actor import Actor

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
    """The homes on the agenda, each with its candidates, in three statements."""
    return list(
        AgendaItem.objects.filter(session=session)
        .select_related("offer__dwelling__residence__commune", "offer__reservataire")
        .prefetch_related("candidates__candidacy__applicant", "candidates__decided_by")
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
