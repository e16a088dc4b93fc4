"""The verbs of people and dossiers: the only code here that writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import clock, journal
from alin.kit.actor import Actor
from notifications import services as notifications
from territory.models import Commune

from .models import (
    Dossier,
    DossierAccess,
    HouseholdMember,
    Invitation,
    Membership,
    Organisation,
    RecentIncome,
    SectionState,
    TaxIncome,
    User,
    WishedCommune,
)
from .rules import parse_numero_unique


class SectionConflict(Exception):
    """Somebody saved this section since the form was shown."""

    def __init__(self, state: SectionState) -> None:
        super().__init__(state.name)
        self.state = state


class InvitationRefused(Exception):
    """The invitation cannot be used; the text says why."""


def open_dossier(*, user: User) -> Dossier:
    """The applicant's only dossier, created the first time."""
    dossier, _created = Dossier.objects.get_or_create(applicant=user)
    return dossier


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    dossier: Dossier,
    section: str,
    expected_version: int,
    changes: dict[str, Any] | None = None,
    person: dict[str, str] | None = None,
    page: str = "",
) -> SectionState:
    """Write `changes` to the dossier (and `person` to its applicant) and count a version.

    Raises SectionConflict, writing nothing, when the section is not at `expected_version` any
    more, unless the last save came from the same `page` (one form as shown once): a page that
    saves as one types never meets itself. ValidationError when a database constraint speaks (a
    numéro unique already used)."""
    state = _next_version(actor, dossier, section, expected_version, page)
    if person:
        User.objects.filter(pk=dossier.applicant_id).update(**person)
    for name, value in (changes or {}).items():
        setattr(dossier, name, value)
    dossier.updated_at = clock.now()
    dossier.validate_constraints()
    try:
        with transaction.atomic():
            dossier.save(update_fields=[*(changes or {}), "updated_at"])
    except IntegrityError:
        # Somebody took the same number between the check and the write.
        dossier.validate_constraints()
        raise
    return state


def _next_version(
    actor: Actor, dossier: Dossier, section: str, expected_version: int, page: str = ""
) -> SectionState:
    SectionState.objects.get_or_create(dossier=dossier, name=section)
    state = SectionState.objects.select_for_update(of=("self",), no_key=True).get(
        dossier=dossier, name=section
    )
    by_this_page = page != "" and state.saved_page == page
    if state.version != expected_version and not by_this_page:
        raise SectionConflict(state)
    state.version += 1
    state.saved_at = clock.now()
    state.saved_by_id = actor.user_id or None
    state.saved_page = page
    state.save(update_fields=["version", "saved_at", "saved_by", "saved_page"])
    return state


def save_numero_unique(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    text: str,
    registered_on: date | None,
    renewed_on: date | None,
    page: str = "",
) -> SectionState:
    """Keep the numéro unique, normalised; empty text removes it.

    Without a declared date the first day of the number's month stands for the first registration.
    Raises MalformedNumeroUnique, SectionConflict, ValidationError (number of another dossier)."""
    number = parse_numero_unique(text, clock.today()) if text.strip() else None
    if number and registered_on is None:
        registered_on = date(number.year, number.month, 1)
    return save_section(
        actor=actor,
        dossier=dossier,
        section="numero",
        expected_version=expected_version,
        changes={
            "numero_unique": number.text if number else "",
            "numero_registered_on": registered_on,
            "numero_renewed_on": renewed_on,
        },
        page=page,
    )


@transaction.atomic
def save_member(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    member: HouseholdMember,
) -> HouseholdMember:
    """Add or change somebody of the household. Raises SectionConflict, ValidationError."""
    _next_version(actor, dossier, "household", expected_version)
    member.dossier = dossier
    member.full_clean()
    member.save()
    return member


@transaction.atomic
def remove_member(
    *, actor: Actor, dossier: Dossier, expected_version: int, member: HouseholdMember
) -> None:
    """Take somebody out of the household, with the incomes that were theirs."""
    _next_version(actor, dossier, "household", expected_version)
    member.delete()


@transaction.atomic
def save_wishes(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    changes: dict[str, Any],
    communes: Iterable[Commune],
    page: str = "",
) -> SectionState:
    """Keep the home that is wished for and where, in that order, instead of what was kept.

    Raises SectionConflict, ValidationError (more than five communes, or one named twice)."""
    state = save_section(
        actor=actor,
        dossier=dossier,
        section="wishes",
        expected_version=expected_version,
        changes=changes,
        page=page,
    )
    wished = [
        WishedCommune(dossier=dossier, slot=slot, commune=commune)
        for slot, commune in enumerate(communes, start=1)
    ]
    if len({each.commune_id for each in wished}) < len(wished):
        raise ValidationError(_("Chaque commune ne compte qu'une fois dans votre liste."))
    if len(wished) > WishedCommune.MOST:
        raise ValidationError(_("Cinq communes au plus."))
    WishedCommune.objects.filter(dossier=dossier).delete()
    WishedCommune.objects.bulk_create(wished)
    return state


