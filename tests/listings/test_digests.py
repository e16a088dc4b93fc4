"""The mails of the morning and of Monday: nothing that a search found is lost on the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings import services
from listings.models import AlertSubscription, OfferAlert, SavedSearch
from listings.services.alerts import ask_again
from notifications.models import Notice, OutboxMessage
from tests import factories as f

from .test_alerts import published, saved

PARIS = ZoneInfo("Europe/Paris")


def digests() -> list[tuple[str, str]]:
    mails = OutboxMessage.objects.filter(key__startswith="digest:").order_by("pk")
    return [(mail.to_address, mail.subject) for mail in mails]


@pytest.mark.django_db
def test_a_daily_mail_leaves_after_seven_and_once(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 3, 27, 15, 0, tzinfo=PARIS))
    saved(cast.amina, "", "daily")
    saved(cast.bruno, "", "daily")
    services.mute_alerts(actor=cast.as_bruno)
    published(cast.lac)
    published(cast.lac)
    services.send_digests()
    travel(datetime(2027, 3, 28, 6, 59, tzinfo=PARIS))
    services.send_digests()
    assert digests() == []
    # The night of 28 March 2027 has an hour less.
    travel(datetime(2027, 3, 28, 7, 1, tzinfo=PARIS))
    later = published(cast.lac)
    assert [services.send_digests(), services.send_digests()] == [1, 0]
    assert digests() == [("amina@example.test", "2 nouveaux logements pour vous")]
    assert OfferAlert.objects.get(offer=later, person=cast.amina).told_at is None
    services.unmute_alerts(actor=cast.as_bruno)
    travel(datetime(2027, 3, 29, 7, 1, tzinfo=PARIS))
    services.send_digests()
    assert digests()[1:] == [
        ("amina@example.test", "1 nouveau logement pour vous"),
        ("bruno@example.test", "3 nouveaux logements pour vous"),
    ]


@pytest.mark.django_db
def test_a_weekly_mail_leaves_on_monday(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 1, 7, 9, 0, tzinfo=PARIS))
    saved(cast.amina, "", "weekly")
    published(cast.lac, closes_at=clock.now() + timedelta(days=30))
    for day in (8, 9, 10):
        travel(datetime(2027, 1, day, 12, 0, tzinfo=PARIS))
        services.send_digests()
    assert digests() == []
    travel(datetime(2027, 1, 11, 7, 30, tzinfo=PARIS))
    services.send_digests()
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")]
    link = OutboxMessage.objects.get().unsubscribe_path
    assert link == f"/alertes/arreter/{AlertSubscription.objects.get().token}/"


@pytest.mark.django_db
def test_a_digest_leaves_out_what_has_closed(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 1, 7, 9, 0, tzinfo=PARIS))
    saved(cast.amina, "", "daily")
    offer = published(cast.lac)
    f.close(offer)
    travel(datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    assert services.send_digests() == 0
    assert OfferAlert.objects.get().told_at is not None


@pytest.mark.django_db
def test_a_mail_leads_to_each_home_and_then_to_all_of_them(
    cast: SimpleNamespace, travel: Callable[[datetime], None], login: Callable[[object], Client]
) -> None:
    """Twenty-two homes: twenty in the mail and in the notice, each with its page; the two that
    close last are on the page that both lead to."""
    travel(datetime(2027, 1, 7, 9, 0, tzinfo=PARIS))
    saved(cast.amina, "", "daily")
    first = datetime(2027, 1, 20, 12, 0, tzinfo=PARIS)
    homes = [published(cast.lac, closes_at=first + timedelta(days=day)) for day in range(22)]
    travel(datetime(2027, 1, 8, 9, 0, tzinfo=PARIS))
    services.send_digests()
    mail, notice = OutboxMessage.objects.get(), Notice.objects.get()
    pages = [reverse("offer", args=[home.public_id]) for home in homes]
    assert [path for _label, path in notice.links] == pages[:20]
    assert notice.links[0][0].replace("\u00a0", " ") == (
        "T3 à Villeurbanne (69), 487,40 €, 62,5 m², candidatures jusqu'au 20 janvier 2027 à 12 h 00"
    )
    for body in (mail.body_text, mail.body_html):
        assert [page in body for page in pages] == [True] * 20 + [False] * 2
        assert "Et 2 autres, avec tous ceux que vos alertes ont trouvés" in body
        assert f"{settings.BASE_URL}/mes-alertes/#trouves" in body
    client = login(cast.amina)
    read = client.get("/messages/").content.decode()
    assert [f'href="{page}"' in read for page in pages] == [True] * 20 + [False] * 2
    opened = client.post(reverse("notice_open", args=[notice.public_id]))
    assert opened["Location"] == "/mes-alertes/#trouves"
    found = [client.get("/mes-alertes/", {"page": n}).content.decode() for n in (1, 2)]
    assert [[page in text for page in pages].count(True) for text in found] == [20, 2]


def bodies() -> list[str]:
    mails = OutboxMessage.objects.order_by("pk")
    texts = [mail.shared.text if mail.shared else mail.body_text for mail in mails]
    return [text.replace("\u00a0", " ") for text in texts]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("frequency", "told"),
    [
        ("now", "Candidatures du 12 janvier 2027 à 9 h 00 au 20 janvier 2027 à 12 h 00."),
        ("daily", "candidatures du 12 janvier 2027 à 9 h 00 au 20 janvier 2027 à 12 h 00"),
        ("weekly", "candidatures du 12 janvier 2027 à 9 h 00 au 20 janvier 2027 à 12 h 00"),
    ],
)
def test_a_home_that_opens_later_is_told_with_its_opening(
    cast: SimpleNamespace, travel: Callable[[datetime], None], frequency: str, told: str
) -> None:
    """Published on a Sunday afternoon to open on Tuesday; the mail leaves on Monday at seven."""
    travel(datetime(2027, 1, 10, 15, 0, tzinfo=PARIS))
    saved(cast.amina, "", frequency)
    published(
        cast.lac,
        opens_at=datetime(2027, 1, 12, 9, 0, tzinfo=PARIS),
        closes_at=datetime(2027, 1, 20, 12, 0, tzinfo=PARIS),
    )
    travel(datetime(2027, 1, 11, 7, 1, tzinfo=PARIS))
    services.send_digests()
    (body,) = bodies()
    assert told in body


@pytest.mark.django_db
def test_a_weekly_mail_does_not_wait_for_a_monday_that_comes_too_late(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    """Found on Tuesday the 5th. The next Monday is the 11th, at seven: what closes before
    Wednesday the 13th at seven is told on Wednesday the 6th, the rest on Monday."""
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    saved(cast.amina, "", "weekly")
    ends = [
        datetime(2027, 1, 9, 10, 0, tzinfo=PARIS),
        datetime(2027, 1, 13, 6, 59, tzinfo=PARIS),
        datetime(2027, 1, 13, 7, 0, tzinfo=PARIS),
    ]
    *_sooner, last = [published(cast.lac, closes_at=end) for end in ends]
    services.send_digests()
    assert digests() == []
    travel(datetime(2027, 1, 6, 7, 1, tzinfo=PARIS))
    assert [services.send_digests(), services.send_digests()] == [1, 0]
    waiting = OfferAlert.objects.filter(told_at=None)
    assert list(waiting.values_list("offer", flat=True)) == [last.pk]
    assert digests() == [("amina@example.test", "2 nouveaux logements pour vous")]
    travel(datetime(2027, 1, 11, 7, 1, tzinfo=PARIS))
    services.send_digests()
    assert digests()[1:] == [("amina@example.test", "1 nouveau logement pour vous")]


@pytest.mark.django_db
def test_a_daily_mail_does_not_wait_for_a_morning_that_comes_too_late(
    cast: SimpleNamespace,
    travel: Callable[[datetime], None],
    settings: pytest.FixtureRequest,
) -> None:
    settings.OFFER_SHORTEST_WINDOW_HOURS = 12  # type: ignore[attr-defined]
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    saved(cast.amina, "", "daily")
    published(cast.lac, closes_at=datetime(2027, 1, 6, 6, 0, tzinfo=PARIS))
    published(cast.lac, closes_at=datetime(2027, 1, 9, 6, 0, tzinfo=PARIS))
    services.send_digests()
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")]


@pytest.mark.django_db
def test_what_waits_during_a_pause_is_told_at_its_end(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    saved(cast.amina, "", "daily")
    published(cast.lac)
    services.mute_alerts(actor=cast.as_amina)
    travel(datetime(2027, 1, 6, 7, 1, tzinfo=PARIS))
    assert services.send_digests() == 0
    services.unmute_alerts(actor=cast.as_amina)
    assert services.send_digests() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("frequency", ["now", "daily", "weekly"])
def test_what_is_found_during_a_pause_is_on_the_page_and_told_once_after_it(
    cast: SimpleNamespace,
    travel: Callable[[datetime], None],
    login: Callable[[object], Client],
    frequency: str,
) -> None:
    """Published on Tuesday during the pause: one that closes on Friday, one that is still open
    when the alerts resume, on the Monday after."""
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    saved(cast.amina, "", frequency)
    services.mute_alerts(actor=cast.as_amina)
    over = published(cast.lac, closes_at=datetime(2027, 1, 8, 18, 0, tzinfo=PARIS))
    still = published(cast.lac, closes_at=datetime(2027, 1, 30, 18, 0, tzinfo=PARIS))
    travel(datetime(2027, 1, 9, 7, 1, tzinfo=PARIS))
    assert services.send_digests() == 0
    assert [each.offer for each in OfferAlert.objects.all()] == [still]
    body = login(cast.amina).get("/mes-alertes/").content.decode()
    pages = [reverse("offer", args=[offer.public_id]) for offer in (over, still)]
    assert [page in body.split('id="trouves"')[1] for page in pages] == [False, True]
    travel(datetime(2027, 1, 11, 7, 1, tzinfo=PARIS))
    services.unmute_alerts(actor=cast.as_amina)
    assert [services.send_digests(), services.send_digests()] == [1, 0]
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")]
    assert Notice.objects.filter(recipient=cast.amina).count() == 1
    ask_again([still])
    services.find_alerts()
    assert services.send_digests() == 0


# --- searches that change before what they found is told --------------------------------------


def changed(search: SavedSearch, frequency: str) -> int:
    return services.update_search(
        actor=f.actor_for(search.person),
        search=search,
        name=search.name,
        frequency=frequency,
        eligible_only=search.eligible_only,
    )


@pytest.mark.django_db
def test_who_asks_to_hear_sooner_hears_of_what_waited(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    """Found on Tuesday for Monday; on Thursday she wants to be told at once. A mail of the same
    day does not take the place of another."""
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    weekly = saved(cast.amina, "", "weekly")
    saved(cast.bruno, "", "weekly")
    published(cast.lac, closes_at=datetime(2027, 1, 30, 12, 0, tzinfo=PARIS))
    travel(datetime(2027, 1, 7, 12, 0, tzinfo=PARIS))
    assert changed(weekly, "now") == 0
    assert services.send_digests() == 1
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")]
    assert services.send_digests() == 0


@pytest.mark.django_db
def test_two_mails_of_one_day_both_leave(
    cast: SimpleNamespace, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    far = datetime(2027, 1, 30, 12, 0, tzinfo=PARIS)
    weekly = saved(cast.amina, "loyer_max=500", "weekly")
    saved(cast.amina, "loyer_min=600", "daily")
    published(cast.lac, closes_at=far)
    published(cast.lac, closes_at=far, rent=700)
    travel(datetime(2027, 1, 6, 7, 1, tzinfo=PARIS))
    services.send_digests()
    changed(weekly, "daily")
    services.send_digests()
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")] * 2
    assert OfferAlert.objects.filter(told_at=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [True, False])
def test_what_another_search_found_too_is_still_told(
    cast: SimpleNamespace, travel: Callable[[datetime], None], gone: bool
) -> None:
    """One row per home and person, that the soonest search holds. When it goes or falls silent,
    the soonest of the others that find the home tells it; opening later changes nothing."""
    travel(datetime(2027, 1, 5, 10, 0, tzinfo=PARIS))
    far = datetime(2027, 1, 30, 12, 0, tzinfo=PARIS)
    daily = saved(cast.amina, "", "daily")
    saved(cast.amina, "loyer_max=800", "weekly")
    saved(cast.amina, "loyer_max=500", "weekly", name="Petit loyer")
    saved(cast.amina, "loyer_max=400", "daily", name="Trop petit")
    saved(cast.amina, "", "never", name="Silencieuse")
    saved(cast.bruno, "", "now")
    opening = datetime(2027, 1, 9, 9, 0, tzinfo=PARIS)
    both = published(cast.lac, closes_at=far, opens_at=opening)
    one = published(cast.lac, closes_at=far, rent=1_000)
    forgotten = (
        services.delete_search(actor=cast.as_amina, search=daily)
        if gone
        else changed(daily, "never")
    )
    assert forgotten == 1
    kept = OfferAlert.objects.filter(person=cast.amina)
    assert [(alert.offer, alert.frequency, alert.told_at) for alert in kept] == [
        (both, "weekly", None)
    ]
    assert OfferAlert.objects.filter(person=cast.bruno, offer=one).count() == 1
    travel(datetime(2027, 1, 11, 7, 1, tzinfo=PARIS))
    services.send_digests()
    assert digests() == [("amina@example.test", "1 nouveau logement pour vous")]


@pytest.mark.django_db
def test_a_search_that_slows_down_leaves_to_a_faster_one_what_both_found(
    cast: SimpleNamespace,
) -> None:
    first = saved(cast.amina, "", "daily")
    faster = saved(cast.amina, "loyer_max=500", "daily")
    far = clock.now() + timedelta(days=30)
    both = published(cast.lac, closes_at=far)
    dear = published(cast.lac, closes_at=far, rent=1_000)
    assert changed(first, "weekly") == 0
    held = OfferAlert.objects.order_by("offer").values_list("offer", "search", "frequency")
    assert list(held) == [(both.pk, faster.pk, "daily"), (dear.pk, first.pk, "weekly")]


@pytest.mark.django_db
def test_deleting_an_alert_says_what_nobody_will_tell(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    search = saved(cast.amina, "", "daily")
    published(cast.lac)
    client = login(cast.amina)
    page = client.post(f"{reverse('alert', args=[search.public_id])}supprimer/", follow=True)
    said = "Elle avait trouvé 1 logement pas encore annoncé : la recherche le montre "
    said += "quand il est ouvert aux candidatures."
    assert said in page.content.decode()
