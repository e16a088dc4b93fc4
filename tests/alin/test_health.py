"""The probes, with each dependency cut in turn."""

import socket
import time
from collections.abc import Iterator
from concurrent import futures
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from alin import health
from alin.kit import clock
from documents import scan
from documents.models import PieceFile, TrustList
from notifications.models import OutboxMessage
from tests import factories as f
from tests.documents import sealed

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT_SECONDS = health.TIMEOUT_SECONDS
ALL_WELL = (
    "base de données : ok\nmigrations : ok\ncache : ok\nenvoi des courriels : ok\nantivirus : ok\n"
    "vérification des pièces : ok\nliste des sceaux : ok\n"
    "fichiers des pièces : ok\n"
)


@pytest.fixture(autouse=True)
def trusted(db: None) -> TrustList:
    """A list of certificates that is not old, whatever the day of the test."""
    return TrustList.objects.create(
        pem=sealed.PEM,
        sha256="0" * 64,
        certificates=3,
        authorities=1,
        issued_on=clock.today() - timedelta(days=300),
        next_update=clock.today(),
        loaded_by=f.person("Farid"),
        in_force_at=clock.now(),
    )


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A loaded machine is slow, not ill: who answers late is waited for, and no check that hangs
    is left to the next test."""
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 120.0)
    yield
    futures.wait(health._running.values())


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent.getsockname()[1]


def write_mail(**fields: object) -> OutboxMessage:
    return OutboxMessage.objects.create(
        **{
            "key": "dossier-recu",
            "to_address": "amina@example.org",
            "subject": "Dossier reçu",
            "body_text": "Votre dossier a été reçu.",
            **fields,
        }
    )


def ready() -> tuple[int, str]:
    answer = Client().get("/sante/pret")
    return answer.status_code, answer.content.decode()


def test_the_process_says_it_is_alive() -> None:
    answer = Client().get("/sante/vivant")
    assert (answer.status_code, answer.content) == (200, b"vivant\n")


def test_the_portal_is_ready_when_everything_answers(clamd: str) -> None:
    assert ready() == (200, ALL_WELL)


def test_a_stopped_scanner_is_named(clamd: str, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = "unix:///nulle/part"
    assert ready() == (503, ALL_WELL.replace("antivirus : ok", "antivirus : en panne"))


def test_a_scanner_that_hangs_is_named_soon(
    clamd: str, settings: Settings, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks gives up after five seconds, says the catalogue of reliability."""
    assert LIMIT_SECONDS < 5
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", LIMIT_SECONDS)
    settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{silent_port}"
    before = time.monotonic()
    status, said = ready()
    # Far less than a file is scanned in: the probe does not wait for that.
    assert time.monotonic() - before < scan.TIMEOUT_SECONDS - 5
    assert (status, "antivirus : en panne\n" in said) == (503, True)


@pytest.mark.parametrize("cut", ["refused", "silent"])
def test_a_cut_cache_is_named(clamd: str, settings: Settings, silent_port: int, cut: str) -> None:
    port = 1 if cut == "refused" else silent_port
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "LOCATION": f"redis://127.0.0.1:{port}/0",
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        }
    }
    assert ready() == (503, ALL_WELL.replace("cache : ok", "cache : en panne"))


@pytest.mark.parametrize("cut", ["refused", "silent"])
def test_a_cut_database_is_named(
    clamd: str, monkeypatch: pytest.MonkeyPatch, silent_port: int, cut: str
) -> None:
    # Each check opens a connection of its own; the test keeps the one it has.
    where = connection.settings_dict
    monkeypatch.setitem(where, "HOST", "127.0.0.1")
    monkeypatch.setitem(where, "PORT", 1 if cut == "refused" else silent_port)
    monkeypatch.setitem(where, "OPTIONS", {"connect_timeout": 2})
    assert ready() == (
        503,
        "base de données : en panne\nmigrations : en panne\ncache : ok\n"
        "envoi des courriels : en panne\nantivirus : ok\nvérification des pièces : en panne\n"
        "liste des sceaux : à regarder\n"
        "fichiers des pièces : à regarder\n",
    )


def test_a_missing_migration_is_named(clamd: str) -> None:
    recorder = MigrationRecorder(connection)
    ((_app, latest),) = MigrationLoader(connection).graph.leaf_nodes("notifications")
    recorder.record_unapplied("notifications", latest)
    try:
        assert ready() == (503, ALL_WELL.replace("migrations : ok", "migrations : en panne"))
    finally:
        recorder.record_applied("notifications", latest)


def test_a_relay_that_stopped_is_named(clamd: str) -> None:
    write_mail(next_attempt_at=clock.now() - timedelta(minutes=16))
    assert ready() == (
        503,
        ALL_WELL.replace("envoi des courriels : ok", "envoi des courriels : en panne"),
    )


def test_the_longest_waiting_mail_is_the_one_that_counts() -> None:
    now = clock.now()
    with clock.travel(now):
        write_mail(key="due", next_attempt_at=now - timedelta(minutes=3))
        write_mail(key="later", next_attempt_at=now + timedelta(hours=1))
        write_mail(key="sent", state="sent", sent_at=now, next_attempt_at=now - timedelta(hours=5))
        age = health.oldest_unsent_age()
    assert age is not None
    assert round(age.total_seconds()) == 180


def test_no_mail_waits_when_all_is_sent_or_to_come() -> None:
    write_mail(next_attempt_at=clock.now() + timedelta(hours=1))
    assert health.oldest_unsent_age() is None


def test_a_piece_that_waits_for_its_checks_too_long_is_told(clamd: str) -> None:
    amina = f.applicant("Amina", "Benali")
    f.clean_file(amina)
    PieceFile.objects.update(
        state="received", received_at=clock.now() - timedelta(minutes=29), checked_at=None
    )
    assert ready() == (200, ALL_WELL)
    PieceFile.objects.update(received_at=clock.now() - timedelta(minutes=31))
    waits = "vérification des pièces : "
    assert ready() == (503, ALL_WELL.replace(waits + "ok", waits + "en panne"))


def test_an_old_list_of_seals_is_told_and_stops_nothing(clamd: str, trusted: TrustList) -> None:
    TrustList.objects.update(next_update=clock.today() - timedelta(days=1))
    told = ALL_WELL.replace("liste des sceaux : ok", "liste des sceaux : à regarder")
    assert ready() == (200, told)
