"""Servers that several commands of one checkout share: the last one out turns off the light.

Each user of a server holds a shared lock; the server's keeper, a process of its own, waits for
the exclusive one, which it gets when the last user is gone, `kill -9` included. So a command
may use the servers of a running demo, and neither cuts the other off.
"""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .postgres import Postgres
from .processes import (
    BASE_DIR,
    STATE_DIR,
    ServerFailed,
    is_locked,
    locked,
    replace_file,
    say,
)
from .valkey import Valkey

KINDS = {"postgres": Postgres, "valkey": Valkey}


@contextmanager
def shared_server(kind: str) -> Iterator[str]:
    """The URL of this checkout's server of that kind, started when nobody uses it yet."""
    place = STATE_DIR / "servers" / kind
    with locked(_starting(place)):
        # Waits, if need be, for a keeper that is stopping its server.
        users = _users(place).open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            url = _url(place).read_text() if is_locked(_keeping(place)) else _start_keeper(kind)
        except BaseException:
            users.close()
            raise
    with users:
        yield url


def wait_for_unused_servers(timeout: float = 20) -> None:
    """Return when the servers that nobody uses any more have stopped: theirs stop a moment
    after their last user. Those that another command still uses are not waited for."""
    deadline = time.monotonic() + timeout
    for kind in KINDS:
        place = STATE_DIR / "servers" / kind
        while _is_stopping(place) and time.monotonic() < deadline:
            time.sleep(0.05)


def _is_stopping(place: Path) -> bool:
    """Whether the keeper is there and nobody uses its server."""
    with locked(_starting(place)):  # looking at a lock holds it for an instant
        if not is_locked(_keeping(place)):
            return False
        # A keeper that stops its server holds the users' lock alone; users share it.
        shared_by_users = not is_locked(_users(place), fcntl.LOCK_SH)
        return not (shared_by_users and is_locked(_users(place)))


def forget_server(kind: str) -> None:
    """Delete the data of this checkout's server of that kind. Refused while it is used."""
    place = STATE_DIR / "servers" / kind
    with locked(_starting(place)):
        deadline = time.monotonic() + 10
        while is_locked(_keeping(place)):  # the last command may have ended a moment ago
            if time.monotonic() > deadline:
                raise ServerFailed("Une autre commande se sert de la base : terminez-la d'abord.")
            time.sleep(0.1)
        KINDS[kind](STATE_DIR / kind).remove()


def _start_keeper(kind: str) -> str:
    """Start a keeper that outlives this command, and wait for the URL that it prints."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "alin.embedded.shared", kind],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdout
    assert keeper.stderr
    with keeper.stdout, keeper.stderr:
        url = keeper.stdout.readline().strip()
        if not url:
            raise ServerFailed(keeper.stderr.read().strip())
    keeper.returncode = 0  # it lives on: nobody has to wait for it
    return url


def keep(kind: str) -> None:
    """Run the server until nobody uses it. Called in the keeper's process."""
    place = STATE_DIR / "servers" / kind
    with locked(_keeping(place)):
        server = KINDS[kind](STATE_DIR / kind)
        server.start()
        assert server.process
        replace_file(_url(place), server.url)
        say(server.url)
        # The starter closes its ends of the pipes; what the keeper says later goes nowhere.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (1, 2):
            os.dup2(nowhere, descriptor)
        threading.Thread(target=_stop_when_unused, args=(place, server), daemon=True).start()
        server.process.wait()


def _stop_when_unused(place: Path, server: Postgres | Valkey) -> None:
    with locked(_users(place)):
        server.stop()
        # The lock is kept until the process ends, so that no newcomer finds half a server.
        os._exit(0)


def _starting(place: Path) -> Path:
    return place / "starting.lock"


def _users(place: Path) -> Path:
    return place / "users.lock"


def _keeping(place: Path) -> Path:
    return place / "keeper.lock"


def _url(place: Path) -> Path:
    return place / "url"


if __name__ == "__main__":
    keep(sys.argv[1])
