import socket
from io import BytesIO
from zipfile import ZipFile

import pytest
from pytest_django.fixtures import Settings

from alin.embedded.clamd import EICAR
from documents import scan
from documents.scan import Clean, Infected, ScannerUnavailable, TooLargeToScan


def test_a_clean_file_is_clean(clamd: str) -> None:
    assert scan.scan(BytesIO(b"%PDF-1.7 avis d'imposition" * 10_000)) == Clean()


def test_the_test_virus_is_named(clamd: str) -> None:
    assert scan.scan(BytesIO(EICAR)) == Infected("Eicar-Test-Signature.UNOFFICIAL")


def test_the_test_virus_is_found_inside_an_archive(clamd: str) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as content:
        content.writestr("bulletin.pdf", EICAR)
    archive.seek(0)
    assert scan.scan(archive) == Infected("Eicar-Test-Signature.UNOFFICIAL")


def test_a_file_larger_than_the_scanner_takes_is_refused(clamd: str) -> None:
    with pytest.raises(TooLargeToScan):
        scan.scan(BytesIO(bytes(scan.LARGEST + 1)))


@pytest.mark.parametrize("address", ["unix:///nulle/part", "tcp://127.0.0.1:1", "", "autre"])
def test_no_file_is_clean_without_a_scanner(settings: Settings, address: str) -> None:
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ScannerUnavailable):
        scan.scan(BytesIO(b"avis"))
    with pytest.raises(ScannerUnavailable):
        scan.signature_base()


def test_a_scanner_that_never_answers_gives_no_verdict(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setattr(scan, "TIMEOUT_SECONDS", 0.1)
        with pytest.raises(ScannerUnavailable):
            scan.scan(BytesIO(b"avis"))


def test_the_scanner_says_its_version(clamd: str) -> None:
    assert scan.signature_base().startswith("ClamAV ")
