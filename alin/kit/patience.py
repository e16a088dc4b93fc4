"""What a row held by somebody else does to whoever waits for it."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError
from psycopg.errors import LockNotAvailable

Answer = TypeVar("Answer")


def is_held_by_another(error: BaseException) -> bool:
    """Whether a statement gave up because another one held its row longer than `lock_timeout`."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, LockNotAvailable)


def twice(verb: Callable[[], Answer]) -> Answer:
    """What `verb` answers, asked once more when its row was held too long: a landlord's file is
    written in a few seconds. `verb` is a transaction of its own, that left nothing behind."""
    try:
        return verb()
    except OperationalError as error:
        if not is_held_by_another(error):
            raise
    return verb()
