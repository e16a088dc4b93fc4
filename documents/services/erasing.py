"""Objects that nothing leads to any more."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from documents import storage
from documents.models import PieceFile

logger = logging.getLogger(__name__)

_gathered: ContextVar[list[str] | None] = ContextVar("gathered", default=None)


def forget(key: str) -> None:
    """Erase objects that never had a row: at once when it can be, else the next sweep does."""
    try:
        storage.erase(key)
    except storage.StorageUnavailable:
        logger.warning("objects of %s left to the sweep", key)


def let_go(file: PieceFile) -> None:
    """Erase the objects of a row that is going, once it is gone for good; what the storage
    refuses is swept. Inside `gathered` they wait for the others."""
    names = _gathered.get()
    if names is None:
        transaction.on_commit(lambda: forget(file.key), robust=True)
    else:
        names += storage.names_of(file.key, file.pages)


@contextmanager
def gathered() -> Iterator[None]:
    """Erase together, after commit, the objects of all the rows that go inside."""
    names: list[str] = []
    before = _gathered.set(names)
    try:
        yield
    finally:
        _gathered.reset(before)
    transaction.on_commit(lambda: _forget_together(names), robust=True)


def _forget_together(names: Iterable[str]) -> None:
    try:
        storage.erase_objects(names)
    except storage.StorageUnavailable:
        logger.warning("objects of erased pieces left to the sweep")
