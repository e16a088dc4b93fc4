"""Reading people, organisations, teams and invitations, always through who asks."""

from django.db.models import Count, Q, QuerySet

from accounts.models import Invitation, Membership, Organisation, User
from alin.kit import clock
from alin.kit.actor import Actor


def active_memberships(user: User) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("organisation")
        .order_by("organisation__name")
    )


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Present members of an organisation, managers first."""
    return (
        Membership.objects.filter(organisation=organisation, ended_at=None)
        .select_related("user")
        .order_by("-role", "user__last_name", "user__first_name", "user__email")
    )


def team_visible_to(actor: Actor) -> QuerySet[Membership]:
    """The memberships a manager may end: those of the active organisation."""
    return Membership.objects.filter(
        organisation_id=actor.organisation_id, ended_at=None
    ).select_related("user", "organisation")


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """Invitations still open, of the actor's organisation; of all of them for an operator."""
    pending = Invitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).select_related("organisation")
    if actor.is_operator:
        return pending
    return pending.filter(organisation_id=actor.organisation_id)


def organisations_found(actor: Actor, words: str) -> QuerySet[Organisation]:
    """Organisations the actor sees whose name or address holds `words`, with `people`: how many
    work there now."""
    return (
        organisations_visible_to(actor)
        .filter(Q(name__icontains=words) | Q(email__icontains=words))
        .annotate(people=Count("memberships", filter=Q(memberships__ended_at=None)))
        .order_by("name")
    )


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    if actor.is_operator:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk=actor.organisation_id)


def open_invitation(secret: str) -> Invitation | None:
    """The invitation this secret opens, None when used, revoked, expired or unknown."""
    return (
        Invitation.objects.select_related("organisation")
        .filter(
            secret_digest=Invitation.digest(secret),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )


def support_contact() -> Organisation | None:
    """Who helps when a dossier is stuck: the organisation that operates the portal."""
    return (
        Organisation.objects.filter(kind=Organisation.Kind.PLATEFORME)
        .exclude(email="")
        .order_by("created_at", "pk")
        .first()
    )
