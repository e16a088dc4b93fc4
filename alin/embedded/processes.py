"""Child processes that never outlive the one that started them."""

import ctypes
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Everything an embedded server writes, one directory per checkout: two clones never meet.
STATE_DIR = BASE_DIR / ".local"

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ServerFailed(SystemExit):
    """An embedded server could not start; the message says, in French, what to do."""


def say(text: str) -> None:
    """Write a line to whoever started the command, at once even through a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | None,
    death_signal: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start `command` with its output in `log`, or on the terminal without one.

    The kernel sends it `death_signal` when the calling process dies, even by `kill -9`. Call it
    from the main thread: the kernel watches the thread that forked. The child has its own
    process group, so that a Ctrl-C in the terminal reaches only the supervisor, which stops its
    children in order."""
    parent = os.getpid()

    def tie_to_parent() -> None:
        os.setpgid(0, 0)
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    with log.open("ab") if log else nullcontext() as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=output,
            stderr=subprocess.STDOUT if log else None,
            preexec_fn=tie_to_parent,
            **options,
        )


def stop(
    process: subprocess.Popen[bytes],
    *,
    by: signal.Signals = signal.SIGTERM,
    timeout: float = 20,
) -> None:
    """Ask `process` to end, and kill its whole group when it has not within `timeout` seconds."""
    if process.poll() is not None:
        return
    process.send_signal(by)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(
    ready: Callable[[], bool],
    *,
    process: subprocess.Popen[bytes],
    log: Path,
    timeout: float = 60,
) -> None:
    """Return when `ready()` is true; raise `ServerFailed` when the process ends or time is up."""
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            raise ServerFailed(f"Un serveur s'est arrêté au démarrage. {_last_lines(log)}")
        if time.monotonic() > deadline:
            raise ServerFailed(f"Un serveur ne répond pas. {_last_lines(log)}")
        time.sleep(0.02)


def _last_lines(log: Path) -> str:
    text = log.read_text(errors="replace") if log.exists() else ""
    return f"Journal {log} :\n" + "\n".join(text.splitlines()[-8:])


def port_is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port(preferred: int = 0) -> int:
    """`preferred` when nothing listens there, else a port that the kernel says is free."""
    for port in (preferred, 0):
        with socket.socket() as candidate:
            # A port left in TIME_WAIT by the last run is free for a server.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(candidate.getsockname()[1])
    raise ServerFailed("Aucun port libre sur 127.0.0.1.")


@contextmanager
def locked(path: Path, operation: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a lock that the kernel releases when this process dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, operation)
        yield


def is_locked(path: Path, operation: int = fcntl.LOCK_EX) -> bool:
    """Whether somebody else holds the lock of `path` in a way that excludes `operation`."""
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def replace_file(path: Path, text: str) -> None:
    """Write a private file in one step: a reader sees the old text or the new one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.rename(path)
