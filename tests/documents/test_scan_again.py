"""What was clean last week meets the base of this week; an old base is an alarm."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from alin import health
from alin.embedded.clamd import Clamd
from alin.kit import clock
from documents import scan, services, storage
from documents.models import PieceFile
from notifications.models import Notice
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture
from tests.documents.trials import assert_rows_and_objects_agree

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


@pytest.fixture
def scanner(settings: Settings, tmp_path: Path) -> Iterator[Clamd]:
    own = Clamd(tmp_path / "clamd")
    own.start()
    settings.CLAMD_ADDRESS = own.url
    yield own
    own.stop()


def learn(scanner: Clamd, content: bytes) -> None:
    """From now on the daemon knows these bytes: what an update of its base does."""
    with (scanner.directory / "signatures" / "nouveau.ndb").open("a") as base:
        base.write(f"Nouveau-Virus:0:*:{content.hex()}\n")
    scanner.stop()
    scanner.start()


class Dated(socketserver.BaseRequestHandler):
    """What clamd says of itself with a real base, made on a day: such a base
    is signed by its makers, and none is shipped here."""

    made = "Mon Jan  1 04:12:27 2024"

    def handle(self) -> None:
        if self.request.recv(64) == b"zVERSION\0":
            self.request.sendall(f"ClamAV 1.4.6/27033/{self.made}\0".encode())


@pytest.fixture
def dated(settings: Settings) -> Iterator[Callable[[datetime], None]]:
    """`dated(instant)`: from now on the scanner says that its base was made then."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dated) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def made(at: datetime) -> None:
            Dated.made = f"{at:%a %b %d %H:%M:%S %Y}"
            settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{server.server_address[1]}"

        yield made
        server.shutdown()


def test_a_file_found_infected_later_is_withdrawn_and_both_sides_are_told(
    scanner: Clamd,
    travel: Travel,
    cast: SimpleNamespace,
    client: Client,
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    file = f.clean_file(cast.amina, content=picture())
    f.clean_file(cast.amina, "bail")
    services.download_original(actor=cast.as_claire, file=file, purpose="étude")
    assert services.rescan_due() == 0

    travel(clock.now() + timedelta(days=8))
    learn(scanner, storage.read(storage.clean_name(file.key))[4000:4060])
    assert services.rescan_due() == 2
    file.refresh_from_db()
    assert (file.state, file.refusal) == ("refused", "infected")
    client.force_login(cast.amina, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 404

    told = Notice.objects.filter(recipient=cast.amina).latest("pk")
    assert told.title.startswith("Fichier retiré par l'antivirus : Pièce d'identité")
    assert told.path == "/mon-dossier/pieces/identite/"
    warned = Notice.objects.filter(recipient=cast.claire).latest("pk")
    assert warned.title.startswith("Fichier dangereux retiré : Pièce d'identité")
    assert "Si vous l'avez téléchargé, supprimez-le" in warned.body
    assert not Notice.objects.filter(recipient=cast.david, title__contains="dangereux").exists()
    assert services.rescan_due() == 0


def test_the_new_scan_goes_on_where_it_stopped(
    give: Give, scanner: Clamd, travel: Travel, settings: Settings
) -> None:
    for code in ("identite", "bail", "union"):
        give(code)
    assert services.check_due() == 3
    assert services.rescan_due() == 0
    travel(clock.now() + timedelta(days=8))
    assert services.rescan_due(limit=2) == 2
    settings.CLAMD_ADDRESS = "unix:///nulle/part"
    assert services.rescan_due() == 0
    settings.CLAMD_ADDRESS = scanner.url
    assert services.rescan_due() == 1
    assert services.rescan_due() == 0
    assert set(PieceFile.objects.values_list("state", flat=True)) == {"clean"}
    assert_rows_and_objects_agree()


def test_an_old_base_is_an_alarm_a_local_one_has_no_age(
    scanner: Clamd,
    dated: Callable[[datetime], None],
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "TIMEOUT_SECONDS", 120.0)

    def antivirus() -> str:
        lines = client.get("/sante/pret").content.decode().splitlines()
        return next(line for line in lines if line.startswith("antivirus"))

    assert scan.base_day(scan.signature_base()) is None
    assert antivirus() == "antivirus : ok"
    dated(clock.now() - timedelta(days=2))
    assert antivirus() == "antivirus : ok"
    dated(clock.now() - timedelta(days=5))
    assert antivirus() == "antivirus : en panne"
    assert "la base de signatures a" in caplog.text


def test_the_words_of_a_daemon_are_read() -> None:
    said = "ClamAV 1.4.3/27033/Sun Sep 17 07:43:24 2023"
    assert scan.base_day(said) == date(2023, 9, 17)
    assert scan.base_day("ClamAV 1.4.3") is None
    with pytest.raises(scan.ScannerUnavailable):
        scan.base_day("ClamAV 1.4.3/27033/on ne sait quand")


def test_an_object_gone_or_changed_is_noted_and_an_operator_told(
    scanner: Clamd, travel: Travel, cast: SimpleNamespace, client: Client
) -> None:
    whole, changed, gone = (
        f.clean_file(cast.amina, code) for code in ("identite", "bail", "salaire")
    )
    storage.write(storage.clean_name(changed.key), picture(size=(300, 300)))
    storage.storage().delete(storage.clean_name(gone.key))
    travel(clock.now() + timedelta(days=8))
    assert services.rescan_due() == 3

    def damaged() -> set[str]:
        rows = PieceFile.objects.filter(damaged_at__isnull=False)
        return set(rows.values_list("piece__kind", flat=True))

    assert damaged() == {"bail", "salaire"}
    assert "fichiers des pièces : à regarder" in client.get("/sante/pret").content.decode()
    client.force_login(cast.amina, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/mon-dossier/pieces/fichiers/{changed.public_id}/"
    assert client.get(address).status_code == 409
    # Put back from a backup, it is whole again a week later.
    for file in (changed, gone):
        storage.write(storage.clean_name(file.key), f.picture())
    travel(clock.now() + timedelta(days=8))
    assert services.rescan_due() == 3
    assert damaged() == set()
    assert client.get(f"/mon-dossier/pieces/fichiers/{whole.public_id}/").status_code == 200
