"""The same life of a piece on an object storage, spoken to by its real protocol."""

import random
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import pytest
from botocore.compat import get_current_datetime
from django.core.files.storage import storages
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from alin.embedded.pytest_plugin import S3Server
from alin.kit import clock
from documents import services, storage
from documents.models import Piece, PieceFile
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db(transaction=True)


def use(settings: Settings, server: S3Server, **changed: Any) -> None:
    options = {
        "bucket_name": server.bucket,
        "endpoint_url": server.endpoint,
        "region_name": "us-east-1",
        "access_key": server.access_key,
        "secret_key": server.secret_key,
        "addressing_style": "path",
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_expire": 60,
        "file_overwrite": True,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "pieces": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | changed},
    }


@pytest.fixture
def bucket(settings: Settings, s3_server: S3Server) -> Iterator[S3Server]:
    use(settings, s3_server)
    storage.erase_objects([each.name for each in storage.every_object()])
    first: Any = storages["pieces"]
    yield s3_server
    # A test may have named another: a connection left open is a warning, in some later test.
    last: Any = storages["pieces"]
    for place in (first, last):
        place.connection.meta.client.close()


def objects() -> set[str]:
    return {each.name for each in storage.every_object()}


def test_a_piece_lives_and_goes_on_an_object_storage(
    bucket: S3Server, give: Give, clamd: str, travel: Any
) -> None:
    give("identite")
    file = PieceFile.objects.get()
    assert objects() == {f"quarantine/{file.key}"}
    assert services.check_due() == 1
    file.refresh_from_db()
    assert objects() == {f"clean/{file.key}", f"pages/{file.key}/0001.jpg"}
    assert storage.read(storage.clean_name(file.key))[:3] == b"\xff\xd8\xff"
    storage.write("clean/" + "d" * 32, b"orphan")
    travel(clock.now() + timedelta(hours=25))
    assert services.sweep_orphans() == 1
    travel(clock.now() + timedelta(days=366))
    assert services.erase_due() == 1
    assert objects() == set()


@pytest.fixture
def asked(bucket: S3Server) -> Counter[str]:
    """What the storage is asked to do, counted."""
    counted: Counter[str] = Counter()
    place: Any = storages["pieces"]
    place.connection.meta.client.meta.events.register(
        "before-call.s3", lambda model, **_more: counted.update([model.name])
    )
    return counted


def put(names: Iterable[str]) -> None:
    place: Any = storages["pieces"]
    client = place.connection.meta.client
    with ThreadPoolExecutor(8) as hands:
        list(
            hands.map(
                lambda name: client.put_object(Bucket=place.bucket_name, Key=name, Body=b"."), names
            )
        )


def replaced(amina: User, number: int) -> None:
    """So many pieces replaced at once, each with one file: two objects, and their rows."""
    pieces = Piece.objects.bulk_create(
        Piece(dossier=amina.dossier, kind_id="identite", given_by=amina, replaced_at=clock.now())
        for _number in range(number)
    )
    files = PieceFile.objects.bulk_create(
        PieceFile(
            piece=piece,
            original_name="carte.jpg",
            size=1,
            state="clean",
            media_type="image/jpeg",
            pages=1,
            sha256="0" * 64,
            checked_at=clock.now(),
        )
        for piece in pieces
    )
    put(
        name
        for file in files
        for name in (storage.clean_name(file.key), storage.page_name(file.key, 1))
    )


