"""The worker's checks: nothing unscanned is served, nothing is lost, whatever fails meanwhile."""

import hashlib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from alin.embedded.clamd import EICAR
from alin.kit import clock
from documents import scan, services, storage
from documents.models import Piece, PieceFile
from documents.services import checking
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.slow_storage import StallingStorage
from tests.documents.specimens import pdf, picture
from tests.documents.trials import assert_rows_and_objects_agree

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


def test_a_checked_file_can_be_read_by_its_owner_alone(
    give: Give, clamd: str, amina: User, client: Client
) -> None:
    give("identite", ("carte <b>.jpg", picture()))
    file = PieceFile.objects.get()
    address = f"/mon-dossier/pieces/fichiers/{file.public_id}/"
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
    assert services.check_due() == 1
    file.refresh_from_db()
    response = client.get(address)
    assert response.status_code == 200
    assert response.content == storage.read(storage.clean_name(file.key))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert "sandbox" in response["Content-Security-Policy"]
    client.force_login(
        f.applicant("Bruno", "Morel"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.get(address).status_code == 404


def test_without_scanner_a_file_waits_and_is_never_served(
    give: Give, settings: Settings, clamd: str, travel: Travel
) -> None:
    settings.CLAMD_ADDRESS = "unix:///nulle/part"
    give("identite", ("virus.jpg", picture() + EICAR))
    for _try in range(6):
        assert services.check_due() == 0
        travel(clock.now() + timedelta(minutes=2))
    file = PieceFile.objects.get()
    # However long the scanner is away, no attempt is held against the file.
    assert (file.state, file.attempts) == ("checking", 0)
    settings.CLAMD_ADDRESS = clamd
    assert services.check_due() == 1
    file.refresh_from_db()
    assert (file.state, file.refusal) == ("refused", "infected")


def test_a_scanner_that_hangs_is_no_clean_answer(
    give: Give, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr(scan, "TIMEOUT_SECONDS", 0.1)
        give("identite")
        assert services.check_due() == 0
    assert PieceFile.objects.get().state == "checking"


def test_a_worker_killed_during_a_check_loses_nothing(
    give: Give, clamd: str, travel: Travel
) -> None:
    give("identite")
    # The worker takes the file, and dies before the answer.
    assert checking._claim() is not None
    assert services.check_due() == 0
    travel(clock.now() + timedelta(minutes=4))
    assert services.check_due() == 1
    assert PieceFile.objects.get().state == "clean"


def test_a_worker_that_comes_back_late_refuses_nothing(
    give: Give, clamd: str, travel: Travel
) -> None:
    give("identite")
    late = checking._claim()
    assert late is not None
    travel(clock.now() + timedelta(minutes=4))
    assert services.check_due() == 1
    assert checking._refuse(late, "broken") == 0
    assert PieceFile.objects.get().state == "clean"


def test_a_worker_overtaken_while_it_writes_spoils_nothing_of_what_the_other_kept(
    give: Give, clamd: str, settings: Settings, travel: Travel, amina: User, client: Client
) -> None:
    """Two rewrites of one PDF are never the same bytes: written over, the first would be lost."""
    settings.STORAGES["pieces"]["BACKEND"] = "tests.documents.slow_storage.StallingStorage"
    give("identite", ("carte.pdf", pdf()))
    StallingStorage.stall("clean/")
    with ThreadPoolExecutor(1) as late_worker:
        late = late_worker.submit(_check_in_a_thread)
        assert StallingStorage.stalled.wait(60)
        travel(clock.now() + timedelta(minutes=4))
        assert services.check_due() == 1
        StallingStorage.go_on.set()
        assert late.result() == 0
    file = PieceFile.objects.get()
    assert hashlib.sha256(storage.read(storage.clean_name(file.key))).hexdigest() == file.sha256
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 200
    # What the late one wrote is gone, and so is what was received.
    assert_rows_and_objects_agree()


def _check_in_a_thread() -> int:
    try:
        return services.check_due(limit=1)
    finally:
        connections.close_all()


def test_a_file_that_kills_every_worker_is_refused_in_the_end(
    give: Give, clamd: str, travel: Travel
) -> None:
    give("identite")
    for _death in range(4):
        assert checking._claim() is not None
        travel(clock.now() + timedelta(minutes=4))
    assert services.check_due() == 1
    file = PieceFile.objects.get()
    assert (file.state, file.refusal) == ("refused", "too_heavy")


def test_the_person_is_told_of_a_refusal_once_and_where_to_go(
    give: Give, clamd: str, amina: User
) -> None:
    give("identite", ("bruit.pdf", b"%PDF-1.7\n" + b"x" * 300))
    services.check_due()
    notice = Notice.objects.get(recipient=amina)
    assert notice.title == "Un fichier n'a pas pu être gardé : Pièce d'identité ou titre de séjour"
    assert "Le fichier est abîmé ou incomplet" in notice.body
    assert notice.path == "/mon-dossier/pieces/identite/"
    mail = OutboxMessage.objects.get(recipient=amina)
    # The mail leads to the page of the piece, after login, never to a file.
    assert "/mon-dossier/pieces/identite/" in mail.body_text
    assert "fichiers" not in mail.body_text


def test_a_damaged_object_is_not_shown(
    give: Give, clamd: str, amina: User, client: Client, pieces_directory: Path
) -> None:
    give("identite", ("avis.pdf", pdf()))
    services.check_due()
    file = PieceFile.objects.get()
    kept = pieces_directory / "clean" / file.key
    changed = bytearray(kept.read_bytes())
    changed[-20] ^= 1
    kept.write_bytes(bytes(changed))
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/")
    assert response.status_code == 409
    assert "tel que nous l&#39;avions vérifié" in response.content.decode()


def test_what_no_row_leads_to_is_swept_after_a_day(
    give: Give, clamd: str, pieces_directory: Path, travel: Travel
) -> None:
    give("identite")
    services.check_due()
    kept = PieceFile.objects.get().key
    for name in ("quarantine/" + "a" * 32, "clean/" + "b" * 32, "pages/" + "c" * 32 + "/0001.jpg"):
        storage.write(name, b"orphan")
    assert services.sweep_orphans() == 0
    travel(clock.now() + timedelta(hours=25))
    assert services.sweep_orphans() == 3
    left = [path for path in pieces_directory.rglob("*") if path.is_file()]
    assert {path.name for path in left} == {kept, "0001.jpg"}
    assert {path.parent.name for path in left} == {"clean", kept}


def test_what_was_refused_is_swept_even_if_it_could_not_be_erased_at_once(
    give: Give, clamd: str, pieces_directory: Path, travel: Travel
) -> None:
    give("identite", ("virus.pdf", pdf()))
    PieceFile.objects.update(state="refused", refusal="infected", checked_at=clock.now())
    assert [path.parent.name for path in pieces_directory.rglob("*") if path.is_file()] == [
        "quarantine"
    ]
    travel(clock.now() + timedelta(hours=25))
    assert services.sweep_orphans() == 1
    assert not [path for path in pieces_directory.rglob("*") if path.is_file()]


def test_an_unused_piece_is_erased_after_a_year_with_its_objects(
    give: Give, clamd: str, pieces_directory: Path, travel: Travel
) -> None:
    # In the morning: late in the evening a change of hour makes one day more.
    travel(clock.now().replace(hour=9))
    give("identite")
    services.check_due()
    travel(clock.now() + timedelta(days=365))
    assert services.erase_due() == 0
    travel(clock.now() + timedelta(days=1))
    assert services.erase_due() == 1
    assert Piece.objects.count() == 0
    assert [path for path in pieces_directory.rglob("*") if path.is_file()] == []


def test_a_replaced_piece_is_erased_after_a_month_the_new_one_stays(
    give: Give, travel: Travel
) -> None:
    give("identite")
    new = give("identite", replace=True)
    travel(clock.now() + timedelta(days=31))
    assert services.erase_due() == 1
    assert Piece.objects.get() == new
