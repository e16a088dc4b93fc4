"""Telling those who keep an eye on a home that it closes soon, or that it has."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import clock, french
from applications.models import Candidacy
from applications.queries import live_candidates_of
from listings.models import Favourite, Offer
from notifications.services import tell, tell_many

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
    closing = Offer.objects.open_at(now).filter(closes_at__lte=now + CLOSES_SOON)
    waiting = list(
        Favourite.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(~_has_applied(), offer__in=closing, reminded_at=None, person__is_active=True)
        .select_related("person", "offer__dwelling__residence__commune")
        .order_by("pk")[:AT_ONCE]
    )
    for favourite in waiting:
        offer = favourite.offer
        tell(
            user=favourite.person,
            # A closing put off is told again.
            key=f"closing:{offer.public_id}:{offer.closes_at:%Y%m%d%H%M}",
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


def tell_closed_early(*, offer: Offer) -> None:
    """Tell, once, that the offer closed before its date, and why: those whose candidacy lives,
    which goes on; and each person with this home among her favourites and no candidacy for it."""
    _tell_candidates(offer)
    _tell_favourites(offer)


def _tell_candidates(offer: Offer) -> None:
    readers = live_candidates_of(offer)
    if not readers.exists():
        return
    tell_many(
        readers=readers,
        key=f"closed-early-applied:{offer.public_id}",
        title=_("Candidatures closes plus tôt que prévu : %(home)s") % {"home": offer},
        body=_(
            "Vous avez postulé à ce logement. Le bailleur a fermé les candidatures avant la date "
            "annoncée, pour cette raison : %(reason)s\n\nVotre candidature continue : le bailleur "
            "répond à chaque dossier reçu, et nous vous écrirons à chaque étape. Vous n'avez rien "
            "à faire."
        )
        % {"reason": offer.closed_early_reason},
        path=reverse("offer", args=[offer.public_id]),
        unsubscribe="",
    )


def _tell_favourites(offer: Offer) -> None:
    readers = (
        Favourite.objects.filter(~_has_applied(), offer=offer, person__is_active=True)
        .order_by()
        .annotate(address=F("person__email"), unsubscribe=Value(""))
        .values_list("person_id", "address", "unsubscribe")
    )
    if not readers.exists():
        return
    tell_many(
        readers=readers,
        key=f"closed-early:{offer.public_id}",
        title=_("Ce logement n'est plus proposé : %(home)s") % {"home": offer},
        body=_(
            "Vous l'aviez mis dans vos favoris. Le bailleur a fermé les candidatures avant la date "
            "annoncée, pour cette raison : %(reason)s"
        )
        % {"reason": offer.closed_early_reason},
        path=reverse("offer", args=[offer.public_id]),
        unsubscribe="",
    )


def _has_applied() -> Exists:
    """A candidacy bears the holder's name: those who share her dossier have applied too."""
    own = Candidacy.objects.filter(
        Q(applicant=OuterRef("person"))
        | Q(
            dossier__co_applicants__user=OuterRef("person"),
            dossier__co_applicants__ended_at=None,
        ),
        offer=OuterRef("offer"),
    )
    return Exists(own)