def test_two_thousand_objects_are_swept_in_a_few_calls(
    asked: Counter[str], give: Give, clamd: str, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    give("identite")
    assert services.check_due() == 1
    kept = objects()
    put(f"clean/{number:032x}" for number in range(2_000))
    assert len(objects()) == 2_002
    asked.clear()
    assert services.sweep_orphans() == 0
    assert asked["DeleteObjects"] == 0
    travel(clock.now() + timedelta(hours=25))

    # It stops after the first thousand: what is left is whole, and the next time takes it.
    place: Any = storages["pieces"]
    erase, done = type(place.bucket).delete_objects, []

    def stops(bucket: Any, **what: Any) -> Any:
        if done:
            raise ConnectionError("the machine stops")
        done.append(1)
        return erase(bucket, **what)

    monkeypatch.setattr(type(place.bucket), "delete_objects", stops)
    swept = services.sweep_orphans()
    assert 990 <= swept <= 1_000
    assert len(objects()) == 2_002 - swept
    monkeypatch.undo()
    asked.clear()
    assert services.sweep_orphans() == 2_000 - swept
    assert objects() == kept
    assert asked["HeadObject"] == asked["GetObject"] == 0
    assert asked["DeleteObjects"] <= 3
    assert asked.total() <= 12


def test_hundreds_of_pieces_are_erased_by_batches_and_a_stop_leaves_no_row_without_object(
    asked: Counter[str], amina: User, legal_list: None, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced(amina, 500)
    travel(clock.now() + timedelta(days=31))
    calls: list[int] = []

    place: Any = storages["pieces"]

    def stops(_bucket: Any, *, Delete: dict[str, list[object]]) -> None:
        calls.append(len(Delete["Objects"]))
        raise ConnectionError("the machine stops")

    with monkeypatch.context() as cut:
        cut.setattr(type(place.bucket), "delete_objects", stops)
        assert services.erase_due() == 500
    # Three batches of rows; none is left, and the objects wait for the sweep.
    assert calls == [600, 600, 300]
    assert (Piece.objects.count(), len(objects())) == (0, 1_000)
    asked.clear()
    assert services.sweep_orphans() == 1_000
    assert objects() == set()
    assert asked["DeleteObjects"] <= 2


def test_nobody_reads_the_bucket_without_its_key(bucket: S3Server, give: Give) -> None:
    give("identite")
    key = PieceFile.objects.get().key
    address = f"{bucket.endpoint}/{bucket.bucket}/quarantine/{key}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=30)
    with refused.value:
        assert refused.value.code == 403


def test_a_wrong_key_keeps_nothing(bucket: S3Server, settings: Settings, give: Give) -> None:
    use(settings, bucket, secret_key="faux")
    with pytest.raises(storage.StorageUnavailable):
        give("identite")
    assert PieceFile.objects.count() == 0


def test_a_storage_that_fails_three_calls_in_ten_loses_nothing(
    bucket: S3Server, give: Give, clamd: str, travel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calls fail before reaching the server, or after it has obeyed: the worst of both."""
    place: Any = storages["pieces"]
    dice = random.Random(3)
    client = place.connection.meta.client
    send = client._endpoint._send

    def unreliable(request: Any) -> Any:
        fate = dice.random()
        if fate < 0.15:
            raise ConnectionError("cut before")
        answer = send(request)
        if fate < 0.30:
            answer.raw.close()
            raise ConnectionError("cut after")
        return answer

    monkeypatch.setattr(client._endpoint, "_send", unreliable)
    kept = 0
    for number in range(12):
        try:
            give("identite", (f"page-{number}.jpg", picture(size=(60, 80))))
            kept += 1
        except storage.StorageUnavailable:
            continue
    assert PieceFile.objects.count() == kept
    for _turn in range(20):
        services.check_due()
        travel(clock.now() + timedelta(minutes=4))
    monkeypatch.undo()
    services.check_due()
    assert set(PieceFile.objects.values_list("state", flat=True)) == {"clean"}
    # No row without its object; the objects without a row go with the next sweep.
    for file in PieceFile.objects.all():
        assert storage.read(storage.clean_name(file.key))
    travel(clock.now() + timedelta(hours=25))
    services.sweep_orphans()
    left = {name.split("/")[1] for name in objects()}
    assert left == set(PieceFile.objects.values_list("key", flat=True))


@pytest.fixture
def signed(bucket: S3Server, settings: Settings, give: Give, clamd: str) -> PieceFile:
    """A clean file, on a storage that sends what it is told to send."""
    settings.PIECES_SIGNED_ADDRESSES = True
    give("identite", ("carte d'été.jpg", picture()))
    assert services.check_due() == 1
    return PieceFile.objects.get()


def fetched(address: str, method: str = "GET") -> int:
    request = urllib.request.Request(address, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def test_the_portal_checks_the_person_then_leads_to_one_object_for_a_minute(
    signed: PieceFile, amina: User, client: Client
) -> None:
    path = f"/mon-dossier/pieces/fichiers/{signed.public_id}/"
    other = f.applicant("Bruno", "Morel")
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 404
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(path)
    assert response.status_code == 302
    told = parse_qs(urlsplit(response["Location"]).query)
    assert urlsplit(response["Location"]).path == f"/pieces/clean/{signed.key}"
    assert told["X-Amz-Expires"] == ["60"]
    assert told["response-content-type"] == ["image/jpeg"]
    assert told["response-content-disposition"][0].startswith("attachment; filename")
    with urllib.request.urlopen(response["Location"], timeout=30) as answer:
        assert answer.read() == storage.read(storage.clean_name(signed.key))
    # The signature holds the object, the method and what the browser is told.
    for forged in (
        response["Location"].replace(f"clean/{signed.key}", "clean/" + "0" * 32),
        response["Location"].replace("attachment", "inline"),
        response["Location"].replace("Expires=60", "Expires=600"),
    ):
        assert forged != response["Location"]
        assert fetched(forged) == 403
    assert fetched(response["Location"], "DELETE") == 403
    assert fetched(response["Location"], "PUT") == 403


def test_a_file_known_to_be_another_is_led_to_by_nobody(
    signed: PieceFile, amina: User, client: Client
) -> None:
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/mon-dossier/pieces/fichiers/{signed.public_id}/"
    PieceFile.objects.update(damaged_at=clock.now())
    # The portal reads it, and compares: it has come back.
    assert client.get(path).status_code == 200
    storage.storage().delete(storage.clean_name(signed.key))
    answer = client.get(path)
    assert (answer.status_code, "Location" in answer) == (409, False)


def test_an_address_of_a_minute_ago_is_refused(
    signed: PieceFile, amina: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/mon-dossier/pieces/fichiers/{signed.public_id}/"
    assert fetched(client.get(path)["Location"]) == 200
    # The clock of who signs was at that time; that of the storage is at now.
    then = get_current_datetime() - timedelta(seconds=62)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_args, **_more: then)
    assert fetched(client.get(path)["Location"]) == 403


def test_a_storage_of_files_sends_through_the_portal_whatever_is_set(
    settings: Settings, give: Give, clamd: str, amina: User, client: Client
) -> None:
    settings.PIECES_SIGNED_ADDRESSES = True
    give("identite")
    services.check_due()
    client.force_login(amina, backend="django.contrib.auth.backends.ModelBackend")
    file = PieceFile.objects.get()
    response = client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/")
    assert response.status_code == 200
    assert response.content == storage.read(storage.clean_name(file.key))
