"""What trials of the pipeline need: a real worker that can be killed, a disk that can be full."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from alin.embedded.processes import BASE_DIR, spawn, stop
from documents import storage
from documents.models import PieceFile

PATIENCE_SECONDS = 900


class Worker:
    """`celery -A alin worker` in processes of its own, on the database of this test."""

    def __init__(self, directory: Path, *, concurrency: int = 2, later: float = 0) -> None:
        """`later`: its clock is ahead by so many seconds, so that what waits for a minute has."""
        shift = settings.CLOCK_SHIFT.total_seconds() + later
        database = connection.settings_dict["NAME"]
        self.log = directory / "worker.log"
        self.process = spawn(
            [
                *(sys.executable, "-m", "celery", "-A", "alin", "worker", "--pool", "prefork"),
                *("--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
                *("--loglevel", "warning"),
            ],
            log=self.log,
            death_signal=signal.SIGKILL,
            cwd=BASE_DIR,
            env=os.environ
            | {
                "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
                ._replace(path=f"/{database}")
                .geturl(),
                "CLAMD_URL": settings.CLAMD_ADDRESS,
                "ALIN_PIECES_DIR": settings.STORAGES["pieces"]["OPTIONS"]["location"],
                "ALIN_SCRATCH_DIR": str(settings.SCRATCH_DIR),
                "ALIN_CLOCK_SHIFT_SECONDS": str(int(shift)),
            },
        )

    def kill(self) -> None:
        """`kill -9`, of the worker and of the processes of its pool at the same instant."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        stop(self.process, timeout=10)


def wait_for(what: Callable[[], bool], *, calling: Callable[[], None] | None = None) -> None:
    """Return as soon as `what()` is true; fail when it never is. `calling` is done every ten
    seconds meanwhile."""
    begun = called = time.monotonic()
    while not what():
        now = time.monotonic()
        assert now < begun + PATIENCE_SECONDS, "it never came"
        if calling and now > called + 10:
            called = now
            calling()
        time.sleep(0.05)


@contextmanager
def small_disk(directory: Path, *, room: int) -> Iterator[None]:
    """`directory` on a disk of `room` bytes; where nobody may mount one, no file of this process
    may be larger."""
    directory.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={room},mode=700", "tmpfs", str(directory)]
    if os.geteuid() == 0 and not subprocess.run(mount, capture_output=True, check=False).returncode:
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(directory)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def keys_in_storage() -> dict[str, set[str]]:
    """The keys of the objects that are there, by folder."""
    place = storage.storage()
    found = {}
    for folder, rank in ((storage.QUARANTINE, 1), (storage.CLEAN, 1), (storage.PAGES, 0)):
        try:
            found[folder] = set(place.listdir(folder)[rank])
        except FileNotFoundError:
            found[folder] = set()
    return found


def assert_rows_and_objects_agree() -> None:
    """Every row has its object where its state says; no object is without a row."""
    keys = keys_in_storage()
    by_state: dict[str, set[str]] = {state: set() for state in PieceFile.State.values}
    for key, state in PieceFile.objects.values_list("key", "state"):
        by_state[state].add(key)
    waiting = by_state["received"] | by_state["checking"]
    assert keys[storage.QUARANTINE] == waiting
    assert keys[storage.CLEAN] == by_state["clean"]
    assert keys[storage.PAGES] == by_state["clean"]
