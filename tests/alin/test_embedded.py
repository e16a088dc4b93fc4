"""The servers that come with the portal: shared, stopped, recovered after a crash."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from alin.embedded import demo, servers_for_command
from alin.embedded.postgres import Postgres
from alin.embedded.processes import BASE_DIR, ServerFailed, free_port

# What a command does, seen from the servers: it names them, then runs until its input closes.
COMMAND = """
import os, sys
from alin.embedded import servers_for_command
with servers_for_command():
    print(os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
    sys.stdin.read()
"""


class Command:
    """A command that runs in a clone; `urls` are those of its database and its broker."""

    def __init__(self, clone: Path) -> None:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            cwd=clone,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.urls = self.process.stdout.readline().split()

    def end(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def clones() -> Iterator[Callable[[], Path]]:
    made: list[Path] = []

    def make() -> Path:
        directory = Path(tempfile.mkdtemp(prefix="alin-clone-"))
        directory.chmod(0o711)
        shutil.copytree(BASE_DIR / "alin" / "embedded", directory / "alin" / "embedded")
        made.append(directory)
        return directory

    yield make
    for directory in made:
        assert soon(lambda directory=directory: not answers(socket_of(directory)))
        shutil.rmtree(directory, ignore_errors=True)


def socket_of(clone: Path) -> Path:
    return Postgres(clone / ".local" / "postgres").sockets / ".s.PGSQL.5432"


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def soon(condition: Callable[[], bool]) -> bool:
    """Whether the condition becomes true within two minutes."""
    deadline = time.monotonic() + 120
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def parent_of(server_url: str) -> int:
    """The keeper of a database server: the parent of its postmaster."""
    with psycopg.connect(server_url) as connection:
        row = connection.execute(
            "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"
        ).fetchone()
    assert row
    return int(Path(f"/proc/{row[0]}/stat").read_text().rpartition(") ")[2].split()[1])


def test_commands_of_one_clone_share_servers_and_the_last_one_stops_them(
    clones: Callable[[], Path],
) -> None:
    clone = clones()
    first, second = Command(clone), Command(clone)
    assert first.urls == second.urls
    first.end()
    with psycopg.connect(second.urls[0]) as database:
        assert database.execute("SELECT lower('É')").fetchone() == ("é",)
    assert redis.from_url(second.urls[1]).ping() is True
    second.end()
    assert soon(lambda: not answers(socket_of(clone)))


def test_two_clones_run_side_by_side(clones: Callable[[], Path]) -> None:
    here, there = Command(clones()), Command(clones())
    assert [ours == theirs for ours, theirs in zip(here.urls, there.urls, strict=True)] == [
        False,
        False,
    ]
    here.end()
    there.end()


def test_a_killed_command_leaves_no_server(clones: Callable[[], Path]) -> None:
    clone = clones()
    Command(clone).kill()
    assert soon(lambda: not answers(socket_of(clone)))


def test_a_killed_keeper_takes_its_server_along_and_committed_rows_come_back(
    clones: Callable[[], Path],
) -> None:
    clone = clones()
    before = Command(clone)
    with psycopg.connect(before.urls[0]) as database:
        database.execute("CREATE TABLE dossier (name text)")
        database.execute("INSERT INTO dossier VALUES ('Amina')")
    os.kill(parent_of(before.urls[0]), signal.SIGKILL)
    before.kill()
    after = Command(clone)
    with psycopg.connect(after.urls[0]) as database:
        assert database.execute("SELECT name FROM dossier").fetchall() == [("Amina",)]
    after.end()


def test_nothing_starts_when_other_servers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"DATABASE_URL": "postgresql://ailleurs/alin", "REDIS_URL": "redis://ailleurs/0"}
    for name, url in named.items():
        monkeypatch.setenv(name, url)
    with servers_for_command():
        assert {name: os.environ[name] for name in named} == named
    assert {name: os.environ[name] for name in named} == named


def test_a_database_of_another_version_is_said_and_kept(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres")
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerFailed, match=r"vient de PostgreSQL 9.*demo --neuf"):
        server.start()
    assert (server.data / "PG_VERSION").read_text() == "9\n"
    server.remove()


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from alin.embedded.processes import spawn
print(spawn(["sleep", "600"], log=Path({str(tmp_path / "log")!r})).pid, flush=True)
import sys; sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    child = Path("/proc") / parent.stdout.readline().strip()
    assert (child / "comm").read_text() == "sleep\n"
    parent.kill()
    parent.communicate()
    # An ended process may stay listed until somebody collects it.
    assert soon(lambda: not child.exists() or "(zombie)" in (child / "status").read_text())


def test_a_taken_port_is_left_to_whoever_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken


def test_two_demos_that_start_together_choose_different_ports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    preferred = free_port()
    monkeypatch.setenv("ALIN_PORT", str(preferred))
    with demo.reserved_port() as first, demo.reserved_port() as second:
        assert first == preferred
        assert second != preferred
    assert capsys.readouterr().out == (
        f"Le port {preferred} est pris : la démonstration utilise le port {second}.\n"
    )
