"""A landlord's file that is being written holds its homes for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from alin.kit.patience import twice
from applications.models import Candidacy
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held(offer: Offer) -> Iterator[psycopg.Connection]:
    """Somebody else holds the offer until the end, or their rollback."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT FROM listings_offer WHERE id = %s FOR UPDATE", [offer.pk])
        yield other
        other.rollback()


def test_who_applies_meanwhile_is_told_to_try_again_and_nothing_is_written(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac)
    client, page = login(cast.amina), reverse("apply", args=[offer.public_id])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(offer):
            answer = client.post(page)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Réessayez dans un instant" in answer.content.decode()
    assert Candidacy.objects.count() == 0
    assert client.post(page).status_code == 302
    assert Candidacy.objects.count() == 1


def test_a_row_released_between_two_tries_is_taken_at_the_second(cast: SimpleNamespace) -> None:
    offer, tries = f.offer_of(cast.lac), []

    def take() -> int:
        tries.append(1)
        with transaction.atomic():
            return Offer.objects.select_for_update(nowait=True).get(pk=offer.pk).pk

    with held(offer) as other:

        def take_then_release() -> int:
            try:
                return take()
            finally:
                other.rollback()

        assert twice(take_then_release) == offer.pk
    assert len(tries) == 2
