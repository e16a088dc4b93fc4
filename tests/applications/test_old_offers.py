"""Offers closed for long are put away, and nobody who waits is forgotten."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from alin.kit import clock
from alin.kit.models import JournalEntry
from applications import services as applications
from listings import services
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db


def ended(cast: SimpleNamespace, days: int, **fields: Any) -> Offer:
    closes = clock.now() - timedelta(days=days)
    opens = closes - timedelta(days=10)
    return f.offer_of(
        cast.lac, **{"opens_at": opens, "closes_at": closes, "published_at": opens} | fields
    )


def test_what_closed_long_ago_is_archived_once_everybody_has_an_answer(
    cast: SimpleNamespace, settings: Any
) -> None:
    settings.OFFER_ARCHIVED_AFTER_DAYS = 100
    old, recent = ended(cast, 101), ended(cast, 99)
    draft = ended(cast, 101, published_at=None)
    waited_for = f.offer_of(cast.lac)
    candidacy = f.submitted(cast.amina, waited_for)
    Offer.objects.filter(pk=waited_for.pk).update(
        opens_at=clock.now() - timedelta(days=120), closes_at=clock.now() - timedelta(days=110)
    )
    assert (services.archive_long_closed(), services.archive_long_closed()) == (1, 0)
    kept = Offer.objects.filter(archived_at=None)
    assert set(kept) == {recent, draft, waited_for}
    (line,) = JournalEntry.objects.filter(chain=f"offer:{old.public_id}", event="archived")
    assert line.actor_label == "Échéance"
    candidacy.refresh_from_db()
    assert candidacy.state == "submitted"
    applications.set_aside(
        actor=cast.as_claire, candidacy=candidacy, reason="Trop grand.", expected_version=0
    )
    assert services.archive_long_closed() == 1
