"""Telling those who keep an eye on a home that it closes soon."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import clock, french
from applications.models import Candidacy
from listings.models import Favourite, Offer
from notifications.services import tell

CLOSES_SOON = timedelta(hours=48)
AT_ONCE = 200


def remind_favourites() -> int:
    """Tell, once, each person with a favourite that closes within two days and no candidacy for
    it, whatever became of one. Returns how many. Each batch is a transaction; killed, it goes on
    at the next call, and told people are told no more."""
    told = 0
    while batch := _remind_some():
        told += batch
    return told


@transaction.atomic
def _remind_some() -> int:
    now = clock.now()
    # A candidacy bears the holder's name: those who share her dossier have applied too.
    own = Candidacy.objects.filter(
        Q(applicant=OuterRef("person"))
        | Q(
            dossier__co_applicants__user=OuterRef("person"),
            dossier__co_applicants__ended_at=None,
        ),
        offer=OuterRef("offer"),
    )
    closing = Offer.objects.open_at(now).filter(closes_at__lte=now + CLOSES_SOON)
    waiting = list(
        Favourite.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(~Exists(own), offer__in=closing, reminded_at=None, person__is_active=True)
        .select_related("person", "offer__dwelling__residence__commune")
        .order_by("pk")[:AT_ONCE]
    )
    for favourite in waiting:
        offer = favourite.offer
        tell(
            user=favourite.person,
            key=f"closing:{offer.public_id}",
            title=_("Ce logement ferme bientôt : %(home)s") % {"home": offer},
            body=_(
                "Vous l'avez mis dans vos favoris. Les candidatures restent ouvertes jusqu'au "
                "%(when)s. L'ordre d'arrivée ne compte pas."
            )
            % {"when": french.date_time(offer.effective_closing())},
            path=reverse("offer", args=[offer.public_id]),
        )
    Favourite.objects.filter(pk__in=[each.pk for each in waiting]).update(reminded_at=now)
    return len(waiting)
