"""Pieces about to be erased are told of ahead, once, to who still searches."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connections

from accounts import services as accounts
from accounts.models import Dossier, User
from alin.kit import clock, french
from documents import services
from documents.models import Piece
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


@pytest.fixture(autouse=True)
def in_the_morning(travel: Travel) -> None:
    """Late in the evening, a change of hour makes of ninety-one days ninety-two."""
    travel(clock.now().replace(hour=9))


@pytest.fixture
def dossier(cast: SimpleNamespace, legal_list: None) -> Dossier:
    """Nobody ever studied it: pay slips stay 183 days, an identity card 366."""
    for code in ("salaire", "violences", "identite"):
        f.clean_file(cast.amina, code)
    return Dossier.objects.get(applicant=cast.amina)


def told(user: User) -> list[str]:
    found = Notice.objects.filter(recipient=user, key__startswith="pieces-erased-soon")
    return [notice.body for notice in found.order_by("pk")]


def in_days(days: int) -> str:
    return french.long_date(clock.today() + timedelta(days=days))


def test_two_weeks_ahead_once_with_what_goes_and_what_to_do(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel
) -> None:
    day = in_days(183)
    travel(clock.now() + timedelta(days=168))
    assert services.tell_of_erasures() == 0
    travel(clock.now() + timedelta(days=1))
    assert [services.tell_of_erasures(), services.tell_of_erasures()] == [1, 0]
    (body,) = told(cast.amina)
    assert f"– Trois derniers bulletins de salaire, le {day}." in body
    assert f"– une pièce de votre dossier, le {day}." in body
    assert "une candidature en cours les fait garder" in body
    assert "identité" not in body
    mail = OutboxMessage.objects.get(key__startswith="pieces-erased-soon")
    assert (mail.to_address, mail.subject) == (
        cast.amina.email,
        "2 pièces bientôt à effacer de votre dossier",
    )
    assert "/mon-dossier/pieces/" in mail.body_text
    travel(clock.now() + timedelta(days=13))
    assert [services.tell_of_erasures(), services.erase_due()] == [0, 0]
    travel(clock.now() + timedelta(days=1))
    assert services.erase_due() == 2
    # What goes half a year later is another wave.
    travel(clock.now() + timedelta(days=170))
    assert services.tell_of_erasures() == 1
    assert "Pièce d'identité ou titre de séjour" in told(cast.amina)[1]


def test_what_goes_in_the_same_month_is_one_message(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel
) -> None:
    now = clock.now()
    Piece.objects.filter(kind="salaire").update(given_at=now - timedelta(days=170))
    Piece.objects.filter(kind="violences").update(given_at=now - timedelta(days=160))
    Piece.objects.filter(kind="identite").update(given_at=now - timedelta(days=330))
    for day in range(20):
        travel(now + timedelta(days=day))
        services.tell_of_erasures()
    (first,) = told(cast.amina)
    assert ("salaire" in first, "une pièce de votre dossier" in first) == (True, True)


def test_a_study_keeps_them_and_its_end_is_told_again(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel
) -> None:
    travel(clock.now() + timedelta(days=170))
    assert services.tell_of_erasures() == 1
    accounts.open_access(dossier=dossier, purpose="candidacy:1", organisation=cast.lac)
    travel(clock.now() + timedelta(days=20))
    assert [services.tell_of_erasures(), services.erase_due()] == [0, 0]
    accounts.close_access(dossier=dossier, purpose="candidacy:1")
    travel(clock.now() + timedelta(days=80))
    assert services.tell_of_erasures() == 1
    assert len(told(cast.amina)) == 2


@pytest.mark.parametrize(
    "closed",
    [
        {"numero_radiated_on": True, "numero_radiation_ground": "b"},
        {"set_aside_at": True, "numero_unique": ""},
    ],
)
def test_nobody_is_told_of_a_closed_dossier(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel, closed: dict[str, object]
) -> None:
    travel(clock.now() + timedelta(days=170))
    values = {"numero_radiated_on": clock.today(), "set_aside_at": clock.now()}
    Dossier.objects.filter(pk=dossier.pk).update(
        **{name: values.get(name, value) for name, value in closed.items()}
    )
    assert services.tell_of_erasures() == 0
    assert told(cast.amina) == []


def test_nor_anybody_when_nobody_is_left_to_read(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel
) -> None:
    travel(clock.now() + timedelta(days=170))
    User.objects.filter(pk=cast.amina.pk).update(is_active=False)
    assert services.tell_of_erasures() == 0
    assert told(cast.amina) == []


def test_two_workers_at_once_tell_once(
    cast: SimpleNamespace, dossier: Dossier, travel: Travel
) -> None:
    travel(clock.now() + timedelta(days=170))

    def work(_turn: int) -> int:
        try:
            return services.tell_of_erasures()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(work, range(2))) == 1
    assert len(told(cast.amina)) == 1
    assert OutboxMessage.objects.filter(key__startswith="pieces-erased-soon").count() == 1
