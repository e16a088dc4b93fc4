"""Organisations, invitations, memberships."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, Organisation, User
from alin.kit import clock, journal
from alin.kit.actor import SYSTEM, Actor
from notifications import services as notifications


class InvitationRefused(Exception):
    """The invitation cannot be used; the text says why."""


@transaction.atomic
def make_operator(*, email: str) -> bool:
    """Make a person, created if need be, a manager of the platform's own organisation: how a new
    installation gets its first operator. The address is taken as verified, on the word of whoever
    may run commands there; the password is chosen through “mot de passe oublié”.

    Returns whether something changed."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    platform = Organisation.objects.filter(kind=Organisation.Kind.PLATEFORME).order_by("pk").first()
    if platform is None:
        platform = Organisation.objects.create(
            kind=Organisation.Kind.PLATEFORME, name=_("Équipe du portail")
        )
    _membership, created = Membership.objects.get_or_create(
        user=user,
        organisation=platform,
        ended_at=None,
        defaults={"role": Membership.Role.MANAGER},
    )
    if created:
        journal.append(
            f"organisation:{platform.public_id}",
            "operator_made",
            actor=SYSTEM,
            data={"user": user.pk},
        )
    return created


@transaction.atomic
def create_organisation(
    *, actor: Actor, kind: str, name: str, email: str, phone: str, manager_email: str
) -> Organisation:
    """Create an organisation and invite its first manager. For operators."""
    organisation = Organisation(kind=kind, name=name.strip(), email=email, phone=phone)
    organisation.full_clean()
    organisation.save()
    journal.append(
        f"organisation:{organisation.public_id}",
        "organisation_created",
        actor=actor,
        data={"name": organisation.name, "kind": kind},
    )
    invite(
        actor=actor,
        organisation=organisation,
        email=manager_email,
        role=Membership.Role.MANAGER,
    )
    return organisation


@transaction.atomic
def invite(*, actor: Actor, organisation: Organisation, email: str, role: str) -> Invitation:
    """Invite an address to join; the secret leaves in the mail and is kept nowhere else.

    Raises ValidationError when the person is a member or has an invitation already."""
    email = email.strip().lower()
    if Membership.objects.filter(
        organisation=organisation, user__email__iexact=email, ended_at=None
    ).exists():
        raise ValidationError({"email": _("Cette personne fait déjà partie de l'organisation.")})
    _revoke_expired(organisation, email)
    secret = Invitation.new_secret()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        secret_digest=Invitation.digest(secret),
        invited_by_id=actor.user_id,
        expires_at=clock.now() + Invitation.LIFETIME,
    )
    _save_unless_one_waits(invitation)
    journal.append(
        f"organisation:{organisation.public_id}",
        "invited",
        actor=actor,
        data={"email": email, "role": role},
    )
    _send(invitation, secret)
    return invitation


def _revoke_expired(organisation: Organisation, email: str) -> None:
    """An invitation that ran out does not stand in the way of a new one."""
    Invitation.objects.filter(
        organisation=organisation,
        email=email,
        accepted_at=None,
        revoked_at=None,
        expires_at__lte=clock.now(),
    ).update(revoked_at=clock.now())


def _save_unless_one_waits(invitation: Invitation) -> None:
    try:
        invitation.validate_constraints()
        with transaction.atomic():
            invitation.save()
    except (ValidationError, IntegrityError) as error:
        raise ValidationError(
            {"email": _("Cette adresse a déjà une invitation en attente.")}
        ) from error


def _send(invitation: Invitation, secret: str) -> None:
    name = invitation.organisation.name
    notifications.queue_email(
        key=f"invitation:{invitation.public_id}",
        to_address=invitation.email,
        subject=_("%(site)s : %(name)s vous invite") % {"site": settings.SITE_NAME, "name": name},
        body=_(
            "%(name)s vous invite à rejoindre son espace de travail.\n\n"
            "Le lien ci-dessous vous est personnel. Il fonctionne une fois, pendant sept jours."
        )
        % {"name": name},
        path=reverse("invitation", args=[secret]),
    )


@transaction.atomic
def accept_invitation(*, actor: Actor, secret: str) -> Membership:
    """Make the logged-in person a member. Bound to the invited address; works once.

    Raises InvitationRefused with the reason."""
    invitation = _usable_by(actor.user, secret)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    membership, _created = Membership.objects.get_or_create(
        user_id=actor.user_id,
        organisation=invitation.organisation,
        ended_at=None,
        defaults={"role": invitation.role},
    )
    journal.append(
        f"organisation:{invitation.organisation.public_id}",
        "joined",
        actor=actor,
        data={"role": invitation.role},
    )
    return membership


def _usable_by(user: object, secret: str) -> Invitation:
    """The invitation that the secret opens to this person, locked; raises InvitationRefused."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(secret_digest=Invitation.digest(secret))
        .first()
    )
    if invitation is None or invitation.revoked_at or not isinstance(user, User):
        raise InvitationRefused(_("Cette invitation n'est plus valable."))
    if invitation.accepted_at:
        raise InvitationRefused(_("Cette invitation a déjà servi."))
    if invitation.expires_at <= clock.now():
        raise InvitationRefused(
            _(
                "Cette invitation a expiré. Demandez à votre responsable de vous en envoyer "
                "une autre."
            )
        )
    if invitation.email != user.email.lower():
        raise InvitationRefused(
            _("Cette invitation est destinée à une autre adresse que celle de votre compte.")
        )
    return invitation


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> None:
    """The link stops working at once."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(revoked_at=clock.now())
    journal.append(
        f"organisation:{invitation.organisation.public_id}",
        "invitation_revoked",
        actor=actor,
        data={"email": invitation.email},
    )


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership) -> None:
    """The person loses access at the next click. The last manager cannot be removed.

    Raises ValidationError for the last manager."""
    managers = list(
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            organisation_id=membership.organisation_id,
            role=Membership.Role.MANAGER,
            ended_at=None,
        )
        .order_by("pk")
    )
    if [m.pk for m in managers] == [membership.pk]:
        raise ValidationError(
            _("C'est le dernier responsable : nommez-en un autre avant de le retirer.")
        )
    ended = Membership.objects.filter(pk=membership.pk, ended_at=None).update(
        ended_at=clock.now(), ended_by_id=actor.user_id or None
    )
    if ended:
        journal.append(
            f"organisation:{membership.organisation.public_id}",
            "membership_ended",
            actor=actor,
            data={"user": membership.user_id},
        )
