"""The supervisor of `./demo`: starts the whole portal, waits, and stops it all in order."""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from types import FrameType

from . import servers_for_command
from .clamd import Clamd
from .processes import (
    BASE_DIR,
    STATE_DIR,
    ServerFailed,
    free_port,
    port_is_open,
    replace_file,
    say,
    spawn,
    stop,
    wait_until,
)
from .shared import forget_server, wait_for_unused_servers
from .world import ACCOUNTS_FILE

LOGS = STATE_DIR / "logs"
MAIL = STATE_DIR / "mail"
MEDIA = STATE_DIR / "media"
PIECES = STATE_DIR / "pieces"
LOCK = STATE_DIR / "demo.lock"
ADDRESS_FILE = STATE_DIR / "demo-address"
DEFAULT_PORT = 8000


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, or a signal."""


def main() -> None:
    arguments = _arguments()
    STATE_DIR.mkdir(exist_ok=True)
    with LOCK.open("a") as lock, ExitStack() as started:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(_already_running(rebuild=arguments.neuf)) from None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stopped)
        try:
            if arguments.neuf:
                forget_world()
            run(started)
        except Stopped:
            # A second Ctrl-C must not cut the stopping short.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            say("Arrêt de la démonstration…")
    wait_for_unused_servers()
    say("La démonstration est arrêtée ; rien n'est perdu, « ./demo » la reprend.")


def run(started: ExitStack) -> None:
    """Start everything, in the order of need, and watch it until `Stopped`."""
    began = time.monotonic()
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir()
    say("Démarrage de la base de données et des autres serveurs…")
    port = started.enter_context(reserved_port())
    address = f"http://127.0.0.1:{port}"
    smtp_port = free_port()
    scanner = Clamd(STATE_DIR / "clamd")
    os.environ.update(
        DJANGO_SETTINGS_MODULE="alin.settings.demo",
        ALIN_BASE_URL=address,
        CLAMD_URL=scanner.url,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_port}",
    )
    mail = _start(started, "mail", "alin.embedded.mail_catcher", str(smtp_port), str(MAIL))
    started.callback(scanner.stop)
    scanner.start()
    started.enter_context(servers_for_command())
    # The pages load while the database is prepared; the worker needs its tables.
    web = _start(started, "web", "granian", *_web_arguments(port))
    world = _start(started, "world", "alin.embedded.world", log=False)
    if world.wait() != 0:
        raise ServerFailed("La démonstration n'a pas pu être préparée : voir ci-dessus.")
    worker = _start(started, "worker", "celery", *_worker_arguments())
    wait_until(lambda: port_is_open(smtp_port), process=mail, log=LOGS / "mail.log")
    wait_until(lambda: _answers(f"{address}/sante/vivant"), process=web, log=LOGS / "web.log")
    replace_file(ADDRESS_FILE, address)
    started.callback(ADDRESS_FILE.unlink, missing_ok=True)
    say(_welcome(address, seconds=time.monotonic() - began))

    children = {"mail": mail, "web": web, "worker": worker, "clamd": scanner.process}
    while True:
        for name, child in children.items():
            if child and child.poll() is not None:
                raise ServerFailed(f"« {name} » s'est arrêté : voir {LOGS / f'{name}.log'}")
        time.sleep(0.5)


def forget_world() -> None:
    """Delete the database, the files and the mail of this checkout's demo."""
    if os.environ.get("DATABASE_URL"):
        raise SystemExit(
            "--neuf ne touche pas à une base désignée par DATABASE_URL : videz-la vous-même."
        )
    forget_server("postgres")
    for directory in (MAIL, MEDIA, PIECES):
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def reserved_port() -> Iterator[int]:
    """The port that pages are served on: the preferred one (ALIN_PORT, PORT or 8000), else
    another, and then it says so. Two demos that start together never choose the same: the name
    in the kernel's table of sockets is held until the end."""
    preferred = int(os.environ.get("ALIN_PORT") or os.environ.get("PORT") or DEFAULT_PORT)
    candidate = preferred
    while True:
        port = free_port(candidate)
        with socket.socket(socket.AF_UNIX) as claim:
            try:
                claim.bind(f"\0alin-demo-{port}")
            except OSError:
                candidate = 0
                continue
            if port != preferred:
                say(f"Le port {preferred} est pris : la démonstration utilise le port {port}.")
            yield port
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./demo",
        description="Lance le portail complet, avec des personnes et des logements fictifs.",
        epilog="ALIN_PORT choisit le port (8000 s'il est libre). DATABASE_URL et REDIS_URL "
        "désignent d'autres serveurs que ceux que la démonstration apporte.",
        add_help=False,
    )
    parser.add_argument("-h", "--help", action="help", help="montre cette aide")
    parser.add_argument(
        "--neuf", action="store_true", help="efface le monde de démonstration et le reconstruit"
    )
    return parser.parse_args()


def _already_running(*, rebuild: bool) -> str | int:
    address = ADDRESS_FILE.read_text() if ADDRESS_FILE.exists() else "en cours de démarrage"
    say(f"La démonstration de ce dossier tourne déjà : {address}")
    return "Arrêtez-la (Ctrl-C) avant « ./demo --neuf »." if rebuild else 0


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _start(
    started: ExitStack, name: str, module: str, *arguments: str, log: bool = True
) -> subprocess.Popen[bytes]:
    child = spawn(
        [sys.executable, "-m", module, *arguments],
        log=LOGS / f"{name}.log" if log else None,
        cwd=BASE_DIR,
    )
    started.callback(stop, child)
    return child


def _web_arguments(port: int) -> list[str]:
    return [
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "3"),
        *("--log-level", "warning", "alin.wsgi:application"),
    ]


def _worker_arguments() -> list[str]:
    # Processes need semaphores in /dev/shm, which some containers do not have.
    pool = "prefork" if os.access("/dev/shm", os.W_OK) else "threads"
    return [
        *("-A", "alin", "worker", "--beat", "--schedule", str(STATE_DIR / "beat-schedule")),
        *("--pool", pool, "--concurrency", "1", "--loglevel", "warning"),
    ]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _welcome(address: str, *, seconds: float) -> str:
    return (
        f"\nLe portail est ouvert ({seconds:.0f} s) : {address}/\n"
        f"Les courriels envoyés se lisent ici : {address}/demo/courrier/\n\n"
        f"{ACCOUNTS_FILE.read_text().strip()}\n\n"
        f"Journaux : {LOGS}\n"
        "Pour arrêter : Ctrl-C. Pour reconstruire le monde de démonstration : ./demo --neuf\n"
    )


if __name__ == "__main__":
    main()
