"""Ask a worker to look now at what was written. The rows say what is to be done; whoever waits for
a broker waits for nothing, since beat looks at the same rows within a minute."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Call:
    task: str
    args: tuple[Any, ...]

    def __call__(self) -> None:
        wake(self.task, *self.args)


def wake(task: str, *args: Any) -> None:
    """Queue `task` (its dotted name, imported late: tasks import the services that call this).

    Raises ImportError when there is no such task. A broker that is down is logged and is no error:
    what was asked for is already written."""
    shared = import_string(task)
    try:
        shared.apply_async(args=args, retry=False, ignore_result=True)
    except Exception:
        logger.warning("%s not woken, the periodic look will find its work", task, exc_info=True)


def wake_after_commit(task: str, *args: Any) -> None:
    """`wake` once the transaction is committed, and once only however often it is asked."""
    call = _Call(task, args)
    if not any(each[1] == call for each in transaction.get_connection().run_on_commit):
        transaction.on_commit(call, robust=True)
