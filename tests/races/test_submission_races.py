"""Applying while the landlord closes or changes the offer: before or after, never in between."""

import threading
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from applications import services
from applications.models import Candidacy
from listings import services as listings
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


def somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def applying(user: User, offer: Offer, said: list[Any]) -> threading.Thread:
    def apply() -> None:
        try:
            said.append(services.submit_candidacy(actor=f.actor_for(user), offer=offer))
        except services.CannotApply as refusal:
            said.append(refusal)
        finally:
            connection.close()

    return threading.Thread(target=apply)


def test_nobody_applies_to_an_offer_being_closed(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    said: list[Any] = []
    thread = applying(cast.amina, offer, said)
    with transaction.atomic():
        listings.close_early(actor=cast.as_claire, offer=offer, reason="Dégât des eaux")
        thread.start()
        while thread.is_alive() and not somebody_waits_for_me():
            pass
    thread.join()
    assert isinstance(said[0], services.CannotApply)
    assert not Candidacy.objects.exists()


def test_one_applies_to_the_rent_that_stands(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, rent=Decimal(400), deposit=Decimal(400))
    said: list[Any] = []
    thread = applying(cast.amina, offer, said)
    with transaction.atomic():
        listings.update_offer(
            actor=cast.as_claire,
            offer=offer,
            changes={"rent": Decimal(410)},
            expected_version=offer.version,
        )
        thread.start()
        while thread.is_alive() and not somebody_waits_for_me():
            pass
    thread.join()
    assert Decimal(Candidacy.objects.get().offer_terms["rent"]) == 410
