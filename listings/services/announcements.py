"""Telling what a date has already decided."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from alin.kit import clock, french
from notifications.services import tell

from ..hooks import candidacies_of
from ..models import Offer

# An offer that closed while the scheduler was away longer than this is no news any more.
STILL_NEWS = timedelta(days=2)


def announce_closings(*, limit: int = 200) -> int:
    """Tell the landlord, once, of each offer whose window has ended; returns how many. Nothing
    depends on it: an offer is closed whether it was told or not."""
    told = 0
    while told < limit and _announce_one():
        told += 1
    return told


@transaction.atomic
def _announce_one() -> bool:
    now = clock.database_now()
    offer = (
        Offer.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(
            # Whoever closed an offer early knows it.
            Q(closed_early_at=None) | Q(closed_early_at__gte=F("closes_at")),
            published_at__isnull=False,
            closing_told_at=None,
            closes_at__lte=now,
            closes_at__gt=now - STILL_NEWS,
        )
        .select_related("dwelling__residence__commune", "published_by")
        .order_by("closes_at", "pk")
        .first()
    )
    if offer is None:
        return False
    offer.closing_told_at = now
    offer.save(update_fields=["closing_told_at"])
    applied = french.count(
        candidacies_of([offer.pk])[offer.pk], _("candidature reçue"), _("candidatures reçues")
    )
    for person in _whom_to_tell(offer):
        tell(
            user=person,
            key=f"offer-closed:{offer.public_id}",
            title=_("Offre close : %(home)s") % {"home": offer},
            body=_("%(ref)s, %(residence)s : la fenêtre est close, %(applied)s.")
            % {
                "ref": offer.dwelling.reference,
                "residence": offer.dwelling.residence,
                "applied": applied,
            },
            path=reverse("staff_offer", args=[offer.public_id]),
        )
    return True


def _whom_to_tell(offer: Offer) -> list[User]:
    """Whoever published it, if still there; else the managers."""
    staff = Membership.objects.filter(
        organisation_id=offer.organisation_id, ended_at=None
    ).select_related("user")
    publishers = [each.user for each in staff.filter(user=offer.published_by)]
    return publishers or [each.user for each in staff.filter(role=Membership.Role.MANAGER)]
