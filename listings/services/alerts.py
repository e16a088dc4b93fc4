"""Saved searches, and telling people of the homes they find."""

from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from alin.kit import clock, french
from alin.kit.actor import Actor
from notifications.services import queue_email, tell_many

from ..models import AlertRun, AlertSubscription, Offer, OfferAlert, SavedSearch, SearchRow
from ..queries.matching import searches_met_by

DIGEST_HOUR = time(7)
PEOPLE_AT_ONCE = 200
MOST_IN_A_DIGEST = 20
Frequency = SavedSearch.Frequency


@transaction.atomic
def save_search(
    *, actor: Actor, criteria: dict[str, Any], name: str, frequency: str, eligible_only: bool
) -> SavedSearch:
    """Keep a search of the person. Raises ValidationError beyond ten."""
    # One after the other: the free slot is chosen by who holds the person's row.
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    own = SavedSearch.objects.filter(person_id=actor.user_id)
    taken = set(own.values_list("slot", flat=True))
    free = next((n for n in range(1, SavedSearch.MOST + 1) if n not in taken), None)
    if free is None:
        raise ValidationError(
            _("Vous avez déjà %(n)d alertes, le maximum. Supprimez-en une pour créer celle-ci.")
            % {"n": SavedSearch.MOST}
        )
    AlertSubscription.objects.get_or_create(person_id=actor.user_id)
    search = SavedSearch(
        person_id=actor.user_id,
        slot=free,
        name=name,
        frequency=frequency,
        eligible_only=eligible_only,
        **criteria,
    )
    search.full_clean()
    search.save()
    return search


@transaction.atomic
def update_search(
    *, actor: Actor, search: SavedSearch, name: str, frequency: str, eligible_only: bool
) -> SavedSearch:
    """Change its name or when it tells. What waited to be told waits for the new moment."""
    search.name, search.frequency, search.eligible_only = name, frequency, eligible_only
    search.full_clean()
    search.save(update_fields=["name", "frequency", "eligible_only"])
    waiting = OfferAlert.objects.filter(search=search, person_id=actor.user_id, told_at=None)
    if frequency in (Frequency.DAILY, Frequency.WEEKLY):
        waiting.update(frequency=frequency)
    else:
        waiting.delete()
    return search


def delete_search(*, actor: Actor, search: SavedSearch) -> None:
    """Forget it, with what it found and had not told yet."""
    with transaction.atomic():
        OfferAlert.objects.filter(search=search, person_id=actor.user_id, told_at=None).delete()
        search.delete()


def mute_alerts(*, actor: Actor) -> None:
    """No more mails about new homes; the searches stay."""
    AlertSubscription.objects.filter(person_id=actor.user_id, muted_at=None).update(
        muted_at=clock.now()
    )


def unmute_alerts(*, actor: Actor) -> None:
    AlertSubscription.objects.filter(person_id=actor.user_id).update(muted_at=None)


def mute_alerts_by_token(*, subscription: AlertSubscription) -> None:
    """From the link of a mail, without login; again, it changes nothing."""
    AlertSubscription.objects.filter(pk=subscription.pk, muted_at=None).update(muted_at=clock.now())


# --- when a home is published --------------------------------------------------------------


def ask_for_alerts(*, offer: Offer) -> None:
    """Write that the alerts of a home are to be found, in the transaction that publishes it, and
    wake a worker after commit; beat finds it otherwise. An offer is announced once."""
    _run, first = AlertRun.objects.get_or_create(offer=offer)
    if first:
        transaction.on_commit(lambda: _wake(offer.pk), robust=True)


def _wake(offer_id: int) -> None:
    from ..tasks import find_alerts_of_offer

    find_alerts_of_offer.apply_async(args=[offer_id], retry=False, ignore_result=True)


def find_alerts(*, limit: int = 100) -> int:
    """Find the alerts of every home that waits for it; returns how many homes were done."""
    done = 0
    for offer_id in AlertRun.objects.filter(done_at=None).values_list("pk", flat=True)[:limit]:
        done += find_alerts_of(offer_id=offer_id) is not None
    return done


@transaction.atomic
def find_alerts_of(*, offer_id: int) -> int | None:
    """Tell everybody whose search a home answers: an alert for each, and the notice and mail of
    those told at once, all in this transaction. Returns how many people were found; None when
    another worker has the home, or had.

    One statement matches, whatever the number of searches: nobody waits for a loop."""
    run = (
        AlertRun.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=offer_id, done_at=None)
        .first()
    )
    if run is None:
        return None
    row = SearchRow.objects.filter(pk=offer_id).first()
    offer = Offer.objects.select_related(
        "dwelling__residence__commune__departement", "organisation"
    ).get(pk=offer_id)
    now = clock.now()
    if row is not None and row.ends_at > now:
        with connection.cursor() as cursor:
            # The limit of a page is too short for everybody.
            cursor.execute("SET LOCAL statement_timeout = '2min'")
        run.found = _write_alerts(offer, row, now)
        _tell_at_once(offer, now)
    run.done_at = now
    run.save(update_fields=["done_at", "found"])
    return run.found


def _write_alerts(offer: Offer, row: SearchRow, now: datetime) -> int:
    met = searches_met_by(offer, row).values_list("person_id", "pk", "frequency")
    try:
        sql, values = met.query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_offeralert"
            " (person_id, search_id, frequency, offer_id, found_at, told_at)"
            " SELECT m.person, m.search, m.frequency, %s, %s, CASE m.frequency WHEN %s THEN %s END"
            f" FROM ({sql}) AS m (person, search, frequency)"
            " ON CONFLICT (person_id, offer_id) DO NOTHING",
            [offer.pk, now, Frequency.NOW, now, *values],
        )
        found: int = cursor.rowcount
        return found


