"""The page of an offer: the size for the household, favourites, others when it closes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from applications.services import remind_favourites
from listings import services as listings
from listings.models import Offer
from listings.sizes import fit_of
from notifications.models import Notice
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("persons", "rooms", "surface", "said"),
    [
        # 9 m² for one, 16 for two, 9 more for each beyond, 70 from eight on.
        (1, 1, "9", "Taille adaptée"),
        (1, 1, "8.9", "Trop petit"),
        (2, 1, "15.9", "Trop petit"),
        (2, 2, "16", "Taille adaptée"),
        (3, 3, "24.9", "Trop petit"),
        (3, 3, "25", "Taille adaptée"),
        (9, 5, "69.9", "Trop petit"),
        (9, 5, "70", "Taille adaptée"),
        # More rooms than persons and one: under-occupied (a person in a T3, a couple in a T4).
        (1, 2, "45", "Taille adaptée"),
        (1, 3, "60", "Grand pour votre foyer"),
        (2, 3, "60", "Taille adaptée"),
        (2, 4, "80", "Grand pour votre foyer"),
        (3, 4, "80", "Un peu grand"),
        (4, 3, "64", "Un peu petit"),
        (4, 4, "80", "Taille adaptée"),
        (5, 5, "96", "Taille adaptée"),
    ],
)
def test_the_size_for_a_household(persons: int, rooms: int, surface: str, said: str) -> None:
    assert fit_of(persons, rooms, Decimal(surface)).label == said


def test_the_page_speaks_of_the_size_to_who_has_a_household(
    login: Callable[[object], Client], client: Client, cast: SimpleNamespace
) -> None:
    page = reverse("offer", args=[f.offer_of(cast.lac).public_id])
    assert "Et la taille ?" not in client.get(page).content.decode()
    body = login(cast.amina).get(page).content.decode()
    assert "Et la taille ?" in body
    assert "Grand pour votre foyer" in body


def test_a_favourite_is_kept_and_left_from_the_page(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    client, offer = login(cast.amina), f.offer_of(cast.lac)
    page = reverse("offer", args=[offer.public_id])
    assert "Ajouter à mes favoris" in client.get(page).content.decode()
    client.post(f"{page}favori/")
    assert "Retirer de mes favoris" in client.get(page).content.decode()
    assert "Ajouter à mes favoris" in login(cast.bruno).get(page).content.decode()


def test_applying_too_late_offers_others_around(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    offer, other = f.offer_of(cast.lac), f.offer_of(cast.lac)
    client, page = login(cast.amina), reverse("apply", args=[offer.public_id])
    assert reverse("offer", args=[other.public_id]) not in client.get(page).content.decode()
    f.close(offer)
    response = client.post(page)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Les candidatures à ce logement sont closes." in body
    assert reverse("offer", args=[other.public_id]) in body


# --- closing soon --------------------------------------------------------------------------


def test_those_who_keep_an_eye_on_a_home_are_told_once_before_it_closes(
    cast: SimpleNamespace,
) -> None:
    soon = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(hours=47))
    later = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(hours=49))
    for actor in (cast.as_amina, cast.as_bruno):
        for offer in (soon, later):
            listings.keep_favourite(actor=actor, offer=offer)
    f.submitted(cast.amina, soon)
    assert [remind_favourites(), remind_favourites()] == [1, 0]
    notices = Notice.objects.filter(key__startswith="closing:")
    assert [notice.recipient for notice in notices] == [cast.bruno]
    Offer.objects.filter(pk=later.pk).update(closes_at=clock.now() + timedelta(hours=40))
    assert remind_favourites() == 2
