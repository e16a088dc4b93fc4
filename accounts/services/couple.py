"""Two people on one dossier: invite, accept, end."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.models import (
    CoApplicant,
    CoApplicantInvitation,
    Dossier,
    HouseholdMember,
    User,
)
from accounts.signals import dossier_changed, sharing_ends
from alin.kit import clock, journal
from alin.kit.actor import Actor
from notifications import services as notifications

from .access import close_access, open_access
from .dossier import count_change
from .people import InvitationRefused

# The purpose of the access row that lets a co-applicant see the dossier.
SHARED = "co-applicant"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is invited and joins the household on acceptance. `link`: to the holder."""

    link: str
    first_name: str
    last_name: str = ""
    birth_date: date | None = None


def tell_parties(*, dossier: Dossier, key: str, title: str, body: str, path: str) -> None:
    """Tell the holder and the co-applicant, each by their own notice and mail, once per `key`."""
    for person in queries.parties_of(dossier):
        notifications.tell(user=person, key=key, title=title, body=body, path=path)


@transaction.atomic
def invite_co_applicant(
    *,
    actor: Actor,
    dossier: Dossier,
    email: str,
    member: HouseholdMember | None = None,
    newcomer: Newcomer | None = None,
) -> CoApplicantInvitation:
    """Invite an address to share the dossier, as `member` of its household or as somebody who
    joins it on acceptance. The secret leaves in the mail and is kept nowhere else.

    For the holder alone. Raises ValidationError with the reason."""
    _only_the_holder(actor, dossier)
    email = email.strip().lower()
    if email == dossier.applicant.email.lower():
        raise ValidationError({"email": _("C'est votre propre adresse : écrivez la sienne.")})
    if queries.co_applicant_of(dossier):
        raise ValidationError(_("Vous tenez déjà ce dossier à deux."))
    CoApplicantInvitation.objects.filter(
        dossier=dossier, accepted_at=None, revoked_at=None, expires_at__lte=clock.now()
    ).update(revoked_at=clock.now())
    details = newcomer.__dict__ if newcomer else {}
    return _send(
        actor, CoApplicantInvitation(dossier=dossier, email=email, member=member, **details)
    )


def _send(actor: Actor, invitation: CoApplicantInvitation) -> CoApplicantInvitation:
    secret = CoApplicantInvitation.new_secret()
    invitation.secret_digest = CoApplicantInvitation.digest(secret)
    invitation.invited_by_id = actor.user_id
    invitation.expires_at = clock.now() + CoApplicantInvitation.LIFETIME
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise ValidationError(
            _("Une invitation attend déjà une réponse : annulez-la d'abord, ou renvoyez-la.")
        ) from error
    _log(actor, invitation.dossier, "co_applicant_invited", email=invitation.email)
    holder = invitation.dossier.applicant
    notifications.queue_email(
        key=f"co-applicant-invitation:{invitation.public_id}",
        to_address=invitation.email,
        subject=_("%(site)s : %(name)s vous propose un dossier commun")
        % {"site": settings.SITE_NAME, "name": holder},
        body=_(
            "%(name)s cherche un logement avec vous et vous propose de tenir à deux le même "
            "dossier, chacun avec son compte.\n\n"
            "Le lien ci-dessous vous est personnel. Il fonctionne une fois, pendant sept jours. "
            "Il n'ouvre rien tant que vous n'avez pas accepté.\n\n"
            "Si vous ne connaissez pas cette personne, ne faites rien."
        )
        % {"name": holder},
        path=reverse("couple_invitation", args=[secret]),
    )
    return invitation


@transaction.atomic
def resend_co_applicant_invitation(
    *, actor: Actor, invitation: CoApplicantInvitation
) -> CoApplicantInvitation:
    """Send the same invitation again, with a new secret and seven more days; the earlier link
    stops working. Raises ValidationError when it no longer waits."""
    revoke_co_applicant_invitation(actor=actor, invitation=invitation)
    return _send(
        actor,
        CoApplicantInvitation(
            dossier=invitation.dossier,
            email=invitation.email,
            member=invitation.member,
            link=invitation.link,
            first_name=invitation.first_name,
            last_name=invitation.last_name,
            birth_date=invitation.birth_date,
        ),
    )