@dataclass(frozen=True)
class ToldIncome:
    """What was told of one person: RFR by year of income, the last twelve months, a month now.
    Whole euros; None removes what was told before."""

    rfr_by_year: dict[int, int | None]
    last_12_months: int | None = None
    monthly: int | None = None
    shares_tax_notice: bool = False


@transaction.atomic
def save_resources(
    *,
    actor: Actor,
    dossier: Dossier,
    expected_version: int,
    told: dict[int | None, ToldIncome],
    separation_ground: str = "",
    page: str = "",
) -> SectionState:
    """Keep the resources of each person; the years that are not named stay as they are.

    The key None stands for the applicant; people who are not, or no longer, of the household are
    left out. Raises SectionConflict, ValidationError."""
    state = save_section(
        actor=actor,
        dossier=dossier,
        section="resources",
        expected_version=expected_version,
        changes={"separation_ground": separation_ground},
        page=page,
    )
    members = {
        member.pk: member
        for member in HouseholdMember.objects.select_for_update(of=("self",), no_key=True)
        .filter(dossier=dossier)
        .order_by("pk")
    }
    for member_id, income in told.items():
        if member_id is None:
            _write_income(dossier, None, income)
        elif member := members.get(member_id):
            _write_income(dossier, member_id, income)
            member.shares_tax_notice = income.shares_tax_notice
            member.save(update_fields=["shares_tax_notice"])
    return state


def _write_income(dossier: Dossier, member_id: int | None, income: ToldIncome) -> None:
    for year, rfr in income.rfr_by_year.items():
        same: dict[str, Any] = {"dossier": dossier, "member_id": member_id, "year": year}
        if rfr is None:
            TaxIncome.objects.filter(**same).delete()
        else:
            TaxIncome.objects.update_or_create(**same, defaults={"rfr_eur": rfr})
    recent = {"last_12_months_eur": income.last_12_months, "monthly_eur": income.monthly}
    before = RecentIncome.objects.filter(dossier=dossier, member_id=member_id)
    if income.last_12_months is None and income.monthly is None:
        before.delete()
    elif not before.filter(**recent).exists():
        # The day stands for the figures: saving the same ones again makes them no fresher.
        RecentIncome.objects.update_or_create(
            dossier=dossier, member_id=member_id, defaults={**recent, "told_on": clock.today()}
        )


def open_access(
    *,
    dossier: Dossier,
    purpose: str,
    organisation: Organisation | None = None,
    person: User | None = None,
) -> None:
    """Let an organisation or a person see the dossier for a purpose, from now on; idempotent."""
    DossierAccess.objects.bulk_create(
        [DossierAccess(dossier=dossier, purpose=purpose, organisation=organisation, person=person)],
        ignore_conflicts=True,
    )


def close_access(*, dossier: Dossier, purpose: str, at: datetime | None = None) -> None:
    """End every access opened for a purpose or for what follows from it (`purpose:…`), now or at
    the given instant."""
    DossierAccess.objects.filter(
        Q(purpose=purpose) | Q(purpose__startswith=f"{purpose}:"), dossier=dossier, until=None
    ).update(until=at or clock.now())


def close_accesses_of_person(*, person: User, purposes: Iterable[str]) -> None:
    """End now what a person may see for these purposes, whatever the dossier."""
    DossierAccess.objects.filter(person=person, purpose__in=list(purposes), until=None).update(
        until=clock.now()
    )


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
    Invitation.objects.filter(
        organisation=organisation,
        email=email,
        accepted_at=None,
        revoked_at=None,
        expires_at__lte=clock.now(),
    ).update(revoked_at=clock.now())
    secret = Invitation.new_secret()
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        secret_digest=Invitation.digest(secret),
        invited_by_id=actor.user_id,
        expires_at=clock.now() + Invitation.LIFETIME,
    )
    try:
        invitation.validate_constraints()
        with transaction.atomic():
            invitation.save()
    except (ValidationError, IntegrityError) as error:
        raise ValidationError(
            {"email": _("Cette adresse a déjà une invitation en attente.")}
        ) from error
    journal.append(
        f"organisation:{organisation.public_id}",
        "invited",
        actor=actor,
        data={"email": email, "role": role},
    )
    notifications.queue_email(
        key=f"invitation:{invitation.public_id}",
        to_address=email,
        subject=_("%(site)s : %(name)s vous invite")
        % {"site": settings.SITE_NAME, "name": organisation.name},
        body=_(
            "%(name)s vous invite à rejoindre son espace de travail.\n\n"
            "Le lien ci-dessous vous est personnel. Il fonctionne une fois, pendant sept jours."
        )
        % {"name": organisation.name},
        path=reverse("invitation", args=[secret]),
    )
    return invitation


@transaction.atomic
def accept_invitation(*, actor: Actor, secret: str) -> Membership:
    """Make the logged-in person a member. Bound to the invited address; works once.

    Raises InvitationRefused with the reason."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation")
        .filter(secret_digest=Invitation.digest(secret))
        .first()
    )
    user = actor.user
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
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    membership, _created = Membership.objects.get_or_create(
        user=user,
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
