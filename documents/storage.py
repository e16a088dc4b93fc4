"""Where the files of pieces lie: a private storage, named by nothing but random keys.

`quarantine/KEY` is what was received, `clean/KEY` what may be served, `pages/KEY/0001.jpg` its
pages as images. Nothing here has an address of its own: views stream what their reader may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from alin.kit import clock

SIGNED_SECONDS = 60
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


def erase(key: str) -> None:
    """Delete every object of a key; those that are gone already do not matter."""
    place = storage()
    with _answering():
        for name in (quarantine_name(key), clean_name(key)):
            place.delete(name)
        for page in _listed(f"{PAGES}/{key}")[1]:
            place.delete(f"{PAGES}/{key}/{page}")
        # A file system keeps the empty directory; an object storage has none, and does not mind.
        place.delete(f"{PAGES}/{key}")


def erase_quarantine(key: str) -> None:
    with _answering():
        storage().delete(quarantine_name(key))


def every_key() -> Iterator[tuple[str, datetime]]:
    """Every key of which some object is there, and when one of its objects was last written."""
    with _answering():
        for folder in (QUARANTINE, CLEAN):
            for key in _listed(folder)[1]:
                yield key, _written_at(f"{folder}/{key}")
        for key in _listed(PAGES)[0]:
            if pages := _listed(f"{PAGES}/{key}")[1]:
                yield key, _written_at(f"{PAGES}/{key}/{pages[0]}")


def _written_at(name: str) -> datetime:
    return clock.of_machine(storage().get_modified_time(name))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage().listdir(folder)
    except FileNotFoundError:
        return [], []