@transaction.atomic
def revoke_co_applicant_invitation(*, actor: Actor, invitation: CoApplicantInvitation) -> None:
    """The link stops working at once. Raises ValidationError when it was accepted meanwhile."""
    _only_the_holder(actor, invitation.dossier)
    revoked = CoApplicantInvitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None
    ).update(revoked_at=clock.now())
    if not revoked:
        raise ValidationError(_("Cette invitation n'attend plus de réponse."))
    _log(actor, invitation.dossier, "co_applicant_invitation_revoked", email=invitation.email)


@transaction.atomic
def accept_co_applicant_invitation(*, actor: Actor, secret: str) -> CoApplicant:
    """Let the logged-in person share the dossier. Bound to the invited address; works once.

    Her own dossier, if any, is set aside; she joins the household unless she is of it already.
    Tells both. Raises InvitationRefused with the reason, and writes nothing then."""
    invitation = (
        CoApplicantInvitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__applicant", "member")
        .filter(secret_digest=CoApplicantInvitation.digest(secret))
        .first()
    )
    user = actor.user
    if invitation is None or not isinstance(user, User):
        raise InvitationRefused(_("Cette invitation n'est plus valable."))
    if invitation.member is None:
        # She joins the household. The order of a save: the section first, then the dossier.
        count_change(actor=actor, dossier=invitation.dossier, section="household")
    # Two acceptances, or one and a candidacy from her own dossier, follow each other.
    dossier = (
        Dossier.objects.select_for_update(of=("self",), no_key=True)
        .select_related("applicant")
        .get(pk=invitation.dossier_id)
    )
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if reason := _why_not(invitation, dossier, user):
        raise InvitationRefused(reason)
    _set_aside_own(user)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    member = invitation.member or _join_household(invitation, user)
    link = CoApplicant.objects.create(dossier=dossier, user=user, member=member)
    open_access(dossier=dossier, person=user, purpose=SHARED)
    _log(actor, dossier, "co_applicant_joined", user=user.pk)
    _tell_joined(link)
    dossier_changed.send(sender=Dossier, dossier=dossier)
    return link


def _why_not(invitation: CoApplicantInvitation, dossier: Dossier, user: User) -> str:
    if invitation.revoked_at:
        return _("Cette invitation a été annulée, ou remplacée par une plus récente.")
    if invitation.accepted_at:
        return _("Cette invitation a déjà servi.")
    if invitation.expires_at <= clock.now():
        return _("Cette invitation a expiré. Demandez à %(name)s de vous la renvoyer.") % {
            "name": dossier.applicant
        }
    if invitation.email != user.email.lower():
        return _("Cette invitation est destinée à une autre adresse que celle de votre compte.")
    if dossier.set_aside_at or queries.co_applicant_of(dossier):
        return _("Ce dossier est déjà tenu à deux, avec quelqu'un d'autre.")
    return what_keeps_from_sharing(user)


def what_keeps_from_sharing(user: User) -> str:
    """Why this person cannot set her own dossier aside for somebody else's; empty when she can."""
    if CoApplicant.objects.filter(user=user, ended_at=None).exists():
        return _("Vous partagez déjà un autre dossier. Quittez-le d'abord, dans « Mon dossier ».")
    own = Dossier.objects.filter(applicant=user).first()
    if own is None:
        return ""
    if queries.co_applicant_of(own):
        return _(
            "Votre propre dossier est déjà tenu à deux. Mettez-y fin d'abord, dans « Mon dossier »."
        )
    if queries.under_study(own):
        return _(
            "Vous avez des candidatures en cours avec votre propre dossier. Retirez-les d'abord, "
            "dans « Mes candidatures », ou attendez leur réponse."
        )
    if own.numero_unique:
        return _(
            "Votre propre dossier porte un numéro unique. Une demande à deux n'a qu'un numéro : "
            "demandez au guichet de réunir vos deux demandes, puis effacez le numéro de votre "
            "dossier et ouvrez à nouveau ce lien."
        )
    return ""


