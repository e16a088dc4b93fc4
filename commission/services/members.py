"""The verbs of a commission's upkeep: create it, name its members, end their seats."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation, User
from accounts.services import InvitationRefused
from alin.kit import clock, journal
from alin.kit.actor import Actor
from commission.models import Commission, CommissionMember, SeatInvitation
from notifications import services as notifications

from .access import close_agendas_to, hold, open_agendas_to


@transaction.atomic
def create_commission(
    *, actor: Actor, organisation: Organisation, name: str, quorum: int
) -> Commission:
    """A commission without members yet. Raises ValidationError (a name the landlord uses)."""
    commission = Commission(organisation=organisation, name=name.strip(), quorum=quorum)
    _save(commission)
    journal.append(
        commission.journal_chain,
        "commission_created",
        actor=actor,
        data={"name": commission.name, "quorum": quorum},
    )
    return commission


@transaction.atomic
def change_commission(
    *, actor: Actor, commission: Commission, name: str, quorum: int
) -> Commission:
    """Another name, or the quorum of a new règlement intérieur. Raises ValidationError."""
    held = hold(commission)
    before = {"name": held.name, "quorum": held.quorum}
    held.name, held.quorum = name.strip(), quorum
    _save(held)
    journal.append(
        held.journal_chain,
        "commission_changed",
        actor=actor,
        data={"before": before, "after": {"name": held.name, "quorum": quorum}},
    )
    return held


def _save(commission: Commission) -> None:
    commission.full_clean()
    try:
        with transaction.atomic():
            commission.save()
    except IntegrityError:
        # Somebody took the same name between the check and the write.
        commission.validate_constraints()
        raise


@transaction.atomic
def name_member(
    *, actor: Actor, commission: Commission, email: str, capacity: str
) -> CommissionMember | SeatInvitation:
    """Name the person of this address. With an account, she sits at once, reads the dossiers of
    the open agendas and is told; without, an invitation leaves, bound to the address.

    Raises ValidationError when she sits already or has an invitation waiting."""
    held = hold(commission)
    email = email.strip().lower()
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        return _invite(actor, held, email, capacity)
    if held.members.filter(user=person, until=None).exists():
        raise ValidationError({"email": _("Cette personne siège déjà dans cette commission.")})
    held.invitations.filter(email=email, accepted_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )
    seat = _seat(actor, held, person, capacity)
    notifications.tell(
        user=person,
        key=f"seat:{seat.public_id}",
        title=_("Vous siégez à la commission : %(name)s") % {"name": held},
        body=_(
            "%(landlord)s vous a inscrit à sa commission d'attribution, en qualité de : "
            "%(capacity)s.\n\n"
            "Vous trouverez ses séances et leur ordre du jour sous « Commissions »."
        )
        % {"landlord": held.organisation, "capacity": seat.get_capacity_display()},
        path=reverse("commission_home"),
    )
    return seat


def _seat(actor: Actor, commission: Commission, person: User, capacity: str) -> CommissionMember:
    seat = CommissionMember.objects.create(commission=commission, user=person, capacity=capacity)
    open_agendas_to(person, commission)
    journal.append(
        commission.journal_chain,
        "member_named",
        actor=actor,
        data={"user": person.pk, "capacity": capacity},
    )
    return seat


def _invite(actor: Actor, commission: Commission, email: str, capacity: str) -> SeatInvitation:
    waiting = commission.invitations.filter(email=email, accepted_at=None, revoked_at=None)
    waiting.filter(expires_at__lte=clock.now()).update(revoked_at=clock.now())
    if waiting.exists():
        raise ValidationError({"email": _("Cette adresse a déjà une invitation en attente.")})
    secret = Invitation.new_secret()
    invitation = SeatInvitation.objects.create(
        commission=commission,
        email=email,
        capacity=capacity,
        secret_digest=Invitation.digest(secret),
        invited_by_id=actor.user_id,
        expires_at=clock.now() + SeatInvitation.LIFETIME,
    )
    journal.append(
        commission.journal_chain,
        "member_invited",
        actor=actor,
        data={"email": email, "capacity": capacity},
    )
    notifications.queue_email(
        key=f"seat-invitation:{invitation.public_id}",
        to_address=email,
        subject=_("%(site)s : %(name)s vous invite à siéger")
        % {"site": settings.SITE_NAME, "name": commission.organisation},
        body=_(
            "%(landlord)s vous invite à siéger à sa commission d'attribution « %(name)s », en "
            "qualité de : %(capacity)s.\n\n"
            "Le lien ci-dessous vous est personnel. Il fonctionne une fois, pendant sept jours. "
            "Il vous demande de créer un compte à cette adresse."
        )
        % {
            "landlord": commission.organisation,
            "name": commission,
            "capacity": invitation.get_capacity_display(),
        },
        path=reverse("seat_invitation", args=[secret]),
    )
    return invitation


@transaction.atomic
def accept_seat(*, actor: Actor, secret: str) -> CommissionMember:
    """Give the logged-in person the seat she is invited to. Bound to the address; works once.

    Raises InvitationRefused with the reason."""
    digest = Invitation.digest(secret)
    found = SeatInvitation.objects.filter(secret_digest=digest).select_related("commission").first()
    if found is None:
        raise InvitationRefused(_("Cette invitation n'est plus valable."))
    commission = hold(found.commission)
    invitation = SeatInvitation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=found.pk
    )
    person = _invited(actor, invitation)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    seated = commission.members.filter(user=person, until=None).first()
    return seated or _seat(actor, commission, person, invitation.capacity)


def _invited(actor: Actor, invitation: SeatInvitation) -> User:
    """The person the invitation is for; raises InvitationRefused when it is not this one, now."""
    user = actor.user
    if invitation.revoked_at or not isinstance(user, User):
        raise InvitationRefused(_("Cette invitation n'est plus valable."))
    if invitation.accepted_at:
        raise InvitationRefused(_("Cette invitation a déjà servi."))
    if invitation.expires_at <= clock.now():
        raise InvitationRefused(
            _("Cette invitation a expiré. Demandez au bailleur de vous en envoyer une autre.")
        )
    if invitation.email != user.email.lower():
        raise InvitationRefused(
            _("Cette invitation est destinée à une autre adresse que celle de votre compte.")
        )
    return user


@transaction.atomic
def revoke_seat_invitation(*, actor: Actor, invitation: SeatInvitation) -> None:
    """The link stops working at once."""
    revoked = SeatInvitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None
    ).update(revoked_at=clock.now())
    if revoked:
        journal.append(
            invitation.commission.journal_chain,
            "seat_invitation_revoked",
            actor=actor,
            data={"email": invitation.email},
        )


@transaction.atomic
def end_seat(*, actor: Actor, seat: CommissionMember) -> None:
    """The person sits no more: she loses the sessions and their dossiers at once, and is told.

    What she decided stays in the minutes."""
    commission = hold(seat.commission)
    ended = CommissionMember.objects.filter(pk=seat.pk, until=None).update(until=clock.now())
    if not ended:
        return
    close_agendas_to(seat.user, commission)
    journal.append(
        commission.journal_chain,
        "seat_ended",
        actor=actor,
        data={"user": seat.user_id, "capacity": seat.capacity},
    )
    notifications.tell(
        user=seat.user,
        key=f"seat-ended:{seat.public_id}",
        title=_("Vous ne siégez plus à la commission : %(name)s") % {"name": commission},
        body=_(
            "%(landlord)s a mis fin à votre siège. Vous n'avez plus accès aux séances de cette "
            "commission ni aux dossiers des candidats."
        )
        % {"landlord": commission.organisation},
    )
