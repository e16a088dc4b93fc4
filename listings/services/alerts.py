"""Saved searches, and telling people at once of the homes they find; `digests` tells later."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection, transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from alin.kit import clock, french
from alin.kit.actor import Actor
from alin.kit.waking import wake_after_commit
from notifications.services import tell_many

from ..models import AlertRun, AlertSubscription, Offer, OfferAlert, SavedSearch, SearchRow
from ..queries import Reader
from ..queries.alerts import searches_of
from ..queries.matching import centres_of, rows_answering, searches_met_by
from ..queries.search import rows_not_over
from ..rules import rent_in_words, total_rent_in_words

logger = logging.getLogger(__name__)

Frequency = SavedSearch.Frequency
_SOONEST_FIRST = [Frequency.NOW, Frequency.DAILY, Frequency.WEEKLY, Frequency.NEVER]


@transaction.atomic
def save_search(
    *, actor: Actor, criteria: dict[str, Any], name: str, frequency: str, eligible_only: bool
) -> SavedSearch:
    """Keep a search of the person. Raises ValidationError beyond ten."""
    # The free slot is chosen by who holds them.
    _hold_searches_of(actor)
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
) -> int:
    """Change its name or when it tells. What waited to be told waits for the new moment, which is
    the next passage when that is at once. Returns how many homes nobody tells her of any more.

    Raises SavedSearch.DoesNotExist when it was deleted meanwhile."""
    search = _held(search, actor)
    search.name, search.frequency, search.eligible_only = name, frequency, eligible_only
    search.full_clean()
    search.save(update_fields=["name", "frequency", "eligible_only"])
    return _hand_over(search, actor, frequency)


@transaction.atomic
def delete_search(*, actor: Actor, search: SavedSearch) -> int:
    """Forget it. What it found and had not told is told by another search of hers that finds it
    too; returns how many homes no other one finds. Raises SavedSearch.DoesNotExist when it already
    is."""
    search = _held(search, actor)
    forgotten = _hand_over(search, actor, Frequency.NEVER)
    search.delete()
    return forgotten


def _hold_searches_of(actor: Actor) -> None:
    """The searches of a person change one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)


def _held(search: SavedSearch, actor: Actor) -> SavedSearch:
    """The search as it is now: it may have been changed, or deleted, in another tab."""
    _hold_searches_of(actor)
    return SavedSearch.objects.get(pk=search.pk, person_id=actor.user_id)


def _hand_over(search: SavedSearch, actor: Actor, frequency: str) -> int:
    """What `search` found and has not told: to the search of hers that finds it too and tells it
    sooner than `frequency`, else to `frequency`. A home found by two searches is one row, that
    only one of them holds."""
    waiting = OfferAlert.objects.filter(search=search, person_id=actor.user_id, told_at=None)
    if not waiting.exists():
        return 0
    later = _SOONEST_FIRST.index(Frequency(frequency))
    others = [each for each in searches_of(actor) if each.pk != search.pk]
    centres, reader = centres_of(others), Reader(actor)
    rows = rows_not_over(clock.now())
    for soonness in _SOONEST_FIRST[:later]:
        for other in others:
            if other.frequency == soonness:
                found = rows_answering(other, reader, centres, rows).order_by().values("pk")
                waiting.filter(offer__in=found).update(search=other, frequency=soonness)
    if frequency != Frequency.NEVER:
        waiting.update(frequency=frequency)
        return 0
    forgotten = waiting.filter(offer__in=rows.values("pk")).count()
    waiting.delete()
    return forgotten


def mute_alerts(*, actor: Actor) -> None:
    """No more mails about new homes; the searches stay, and what they find waits for the end of
    the pause."""
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
        wake_after_commit("listings.tasks.find_alerts_of_offer", offer.pk)


def ask_again(offers: Sequence[Offer]) -> None:
    """The same of published homes that have changed: those whom one suits only now are told of
    it, and nobody twice. Three statements, whatever their number."""
    now = clock.now()
    keys = [offer.pk for offer in offers if offer.effective_closing() > now]
    if not keys:
        return
    AlertRun.objects.filter(offer__in=keys).update(asked_at=now, done_at=None)
    AlertRun.objects.bulk_create([AlertRun(offer_id=key) for key in keys], ignore_conflicts=True)
    wake_after_commit("listings.tasks.find_alerts")


def find_alerts(*, limit: int = 100) -> int:
    """Find the alerts of every home that waits for it; returns how many homes were done."""
    done = 0
    for offer_id in AlertRun.objects.filter(done_at=None).values_list("pk", flat=True)[:limit]:
        try:
            done += find_alerts_of(offer_id=offer_id) is not None
        except Exception:
            # It stays to be done; those behind it do not wait for its repair.
            logger.exception("alerts of the offer %s not found", offer_id)
    return done


@transaction.atomic
def find_alerts_of(*, offer_id: int) -> int | None:
    """Tell everybody whose search a home answers: an alert for each, and the notice and mail of
    those told at once, all in this transaction; who paused her alerts is told by a digest, after.
    Returns how many people were found; None when another worker has the home, or had.

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
    now, found = clock.now(), 0
    if row is not None and row.ends_at > now:
        with connection.cursor() as cursor:
            # The limit of a page is too short for everybody.
            cursor.execute("SET LOCAL statement_timeout = '2min'")
        found = _write_alerts(offer, row, now)
        _tell_at_once(offer, now)
    run.done_at, run.found = now, run.found + found
    run.save(update_fields=["done_at", "found"])
    return found


def _write_alerts(offer: Offer, row: SearchRow, now: datetime) -> int:
    met = searches_met_by(offer, row).values_list(
        "person_id", "pk", "frequency", "person__alert_subscription__muted_at"
    )
    try:
        sql, values = met.query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_offeralert"
            " (person_id, search_id, frequency, offer_id, found_at, told_at)"
            " SELECT m.person, m.search, m.frequency, %s, %s,"
            " CASE WHEN m.frequency = %s AND m.muted_at IS NULL THEN %s::timestamptz END"
            f" FROM ({sql}) AS m (person, search, frequency, muted_at)"
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
        title=_("Nouveau logement : %(home)s") % {"home": home_in_words(offer)},
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


def home_in_words(offer: Offer) -> str:
    dwelling = offer.dwelling
    commune = dwelling.residence.commune
    return _("%(typology)s à %(commune)s, %(rent)s") % {
        "typology": dwelling.typology,
        "commune": f"{commune.name} ({commune.departement_id})",
        "rent": rent_in_words(offer.rent_with_charges, short=True),
    }


def window_in_words(offer: Offer) -> str:
    """Until when one may apply, and from when if that is still to come."""
    closing = french.date_time(offer.effective_closing())
    if offer.opens_at <= clock.now():
        return _("candidatures jusqu'au %(closing)s") % {"closing": closing}
    return _("candidatures du %(opening)s au %(closing)s") % {
        "opening": french.date_time(offer.opens_at),
        "closing": closing,
    }


def _about(offer: Offer) -> str:
    dwelling, window = offer.dwelling, window_in_words(offer)
    return _(
        "%(residence)s : %(typology)s de %(surface)s, %(rent)s.\n\n"
        "%(window)s. Répondre le premier ne donne aucun avantage : les candidatures sont classées "
        "après la clôture."
    ) % {
        "residence": _("Adresse protégée") if offer.address_hidden else dwelling.residence.name,
        "typology": dwelling.typology,
        "surface": french.surface(dwelling.surface_m2),
        "rent": total_rent_in_words(offer.rent_with_charges),
        "window": window[:1].upper() + window[1:],
    }
