"""Real servers for one run of the tests: loaded early, by `-p alin.embedded.pytest_plugin`.

When DATABASE_URL or REDIS_URL is not set, a private and throw-away server starts for this run
alone, so that runs side by side never meet. Fixtures: `clamd` (a real virus scanner),
`smtp_server` (a real mail server that keeps what it receives), `s3_server` (a real object
storage).
"""

import fcntl
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .clamd import Clamd
from .postgres import Postgres
from .processes import free_port, port_is_open, spawn, stop, wait_until
from .valkey import Valkey

if TYPE_CHECKING:  # imported earlier than pytest expects, it could not rewrite its assertions
    from pytest_django.fixtures import Settings

_PREFIX = "alin-tests-"
# A loaded machine is slow, not wrong.
_PATIENCE_SECONDS = 120
_run = ExitStack()

# Importing the package `alin` names the settings of the demo; the tests have their own.
os.environ["DJANGO_SETTINGS_MODULE"] = "alin.settings.test"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start what is missing before the settings are read. The workers of xdist inherit it."""
    early_config.add_cleanup(_run.close)
    directory = run_directory()
    os.environ["ALIN_PIECES_DIR"] = str(directory / "pieces")
    os.environ["ALIN_SCRATCH_DIR"] = str(directory / "scratch")
    if not os.environ.get("DATABASE_URL"):
        postgres = Postgres(directory / "postgres", durable=False)
        _run.callback(postgres.remove)
        _run.callback(postgres.stop)
        postgres.start()
        os.environ["DATABASE_URL"] = postgres.url
        _run.callback(os.environ.pop, "DATABASE_URL")
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey(directory / "valkey")
        _run.callback(valkey.stop)
        valkey.start()
        os.environ["REDIS_URL"] = valkey.url
        _run.callback(os.environ.pop, "REDIS_URL")
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["REDIS_URL"] = _redis_of(worker, os.environ["REDIS_URL"])


def _redis_of(worker: str, url: str) -> str:
    """The same server, in a database of the worker's own, as for PostgreSQL: what one counts,
    queues or empties is not what another reads. A server has sixteen; the first stays unused."""
    number = 1 + int(worker.removeprefix("gw")) % 15
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def run_directory() -> Path:
    """A directory of this run, deleted at its end; those of killed runs are deleted here."""
    for left_over in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        _remove_if_abandoned(left_over)
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
    directory.chmod(0o711)  # PostgreSQL runs as nobody when root runs the tests
    alive = (directory / "alive.lock").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    _run.callback(alive.close)
    _run.callback(shutil.rmtree, directory, ignore_errors=True)
    return directory


def _remove_if_abandoned(directory: Path) -> None:
    try:
        if directory.stat().st_uid != os.geteuid():
            return
        with (directory / "alive.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(directory, ignore_errors=True)
    except (BlockingIOError, FileNotFoundError):
        return  # in use, or just being made or removed


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real clamd that knows the EICAR test file; CLAMD_ADDRESS is set to it."""
    from django.conf import settings

    scanner = Clamd(tmp_path_factory.mktemp("clamd"))
    scanner.start()
    before, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, scanner.url
    yield scanner.url
    settings.CLAMD_ADDRESS = before
    scanner.stop()


@dataclass(frozen=True)
class S3Server:
    """A bucket on a real S3 server: who has no key, or a wrong one, reads nothing of it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server with one empty bucket."""
    directory = tmp_path_factory.mktemp("s3")
    (directory / "data" / "pieces").mkdir(parents=True)
    server = S3Server(
        f"http://127.0.0.1:{free_port()}", "pieces", secrets.token_hex(8), secrets.token_hex(20)
    )
    host, port = server.endpoint.removeprefix("http://").split(":")
    keys = {"NANIO_ACCESS_KEY": server.access_key, "NANIO_SECRET_KEY": server.secret_key}
    log = directory / "nanio.log"
    process = spawn(
        [
            *(sys.executable, "-m", "nanio", "serve", "--data-dir", directory / "data"),
            *("--host", host, "--port", port, "--log-level", "warning"),
        ],
        log=log,
        env=os.environ | keys,
    )
    wait_until(lambda: port_is_open(int(port)), process=process, log=log)
    yield server
    stop(process)


class ReceivedMail:
    """What the mail server of a test was given, oldest first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def smtp_server(settings: "Settings") -> Iterator[ReceivedMail]:
    """A real SMTP server; the portal's mail goes to it. Its `messages` hold what it received."""
    received = ReceivedMail()
    controller = Controller(
        received, hostname="127.0.0.1", port=free_port(), ready_timeout=_PATIENCE_SECONDS
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield received
    controller.stop()