def _set_aside_own(user: User) -> None:
    own = Dossier.objects.filter(applicant=user, set_aside_at=None)
    CoApplicantInvitation.objects.filter(
        dossier__applicant=user, accepted_at=None, revoked_at=None
    ).update(revoked_at=clock.now())
    own.update(set_aside_at=clock.now())


def _join_household(invitation: CoApplicantInvitation, user: User) -> HouseholdMember:
    member = HouseholdMember(
        dossier=invitation.dossier,
        first_name=user.first_name or invitation.first_name,
        last_name=user.last_name or invitation.last_name,
        birth_date=invitation.birth_date,
        link=invitation.link or HouseholdMember.Link.OTHER,
    )
    try:
        member.full_clean()
    except ValidationError as error:
        raise InvitationRefused(
            _("%(name)s doit d'abord corriger son foyer : %(why)s")
            % {"name": invitation.dossier.applicant, "why": " ".join(error.messages)}
        ) from error
    member.save()
    return member


@transaction.atomic
def end_shared_dossier(*, actor: Actor, link: CoApplicant) -> None:
    """The co-applicant sees nothing of the dossier from the next click on; candidacies go on in
    the holder's name. What was given for her leaves the dossier (`sharing_ends`). Her own dossier,
    if she had one, is hers again. Either may do it, once."""
    locked = (
        CoApplicant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("dossier__applicant", "user", "member__dossier")
        .get(pk=link.pk)
    )
    if locked.ended_at is not None:
        return
    locked.ended_at, locked.ended_by_id = clock.now(), actor.user_id
    locked.save(update_fields=["ended_at", "ended_by"])
    close_access(dossier=locked.dossier, purpose=SHARED)
    Dossier.objects.filter(applicant=locked.user).update(set_aside_at=None)
    if locked.member is not None:
        sharing_ends.send(sender=CoApplicant, member=locked.member)
    _log(actor, locked.dossier, "co_applicant_left", user=locked.user_id)
    _tell_ended(locked)
    dossier_changed.send(sender=Dossier, dossier=locked.dossier)


def _tell_joined(link: CoApplicant) -> None:
    holder, path = link.dossier.applicant, reverse("dossier_couple")
    notifications.tell(
        user=holder,
        key=f"co-applicant-joined:{link.public_id}",
        title=_("%(name)s a accepté : le dossier est commun") % {"name": link.user},
        body=_(
            "Vous lisez, complétez et utilisez désormais ce dossier à deux : candidatures, "
            "réponses et messages. Chacun peut y mettre fin."
        ),
        path=path,
    )
    notifications.tell(
        user=link.user,
        key=f"co-applicant-joined:{link.public_id}",
        title=_("Vous partagez un dossier avec %(name)s") % {"name": holder},
        body=_(
            "Vous lisez, complétez et utilisez désormais ce dossier à deux : candidatures, "
            "réponses et messages. Chacun peut y mettre fin."
        ),
        path=path,
    )


def _tell_ended(link: CoApplicant) -> None:
    holder = link.dossier.applicant
    notifications.tell(
        user=holder,
        key=f"co-applicant-left:{link.public_id}",
        title=_("Votre dossier n'est plus commun"),
        body=_(
            "%(name)s ne voit plus votre dossier ni vos candidatures. Elles continuent à votre "
            "nom.\n\nSi cette personne n'habitera plus avec vous, retirez-la de votre foyer : le "
            "plafond de ressources et la taille du logement en dépendent."
        )
        % {"name": link.user},
        path=reverse("dossier_household"),
    )
    notifications.tell(
        user=link.user,
        key=f"co-applicant-left:{link.public_id}",
        title=_("Vous ne partagez plus de dossier avec %(name)s") % {"name": holder},
        body=_(
            "Vous ne voyez plus ce dossier ni ses candidatures. Vous pouvez tenir votre propre "
            "dossier."
        ),
        path=reverse("dossier"),
    )


def _only_the_holder(actor: Actor, dossier: Dossier) -> None:
    if actor.user_id != dossier.applicant_id:
        raise ValidationError(_("Seule la personne qui a ouvert le dossier peut y inviter."))


def _log(actor: Actor, dossier: Dossier, event: str, **data: object) -> None:
    journal.append(f"dossier:{dossier.public_id}", event, actor=actor, data=data)
