"""Whose dossier is whose: the one a person keeps alone, or the one two people share.

Everything that asks “is this hers?” comes here: a co-applicant has the rights of the holder."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts import rules
from accounts.models import CoApplicant, CoApplicantInvitation, Dossier, HouseholdMember, User
from alin.kit import clock
from alin.kit.actor import Actor


def dossiers_of(actor: Actor) -> QuerySet[Dossier]:
    """The dossier a person keeps, one at most: the one she shares as a co-applicant, else her
    own (which is set aside while she shares another)."""
    shared = CoApplicant.objects.filter(user_id=actor.user_id, ended_at=None).order_by()
    own = Dossier.objects.filter(applicant_id=actor.user_id, set_aside_at=None).order_by()
    either = shared.values("dossier_id").union(own.values("pk"), all=True)
    return Dossier.objects.filter(pk__in=either)


def holders_for(actor: Actor) -> QuerySet[Any]:
    """The keys of the people in whose name this person may apply and answer: herself, and the
    holder of the dossier she shares. For `applicant_id__in`: candidacies bear the holder."""
    shared = CoApplicant.objects.filter(user_id=actor.user_id, ended_at=None).order_by()
    herself = User.objects.filter(pk=actor.user_id).order_by()
    return shared.values("dossier__applicant_id").union(herself.values("pk"), all=True)


def is_party(actor: Actor, *, dossier_id: int, holder_id: int) -> bool:
    """Whether the dossier is this person's: as its holder, or as its co-applicant now."""
    if actor.user_id == holder_id:
        return True
    return CoApplicant.objects.filter(
        user_id=actor.user_id, dossier_id=dossier_id, ended_at=None
    ).exists()


def parties_of(dossier: Dossier) -> list[User]:
    """Who keeps a dossier: its holder, then its co-applicant."""
    link = co_applicant_of(dossier)
    return [dossier.applicant, link.user] if link else [dossier.applicant]


def co_applicant_of(dossier: Dossier) -> CoApplicant | None:
    """The person who shares this dossier now with its holder."""
    return (
        CoApplicant.objects.filter(dossier_id=dossier.pk, ended_at=None)
        .select_related("user", "member")
        .first()
    )


def pending_co_applicant_invitation(dossier: Dossier) -> CoApplicantInvitation | None:
    """The invitation that waits, expired or not: an expired one can be sent again."""
    return (
        CoApplicantInvitation.objects.filter(
            dossier_id=dossier.pk, accepted_at=None, revoked_at=None
        )
        .select_related("member")
        .first()
    )


def open_co_applicant_invitation(secret: str) -> CoApplicantInvitation | None:
    """The invitation this secret opens, None when used, cancelled, expired or unknown."""
    return (
        CoApplicantInvitation.objects.select_related("dossier__applicant")
        .filter(
            secret_digest=CoApplicantInvitation.digest(secret),
            accepted_at=None,
            revoked_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )


def adults(members: list[HouseholdMember], on: date) -> list[HouseholdMember]:
    """Those of a household who may be asked to share the dossier."""
    return [member for member in members if rules.is_adult(member, on)]


def under_study(dossier: Dossier) -> bool:
    """Whether a landlord may see the dossier now, because of a candidacy."""
    return dossier.accesses.filter(until=None, organisation__isnull=False).exists()