def _tell_at_once(offer: Offer, now: datetime) -> None:
    # Written as told in this very transaction: fifty thousand rows are not written twice.
    alerts = OfferAlert.objects.filter(offer=offer, frequency=Frequency.NOW, told_at=now)
    if not alerts.exists():
        return
    tell_many(
        readers=readers_of(alerts),
        key=f"alert:{offer.public_id}",
        title=_("Nouveau logement : %(home)s") % {"home": _in_words(offer)},
        body=_about(offer),
        path=reverse("offer", args=[offer.public_id]),
    )


def readers_of(alerts: QuerySet[OfferAlert]) -> QuerySet[OfferAlert, Any]:
    """Who reads them, where, and the page that ends such mails: what `tell_many` asks for."""
    # The address of the page, but for its token, that the database puts in for each.
    zeros = "00000000-0000-0000-0000-000000000000"
    before, after = reverse("alerts_unsubscribe", args=[zeros]).split(zeros)
    token = Cast("person__alert_subscription__token", CharField())
    return (
        alerts.order_by()
        .annotate(
            address=F("person__email"),
            unsubscribe=Concat(Value(before), token, Value(after), output_field=CharField()),
        )
        .values_list("person_id", "address", "unsubscribe")
    )


def _in_words(offer: Offer) -> str:
    dwelling = offer.dwelling
    commune = dwelling.residence.commune
    return _("%(typology)s à %(commune)s, %(rent)s") % {
        "typology": dwelling.typology,
        "commune": f"{commune.name} ({commune.departement_id})",
        "rent": french.euros(offer.rent_with_charges, short=True),
    }


def _about(offer: Offer) -> str:
    dwelling = offer.dwelling
    return _(
        "%(residence)s : %(typology)s de %(surface)s, %(rent)s par mois charges comprises.\n\n"
        "Candidatures jusqu'au %(when)s. Répondre le premier ne donne aucun avantage : les "
        "candidatures sont classées après la clôture."
    ) % {
        "residence": dwelling.residence.name,
        "typology": dwelling.typology,
        "surface": french.surface(dwelling.surface_m2),
        "rent": french.euros(offer.rent_with_charges),
        "when": french.date_time(offer.effective_closing()),
    }


# --- once a day, once a week ---------------------------------------------------------------


def send_digests() -> int:
    """Queue the mails of those who asked for one a day, or one a week on Mondays, from seven in
    the morning in Paris. Returns how many.

    What was found after seven waits for the next one; run again, it finds nothing left."""
    seven = datetime.combine(clock.today(), DIGEST_HOUR, tzinfo=clock.PARIS)
    if clock.now() < seven:
        seven -= timedelta(days=1)
        # Across a change of the clocks, seven stays seven.
        seven = datetime.combine(seven.date(), DIGEST_HOUR, tzinfo=clock.PARIS)
    monday = datetime.combine(
        seven.date() - timedelta(days=seven.weekday()), DIGEST_HOUR, tzinfo=clock.PARIS
    )
    return _send(Frequency.DAILY, seven) + _send(Frequency.WEEKLY, monday)


def _send(frequency: str, until: datetime) -> int:
    queued = 0
    while people := _people_to_tell(frequency, until):
        for person in people:
            queued += _send_digest(person, frequency, until)
    return queued


def _people_to_tell(frequency: str, until: datetime) -> list[int]:
    waiting = OfferAlert.objects.filter(frequency=frequency, told_at=None, found_at__lt=until)
    ids = waiting.order_by("person_id").values_list("person_id", flat=True)
    return list(ids.distinct()[:PEOPLE_AT_ONCE])


@transaction.atomic
def _send_digest(person_id: int, frequency: str, until: datetime) -> int:
    alerts = list(
        OfferAlert.objects.select_for_update(of=("self",))
        .filter(person_id=person_id, frequency=frequency, told_at=None, found_at__lt=until)
        .select_related("person", "offer__dwelling__residence__commune")
        .order_by("offer__closes_at", "pk")
    )
    now = clock.now()
    OfferAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(told_at=now)
    subscription = AlertSubscription.objects.filter(pk=person_id, muted_at=None).first()
    still = [alert.offer for alert in alerts if alert.offer.is_open(now)]
    if not still or subscription is None:
        return 0
    lines = [_line(offer) for offer in still[:MOST_IN_A_DIGEST]]
    if len(still) > MOST_IN_A_DIGEST:
        lines.append(_("Et %(n)d autres sur le portail.") % {"n": len(still) - MOST_IN_A_DIGEST})
    queue_email(
        key=f"digest:{frequency}:{until.date()}:{person_id}",
        to_address=alerts[0].person.email,
        recipient_id=person_id,
        subject=ngettext(
            "%(n)d nouveau logement pour vous", "%(n)d nouveaux logements pour vous", len(still)
        )
        % {"n": len(still)},
        body="\n\n".join(lines),
        path=reverse("my_alerts"),
        unsubscribe_path=reverse("alerts_unsubscribe", args=[subscription.token]),
    )
    return 1


def _line(offer: Offer) -> str:
    return _("%(home)s, candidatures jusqu'au %(when)s") % {
        "home": _in_words(offer),
        "when": french.date_time(offer.effective_closing()),
    }
