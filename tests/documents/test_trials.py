"""Many at once, workers killed, a scanner that stops and comes back, disks that are full."""

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Dossier, User
from alin.celery import app
from alin.embedded.clamd import EICAR, Clamd
from alin.kit import clock, waking
from documents import queries, scan, scratch, services, storage
from documents.models import Piece, PieceFile, PieceKind
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import pdf, picture
from tests.documents.trials import (
    Worker,
    assert_rows_and_objects_agree,
    keys_in_storage,
    small_disk,
    wait_for,
)

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[object], Client]
Travel = Callable[[object], None]
KINDS = (
    "identite", "avis-imposition", "union", "garde", "salaire",
    "etudes", "bail", "conge", "chomage", "retraite",
)  # fmt: skip


@pytest.fixture
def scanner(settings: Settings, tmp_path: Path) -> Iterator[Clamd]:
    """A clamd of this test's own, to be stopped and started again."""
    own = Clamd(tmp_path / "clamd")
    own.start()
    settings.CLAMD_ADDRESS = own.url
    yield own
    own.stop()


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    app.control.purge()
    started: list[Worker] = []

    def start(**options: float) -> Worker:
        started.append(Worker(tmp_path, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


def give_as(person: User, code: str, name: str, content: bytes) -> Piece:
    try:
        return services.give_files(
            actor=f.actor_for(person),
            dossier=Dossier.objects.get(applicant=person),
            kind=PieceKind.objects.get(code=code),
            member=None,
            uploads=[services.Upload(name, ContentFile(content))],
        )
    finally:
        connections.close_all()


def call_workers() -> None:
    waking.wake("documents.tasks.check_pieces")


def states() -> dict[str, int]:
    counted: dict[str, int] = {}
    for state in PieceFile.objects.values_list("state", flat=True):
        counted[state] = counted.get(state, 0) + 1
    return counted


def given_by_a_crowd(people: list[User], infected: set[tuple[User, str]]) -> set[str]:
    """Each gives ten pieces, eight at a time; the keys of those that carry a virus."""
    photograph = picture(size=(120, 160))
    with ThreadPoolExecutor(8) as crowd:
        given = {
            (person, code): crowd.submit(
                give_as,
                person,
                code,
                f"{code}.jpg",
                photograph + (EICAR if (person, code) in infected else b""),
            )
            for person in people
            for code in KINDS
        }
    pieces = {place: each.result() for place, each in given.items()}
    return {pieces[place].files.get().key for place in infected}


def test_two_hundred_pieces_at_once_and_a_worker_killed_among_them(
    legal_list: None, scanner: Clamd, start_worker: Callable[..., Worker], travel: Travel
) -> None:
    people = [f.applicant(f"Personne{number}", "Durand") for number in range(20)]
    first = start_worker()
    infected = {(people[3], "bail"), (people[11], "identite"), (people[17], "garde")}
    dangerous = given_by_a_crowd(people, infected)
    assert (Piece.objects.count(), PieceFile.objects.count()) == (200, 200)
    assert len(dangerous) == 3

    wait_for(lambda: states().get("clean", 0) >= 20)
    first.kill()
    # What the dead held waits for the end of its lease; nothing half checked can be seen.
    for person in people:
        seen = queries.clean_files_visible_to(f.actor_for(person))
        assert {file.state for file in seen} <= {"clean"}
    assert not dangerous & keys_in_storage()["clean"]

    start_worker(later=200)
    waking.wake("documents.tasks.check_pieces")
    # No beat runs here: what was put off for a minute waits for somebody to call again.
    wait_for(lambda: states() == {"clean": 197, "refused": 3}, calling=call_workers)
    assert set(
        PieceFile.objects.filter(state="refused").values_list("key", "refusal")
    ) == {(key, "infected") for key in dangerous}  # fmt: skip
    # The quarantine is emptied after the row is written: a moment later at most.
    wait_for(lambda: not keys_in_storage()["quarantine"])
    # What the dead had drawn and told nobody of is swept.
    travel(clock.now() + timedelta(hours=25))
    services.sweep_orphans()
    assert_rows_and_objects_agree()


def test_a_worker_killed_while_the_scanner_holds_its_breath_leaves_the_file_to_the_next(
    give: Give,
    scanner: Clamd,
    start_worker: Callable[..., Worker],
    amina: User,
    login: Enter,
    settings: Settings,
    tmp_path: Path,
    travel: Travel,
) -> None:
    settings.SCRATCH_DIR = tmp_path / "brouillons"
    assert scanner.process is not None
    os.kill(scanner.process.pid, signal.SIGSTOP)
    give("identite")
    file = PieceFile.objects.get()
    worker = start_worker(concurrency=1)
    wait_for(lambda: states() == {"checking": 1})
    wait_for(lambda: any(scratch.place().iterdir()))
    worker.kill()
    os.kill(scanner.process.pid, signal.SIGCONT)
    assert keys_in_storage()["quarantine"] == {file.key}
    # What the dead had opened in clear lies in a directory of the portal's own.
    left = list(Path(settings.SCRATCH_DIR).iterdir())
    assert [each.name.startswith("piece-") for each in left] == [True]
    assert Path(settings.SCRATCH_DIR).stat().st_mode & 0o077 == 0
    client = login(amina)
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 404
    page = client.get("/mon-dossier/pieces/identite/").content.decode()
    assert "Reçue, vérification en cours" in page
    assert "Vous pouvez continuer votre dossier" in page

    start_worker(concurrency=1, later=200)
    waking.wake("documents.tasks.check_pieces")
    wait_for(lambda: states() == {"clean": 1})
    wait_for(lambda: not keys_in_storage()["quarantine"])
    assert_rows_and_objects_agree()
    file.refresh_from_db()
    assert file.attempts == 2
    assert scratch.sweep() == 0
    travel(clock.now() + timedelta(minutes=16))
    assert scratch.sweep() == 1
    assert list(Path(settings.SCRATCH_DIR).iterdir()) == []
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 200


def test_the_scanner_goes_slow_then_down_then_back(
    give: Give,
    scanner: Clamd,
    travel: Travel,
    monkeypatch: pytest.MonkeyPatch,
    amina: User,
    login: Enter,
) -> None:
    assert scanner.process is not None
    give("identite", ("carte.jpg", picture()))
    give("bail", ("virus.jpg", picture() + EICAR))

    os.kill(scanner.process.pid, signal.SIGSTOP)
    with monkeypatch.context() as impatient:
        # For as long as it is stopped: on a busy machine a scanner that works is slow as well.
        impatient.setattr(scan, "TIMEOUT_SECONDS", 0.3)
        assert services.check_due() == 0
    assert states() == {"checking": 2}
    os.kill(scanner.process.pid, signal.SIGCONT)
    scanner.stop()
    travel(clock.now() + timedelta(minutes=2))
    assert services.check_due() == 0
    assert states() == {"checking": 2}
    assert keys_in_storage()["clean"] == set()

    travel(clock.now() + timedelta(minutes=40))
    page = login(amina).get("/mon-dossier/pieces/identite/").content.decode()
    assert "La vérification prend plus de temps que d'habitude" in page.replace("&#39;", "'")
    assert "rien n'est à refaire" in page.replace("&#39;", "'")

    scanner.start()
    travel(clock.now() + timedelta(minutes=2))
    assert services.check_due() == 2
    assert states() == {"clean": 1, "refused": 1}
    assert_rows_and_objects_agree()


def test_a_full_disk_keeps_nothing_and_the_person_is_told(
    give: Give, pieces_directory: Path, amina: User, login: Enter
) -> None:
    client = login(amina)
    with small_disk(pieces_directory, room=400_000):
        response = client.post(
            "/mon-dossier/pieces/identite/",
            {"attached": ContentFile(picture().ljust(900_000, b"\0"), name="carte.jpg")},
        )
        assert response.status_code == 503
        assert "Réessayez dans quelques minutes." in response.content.decode()
        assert (Piece.objects.count(), PieceFile.objects.count()) == (0, 0)
        assert keys_in_storage()["quarantine"] == set()
        # Smaller ones still come in: the room of the one that failed was given back.
        give("identite", ("petite.jpg", picture()))
        assert PieceFile.objects.count() == 1


def test_a_file_too_large_for_the_disk_on_its_way_in_is_said_in_the_same_words(
    give: Give, amina: User, login: Enter, settings: Settings, tmp_path: Path
) -> None:
    """Beyond 2.5 MB a request is written to the disk while it comes."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "arrivée"
    client, page = login(amina), "/mon-dossier/pieces/identite/"
    large = picture().ljust(4_000_000, b"\0")
    with small_disk(settings.FILE_UPLOAD_TEMP_DIR, room=1_000_000):
        for headers in ({}, {"X-Upload": "1"}):
            sent = {"attached": ContentFile(large, name="carte.jpg")}
            response = client.post(page, sent, headers=headers)
            assert response.status_code == 503
            told = str(response.json()) if headers else response.content.decode()
            assert "Réessayez dans quelques minutes." in told
        # One that fits beside one that does not: not kept by halves.
        both = [ContentFile(large, name="r.jpg"), ContentFile(picture(), name="v.jpg")]
        assert client.post(page, {"attached": both}).status_code == 503
        assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
    assert PieceFile.objects.count() == 0
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "autre disque"
    assert client.post(page, {"attached": ContentFile(large, name="c.jpg")}).status_code == 302
    assert settings.FILE_UPLOAD_TEMP_DIR.stat().st_mode & 0o077 == 0


def test_a_stranger_writes_nothing_on_the_disk(
    amina: User, login: Enter, client: Client, settings: Settings, tmp_path: Path
) -> None:
    """Whoever has no account gives no file: it is left out as it comes, wherever it is sent."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "arrivée"
    large = picture().ljust(4_000_000, b"\0")
    for page in ("/mon-dossier/pieces/identite/", "/compte/login/", "/rien/"):
        response = client.post(page, {"attached": ContentFile(large, name="carte.jpg")})
        assert response.status_code in (200, 302, 404)
        assert not settings.FILE_UPLOAD_TEMP_DIR.exists()
    page = "/mon-dossier/pieces/identite/"
    login(amina).post(page, {"attached": ContentFile(large, name="carte.jpg")})
    assert settings.FILE_UPLOAD_TEMP_DIR.exists()


def test_a_request_larger_than_any_page_sends_is_not_read(
    amina: User, legal_list: None, login: Enter, settings: Settings
) -> None:
    settings.LARGEST_REQUEST = 3_000_000
    client, page = login(amina), "/mon-dossier/pieces/identite/"
    large = picture().ljust(3_100_000, b"\0")
    response = client.post(page, {"attached": ContentFile(large, name="carte.jpg")})
    assert response.status_code == 413
    assert "envoyez vos fichiers en plusieurs fois" in response.content.decode()
    assert PieceFile.objects.count() == 0
    assert client.post(page, {"attached": ContentFile(picture(), name="c.jpg")}).status_code == 302


def test_a_disk_that_fills_during_a_check_refuses_no_file(
    give: Give,
    scanner: Clamd,
    pieces_directory: Path,
    tmp_path: Path,
    travel: Travel,
    settings: Settings,
) -> None:
    give("identite", ("carte.jpg", picture(size=(1600, 2200))))
    give("avis-imposition", ("avis.pdf", pdf(3).ljust(300_000, b"\n")))
    drafts = tmp_path / "brouillons"
    with small_disk(drafts, room=60_000):
        before, settings.SCRATCH_DIR = settings.SCRATCH_DIR, drafts
        for _try in range(8):
            assert services.check_due() == 0
            travel(clock.now() + timedelta(minutes=2))
    settings.SCRATCH_DIR = before
    assert set(PieceFile.objects.values_list("state", "attempts")) == {("checking", 0)}
    assert services.check_due() == 2
    assert states() == {"clean": 2}
    assert_rows_and_objects_agree()


def test_a_storage_that_fills_during_a_check_keeps_what_was_received(
    give: Give, scanner: Clamd, pieces_directory: Path, travel: Travel
) -> None:
    give("identite", ("carte.jpg", picture(size=(1600, 2200))))
    kept = PieceFile.objects.get()
    with small_disk(pieces_directory / "clean", room=20_000):
        for _try in range(6):
            assert services.check_due() == 0
            travel(clock.now() + timedelta(minutes=2))
        assert storage.read(storage.quarantine_name(kept.key))
        kept.refresh_from_db()
        assert (kept.state, kept.attempts) == ("checking", 0)
    assert services.check_due() == 1
    assert_rows_and_objects_agree()


def test_a_database_that_refuses_the_row_keeps_no_object(
    give: Give, pieces_directory: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE documents_piecefile ADD CONSTRAINT trial CHECK (size < 0) NOT VALID"
        )
        try:
            with pytest.raises(Exception, match="trial"):
                give("identite")
        finally:
            cursor.execute("ALTER TABLE documents_piecefile DROP CONSTRAINT trial")
    assert PieceFile.objects.count() == 0
    assert keys_in_storage()["quarantine"] == set()
