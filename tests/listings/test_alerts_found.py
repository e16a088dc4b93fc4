"""The homes that alerts found: told once by mail, kept at hand as long as one may apply."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings import services
from listings.models import Offer
from listings.queries.alerts import favourites_of
from tests import factories as f

from .test_alerts import published, saved

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


def positions(body: str, *homes: Offer) -> list[int]:
    section = body.split('id="trouves"')[1]
    return [section.find(reverse("offer", args=[home.public_id])) for home in homes]


def test_what_alerts_found_and_is_not_over_the_last_found_first(
    cast: SimpleNamespace, travel: Callable[[datetime], None], login: Callable[[object], Client]
) -> None:
    """Told at once or still to be told; not what closed, nor what another person's alert found,
    nor what was there before the alert."""
    before = published(cast.lac)
    search = saved(cast.amina, "loyer_max=600", "weekly")
    saved(cast.bruno, "loyer_min=700")
    first = published(cast.lac)
    travel(clock.now() + timedelta(hours=1))
    second = published(cast.lac)
    dear = published(cast.lac, rent=900)
    gone = published(cast.lac)
    services.close_early(actor=cast.as_claire, offer=gone, reason="Vendu")
    client = login(cast.amina)
    body = client.get("/mes-alertes/").content.decode()
    places = positions(body, second, first, before, dear, gone)
    assert 0 < places[0] < places[1]
    assert places[2:] == [-1, -1, -1]
    found = positions(login(cast.bruno).get("/mes-alertes/").content.decode(), dear, second)
    assert (found[0] > 0, found[1]) == (True, -1)
    services.keep_favourite(actor=cast.as_amina, offer=second)
    services.update_search(
        actor=cast.as_amina, search=search, name="Loyer", frequency="now", eligible_only=False
    )
    services.send_digests()
    services.delete_search(actor=cast.as_amina, search=search)
    body = login(cast.amina).get("/mes-alertes/").content.decode()
    assert min(positions(body, second, first)) > 0
    assert "Dans vos favoris" in body


def test_a_home_that_opens_later_is_found_again_and_read(
    cast: SimpleNamespace, travel: Callable[[datetime], None], login: Callable[[object], Client]
) -> None:
    """The search shows what one may apply to today; whoever was told of it earlier finds it here,
    and among her favourites, with its opening."""
    travel(datetime(2027, 1, 10, 15, 0, tzinfo=PARIS))
    saved(cast.amina, "", "now")
    later = published(
        cast.lac,
        opens_at=datetime(2027, 1, 12, 9, 0, tzinfo=PARIS),
        closes_at=datetime(2027, 1, 20, 12, 0, tzinfo=PARIS),
    )
    client = login(cast.amina)
    page = reverse("offer", args=[later.public_id])
    assert page not in client.get("/logements/").content.decode()
    body = client.get("/mes-alertes/").content.decode().replace("\u00a0", " ")
    assert positions(body, later) != [-1]
    assert "ouvre le 12 janvier 2027 à 9 h 00" in body
    read = client.get(page).content.decode().replace("\u00a0", " ")
    assert "Les candidatures ouvrent le 12 janvier 2027 à 9 h 00." in read
    wait = client.get(reverse("apply", args=[later.public_id])).content.decode()
    assert "Les candidatures ouvrent le 12 janvier 2027" in wait.replace("\u00a0", " ")
    services.keep_favourite(actor=cast.as_amina, offer=later)
    kept = client.get("/mes-favoris/").content.decode()
    assert "Pas encore ouverts aux candidatures</h2>" in kept
    assert ("On peut encore postuler" in kept, "Candidatures closes" in kept) == (False, False)
    travel(datetime(2027, 1, 12, 9, 0, tzinfo=PARIS))
    assert "ouvre le" not in client.get("/mes-alertes/").content.decode()
    assert "On peut encore postuler</h2>" in client.get("/mes-favoris/").content.decode()


def test_a_home_withdrawn_before_it_opens_is_not_announced(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    later = published(
        cast.lac,
        opens_at=clock.now() + timedelta(days=2),
        closes_at=clock.now() + timedelta(days=9),
    )
    services.keep_favourite(actor=cast.as_amina, offer=later)
    services.close_early(actor=cast.as_claire, offer=later, reason="Vendu")
    client = login(cast.amina)
    kept = client.get("/mes-favoris/").content.decode()
    assert "Candidatures closes</h2>" in kept
    assert "ouvre le" not in kept
    page = client.get(reverse("apply", args=[later.public_id])).content.decode()
    assert "Les candidatures ouvrent" not in page


def test_favourites_one_may_apply_to_come_before_those_that_open_later(
    cast: SimpleNamespace,
) -> None:
    now = clock.now()
    soon = published(cast.lac, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=5))
    open_now = published(cast.lac, closes_at=now + timedelta(days=9))
    for each in (soon, open_now):
        services.keep_favourite(actor=cast.as_amina, offer=each)
    found = favourites_of(cast.as_amina, clock.now())
    assert [each.offer_id for each in found] == [open_now.pk, soon.pk]


def test_the_page_says_what_to_do_before_anything_is_found(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    client = login(cast.amina)
    assert 'id="trouves"' not in client.get("/mes-alertes/").content.decode()
    saved(cast.amina)
    assert "Aucun pour l&#39;instant" in client.get("/mes-alertes/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
def test_what_was_found_costs_the_same_whatever_its_number(
    cast: SimpleNamespace,
    login: Callable[[object], Client],
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    saved(cast.amina)
    for row in range(rows):
        offer = published(cast.lac, opens_at=clock.now() + timedelta(days=row % 2))
        f.unseen_pictures(offer.dwelling, 2 if row % 2 else 0)
    client = login(cast.amina)
    with django_assert_num_queries(12):
        body = client.get("/mes-alertes/").content.decode()
    assert body.count("<article") == min(rows, 20)
