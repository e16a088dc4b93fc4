"""The mails of those who asked to hear of new homes once a day, or once a week.

Nothing found is lost: what cannot wait for the next mail leaves before it, what is not open yet is
told with its opening, and what somebody's pause keeps back waits for its end."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alin.kit import clock, french
from notifications.services import notify, queue_email

from ..models import AlertSubscription, Offer, OfferAlert, SavedSearch
from .alerts import home_in_words, window_in_words

DIGEST_HOUR = time(7)
# Less than that between a mail and the closing is too short to read, complete a dossier and apply.
TIME_TO_APPLY = timedelta(days=2)
PEOPLE_AT_ONCE = 200
MOST_IN_A_DIGEST = 20
Frequency = SavedSearch.Frequency


def send_digests() -> int:
    """Queue the mails of those who asked for one a day, or one a week on Mondays, from seven in
    the morning in Paris. Returns how many.

    What was found after seven waits for the next one; run again, it finds nothing left. A home
    that would leave less than `TIME_TO_APPLY` after the next mail does not wait for it: told on
    the first morning to who hears weekly, at once to who hears daily. What waited for a search
    that became “at once” is told now, like what was found for such a search during a pause."""
    today = clock.today()
    if clock.now() < _seven(today):
        today -= timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    before_today = Q(found_at__lt=_seven(today))
    daily = before_today | _closes_soon_after(today + timedelta(days=1))
    weekly = Q(found_at__lt=_seven(monday)) | (
        before_today & _closes_soon_after(monday + timedelta(days=7))
    )
    _forget_what_closed_during_a_pause()
    return (
        _send(Frequency.NOW, Q()) + _send(Frequency.DAILY, daily) + _send(Frequency.WEEKLY, weekly)
    )


def _seven(day: date) -> datetime:
    """Across a change of the clocks, seven stays seven."""
    return datetime.combine(day, DIGEST_HOUR, tzinfo=clock.PARIS)


def _closes_soon_after(day: date) -> Q:
    return Q(offer__closes_at__lt=_seven(day) + TIME_TO_APPLY)


def _forget_what_closed_during_a_pause() -> None:
    """A pause may have no end: what it keeps back is at most what is open."""
    OfferAlert.objects.filter(
        told_at=None,
        offer__closes_at__lte=clock.now(),
        person__alert_subscription__muted_at__isnull=False,
    ).delete()


def _send(frequency: str, due: Q) -> int:
    queued = 0
    while people := _people_to_tell(frequency, due):
        for person in people:
            queued += _send_digest(person, frequency, due)
    return queued


def _waiting(frequency: str, due: Q) -> QuerySet[OfferAlert]:
    return OfferAlert.objects.filter(due, frequency=frequency, told_at=None)


def _people_to_tell(frequency: str, due: Q) -> list[int]:
    hearing = AlertSubscription.objects.filter(muted_at=None, person__is_active=True)
    waiting = _waiting(frequency, due).filter(person__in=hearing.values("pk"))
    ids = waiting.order_by("person_id").values_list("person_id", flat=True)
    return list(ids.distinct()[:PEOPLE_AT_ONCE])


@transaction.atomic
def _send_digest(person_id: int, frequency: str, due: Q) -> int:
    subscription = AlertSubscription.objects.filter(pk=person_id, muted_at=None).first()
    if subscription is None:
        return 0
    alerts = list(
        _waiting(frequency, due)
        .select_for_update(of=("self",))
        .filter(person_id=person_id)
        .select_related("person", "offer__dwelling__residence__commune")
        .order_by("offer__closes_at", "pk")
    )
    now = clock.now()
    OfferAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=now)
    still = [alert for alert in alerts if alert.offer.effective_closing() > now]
    if not still:
        return 0
    title = ngettext(
        "%(n)d nouveau logement pour vous", "%(n)d nouveaux logements pour vous", len(still)
    ) % {"n": len(still)}
    # A home is told once: no other mail of hers begins with it, and two may leave on one day.
    key, links = f"digest:{still[0].pk}", _links([alert.offer for alert in still])
    body = _("Répondre le premier ne donne aucun avantage : prenez le temps de lire.")
    notify(
        user=still[0].person, key=key, title=title, body=body, path=found_page(), links=links[:-1]
    )
    queue_email(
        key=key,
        to_address=still[0].person.email,
        recipient_id=person_id,
        subject=title,
        body=body,
        links=links,
        unsubscribe_path=reverse("alerts_unsubscribe", args=[subscription.token]),
    )
    return 1


def _links(offers: Sequence[Offer]) -> list[tuple[str, str]]:
    """One to each home, as many as a mail holds, and the last to the list of them all."""
    shown = offers[:MOST_IN_A_DIGEST]
    rest = len(offers) - len(shown)
    last = _("Tous les logements trouvés par vos alertes")
    if rest:
        last = ngettext(
            "Et %(n)d autre, avec tous ceux que vos alertes ont trouvés",
            "Et %(n)d autres, avec tous ceux que vos alertes ont trouvés",
            rest,
        ) % {"n": rest}
    return [
        *((_line(offer), reverse("offer", args=[offer.public_id])) for offer in shown),
        (last, found_page()),
    ]


def found_page() -> str:
    """Where a person finds again what her alerts found."""
    return f"{reverse('my_alerts')}#trouves"


def _line(offer: Offer) -> str:
    return _("%(home)s, %(surface)s, %(window)s") % {
        "home": home_in_words(offer),
        "surface": french.surface(offer.dwelling.surface_m2),
        "window": window_in_words(offer),
    }
