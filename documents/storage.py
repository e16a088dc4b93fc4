"""Where the files of pieces lie: a private storage, named by nothing but random keys.

`quarantine/KEY` is what was received, `clean/KEY` what may be served, `pages/KEY/0001.jpg` its
pages as images. Nothing here has an address of its own: views stream what their reader may see."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from alin.kit import clock

SIGNED_SECONDS = 60
# What one call of the S3 protocol may delete.
MOST_AT_ONCE = 1_000
QUARANTINE, CLEAN, PAGES = "quarantine", "clean", "pages"


class StorageUnavailable(Exception):
    """The storage does not answer, or is full: it says nothing of the file."""


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, BotoCoreError, ClientError, Boto3Error) as failure:
        raise StorageUnavailable(f"{type(failure).__name__}: {failure}") from failure


def storage() -> Storage:
    return storages["pieces"]


def quarantine_name(key: str) -> str:
    return f"{QUARANTINE}/{key}"


def clean_name(key: str) -> str:
    return f"{CLEAN}/{key}"


def page_name(key: str, page: int) -> str:
    return f"{PAGES}/{key}/{page:04d}.jpg"


def write(name: str, content: "bytes | File[bytes]") -> None:
    """Write an object, over the one of the same name: a check that starts again ends the same.

    Raises StorageUnavailable, as everything here does."""
    place = storage()
    with _answering():
        if place.exists(name):
            place.delete(name)
        place.save(name, ContentFile(content) if isinstance(content, bytes) else content)


def read(name: str) -> bytes:
    """The whole object. Raises FileNotFoundError, StorageUnavailable."""
    with _answering(), storage().open(name) as file:
        content: bytes = file.read()
        return content


def signed_address(name: str, *, media_type: str, disposition: str) -> str:
    """An address of this one object, good for a minute and for reading alone: its signature holds
    the object, the method, the type and how the browser is to take it. Empty when the storage
    makes none or the portal is to send the bytes itself (ALIN_PIECES_SIGNED_ADDRESSES)."""
    place: Any = storage()
    if not (settings.PIECES_SIGNED_ADDRESSES and hasattr(place, "querystring_expire")):
        return ""
    with _answering():
        return str(
            place.url(
                name,
                parameters={
                    "ResponseContentType": media_type,
                    "ResponseContentDisposition": disposition,
                    "ResponseCacheControl": "private, no-store",
                },
                expire=SIGNED_SECONDS,
            )
        )


def names_of(key: str, pages: int) -> list[str]:
    """Every object that a key may have, when its pages are counted."""
    drawn = [page_name(key, number) for number in range(1, pages + 1)]
    return [quarantine_name(key), clean_name(key), *drawn]


def erase(key: str) -> None:
    """Delete every object of a key; those that are gone already do not matter."""
    with _answering():
        pages = [f"{PAGES}/{key}/{page}" for page in _listed(f"{PAGES}/{key}")[1]]
    erase_objects([quarantine_name(key), clean_name(key), *pages])


def erase_objects(names: Iterable[str]) -> None:
    """Delete objects, a thousand at a call where the storage can; those that are gone already do
    not matter. When it fails in the middle the rest is still there."""
    place: Any = storage()
    left = iter(names)
    with _answering():
        while batch := list(islice(left, MOST_AT_ONCE)):
            if hasattr(place, "bucket"):
                _delete_from_bucket(place, batch)
            else:
                _delete_files(place, batch)


def _delete_from_bucket(place: Any, names: list[str]) -> None:
    objects = [{"Key": f"{_prefix(place)}{name}"} for name in names]
    answer = place.bucket.delete_objects(Delete={"Objects": objects, "Quiet": True})
    if refused := answer.get("Errors"):
        raise StorageUnavailable(f"{len(refused)} objects not erased: {refused[0].get('Code')}")


def _delete_files(place: Storage, names: list[str]) -> None:
    for name in names:
        place.delete(name)
    # A file system keeps the empty directory of the pages.
    for folder in {name.rpartition("/")[0] for name in names if name.startswith(f"{PAGES}/")}:
        with suppress(OSError):
            place.delete(folder)


def erase_quarantine(key: str) -> None:
    with _answering():
        storage().delete(quarantine_name(key))


@dataclass(frozen=True)
class StoredObject:
    name: str
    written_at: datetime

    @property
    def key(self) -> str:
        return self.name.split("/")[1]


def every_object() -> Iterator[StoredObject]:
    """Every object, as the storage lists them: no call for each where it can be helped."""
    place: Any = storage()
    with _answering():
        for folder in (QUARANTINE, CLEAN, PAGES):
            if hasattr(place, "bucket"):
                yield from _in_bucket(place, folder)
            else:
                yield from _in_files(place, folder)


def _in_bucket(place: Any, folder: str) -> Iterator[StoredObject]:
    prefix = _prefix(place)
    pages = place.connection.meta.client.get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=place.bucket_name, Prefix=f"{prefix}{folder}/"):
        for each in page.get("Contents", ()):
            name = each["Key"].removeprefix(prefix)
            yield StoredObject(name, clock.of_machine(each["LastModified"]))


def _in_files(place: Storage, folder: str) -> Iterator[StoredObject]:
    folders, files = _listed(folder)
    for file in files:
        name = f"{folder}/{file}"
        yield StoredObject(name, clock.of_machine(place.get_modified_time(name)))
    for inner in folders:
        yield from _in_files(place, f"{folder}/{inner}")


def _prefix(place: Any) -> str:
    """What the names of a bucket begin with, when it is shared."""
    location = str(place.location).strip("/")
    return f"{location}/" if location else ""


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage().listdir(folder)
    except FileNotFoundError:
        return [], []
