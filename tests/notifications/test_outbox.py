"""Nothing is lost, nothing is sent twice, whatever falls over."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection, transaction

from alin.embedded.processes import free_port
from alin.kit import clock
from notifications import services
from notifications.models import Notice, OutboxMessage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _queue(n: int = 1) -> None:
    for i in range(n):
        services.queue_email(
            key=f"k{i}", to_address=f"p{i}@example.test", subject="Sujet é", body="Bonjour\n\nSuite"
        )


def test_a_mail_is_sent_once_by_real_smtp(smtp_server: Any) -> None:
    _queue()
    assert services.relay_due() == 1
    assert services.relay_due() == 0
    (received,) = smtp_server.messages
    row = OutboxMessage.objects.get()
    assert received["To"] == "p0@example.test"
    assert received["Subject"] == "Sujet é"
    assert received["Message-ID"] == f"<outbox-{row.pk}@alin.example>"
    assert "Bonjour" in received.get_body(("plain",)).get_content()
    assert (row.state, row.attempts) == ("sent", 1)


def test_the_same_key_is_queued_once() -> None:
    _queue()
    _queue()
    assert OutboxMessage.objects.count() == 1


def test_telling_twice_tells_once() -> None:
    user = UserFactory()
    for _turn in range(2):
        services.tell(user=user, key="e", title="Titre", body="Texte", path="/messages/")
    assert (Notice.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_a_rolled_back_event_tells_nobody() -> None:
    user = UserFactory()

    def fail_after_telling() -> None:
        services.tell(user=user, key="e", title="Titre", body="Texte")
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        fail_after_telling()
    assert (Notice.objects.count(), OutboxMessage.objects.count()) == (0, 0)


def test_a_server_that_is_down_postpones_then_sends(
    smtp_server: Any, settings: Any, travel: Any
) -> None:
    _queue()
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    assert services.relay_due() == 0
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert "ConnectionRefusedError" in row.last_error
    settings.EMAIL_PORT = up
    assert services.relay_due() == 0, "not before the pause is over"
    travel(clock.now() + timedelta(minutes=2))
    assert services.relay_due() == 1
    assert len(smtp_server.messages) == 1


def test_it_gives_up_after_eight_attempts_and_an_operator_may_retry(
    smtp_server: Any, settings: Any, travel: Any
) -> None:
    _queue()
    up, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for turn in range(10):
        travel(clock.now() + timedelta(hours=3 * turn))
        services.relay_due()
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == ("dead", 8)
    settings.EMAIL_PORT = up
    services.retry_dead(message=row)
    assert services.relay_due() == 1


def test_a_message_that_kills_its_sender_stops(travel: Any) -> None:
    """The attempt is counted before the try: a worker that dies each time is counted too."""
    _queue()
    for turn in range(9):
        travel(clock.now() + timedelta(hours=3 * turn))
        services._claim_one()
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == ("dead", 8)


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_send_each_mail_once(smtp_server: Any) -> None:
    _queue(20)
    sent: list[int] = []

    def relay() -> None:
        sent.append(services.relay_due())
        connection.close()

    threads = [threading.Thread(target=relay) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 20
    assert sorted(m["To"] for m in smtp_server.messages) == sorted(
        f"p{i}@example.test" for i in range(20)
    )


@pytest.mark.django_db(transaction=True)
def test_a_row_held_for_an_instant_by_another_relay_still_leaves(smtp_server: Any) -> None:
    """A relay that looks for work at the moment of a claim locks the claimed row, finds that it is
    no longer due, and lets go: the claimer waits for it, or the mail would leave a minute late."""
    _queue()
    message = services._claim_one()
    assert message is not None
    sent: list[int] = []

    def send() -> None:
        sent.append(services._send_claimed(message))
        connection.close()

    sender = threading.Thread(target=send)
    with transaction.atomic():
        OutboxMessage.objects.select_for_update().get(pk=message.pk)
        sender.start()
        while sender.is_alive() and not _somebody_waits_for_me():
            pass
    sender.join()
    assert sent == [1]
    assert len(smtp_server.messages) == 1


def _somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_flushing_redis_loses_nothing(smtp_server: Any) -> None:
    with transaction.atomic():
        _queue(5)
    broker = redis.Redis.from_url(django_settings.REDIS_URL)
    assert broker.llen("celery") == 1, "one wake-up call per transaction"
    broker.flushdb()
    assert services.relay_due() == 5
    assert len(smtp_server.messages) == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_down")
def test_a_broker_that_is_down_does_not_stop_the_event() -> None:
    with transaction.atomic():
        _queue()
    assert OutboxMessage.objects.get().state == "waiting"
