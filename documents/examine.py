"""Has a file opened by a child process, and reads what it concluded."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import scratch
from .sandbox.__main__ import TRY_AGAIN

WALL_CLOCK_SECONDS = 60
_ROOT = Path(__file__).resolve().parent.parent


# Somebody stops the machine or the service: a child may be told as well as the worker.
_TOLD_TO_STOP = (-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP)


class ExaminationImpossible(Exception):
    """The machine could not examine the file: it says nothing of the file."""


class ChildDied(Exception):
    """The child ended without a word: the file may have killed it, or something else did (the
    machine short of memory). Only that it happens each time tells which."""


@dataclass(frozen=True)
class Refusal:
    """The file will not be kept; `reason` is a value of PieceFile.Refusal."""

    reason: str


@dataclass(frozen=True)
class Redrawn:
    """A copy that can be shown, and its pages as JPEG images, in order."""

    media_type: str
    clean: Path
    pages: tuple[Path, ...]
    seen: "Seen"


@dataclass(frozen=True)
class Seen:
    """What the child read, as it says: nothing of it is believed before it is verified.

    `codes`: the content of matrix codes; `texts`: the words of each page of a PDF; `dim` and
    `blurred`: the numbers of such pages."""

    codes: tuple[bytes, ...] = ()
    texts: tuple[str, ...] = ()
    dim: tuple[int, ...] = ()
    blurred: tuple[int, ...] = ()


@contextmanager
def examined(content: bytes, extension: str) -> Iterator[Redrawn | Refusal]:
    """Examine a file; the paths last as long as the context.

    Raises ExaminationImpossible, and ChildDied when the child ended before its verdict. Too much
    memory or processor time is a verdict: the child itself meets its limits, and the file is too
    heavy."""
    with ExitStack() as stack:
        try:
            directory = stack.enter_context(scratch.opened())
            source = directory / "source"
            source.write_bytes(content)
            conclusion = _conclusion(source, extension, directory)
        except OSError as failure:
            # A full disk, no process left: held against the file, it would be refused for ever.
            raise ExaminationImpossible(str(failure)) from failure
        yield conclusion


def _conclusion(source: Path, extension: str, directory: Path) -> Redrawn | Refusal:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "documents.sandbox", source, extension, directory],
            cwd=_ROOT,
            # Nothing of ours: no address of the database, no key.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(directory)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=WALL_CLOCK_SECONDS,
            check=False,
            # Ctrl-C in the terminal of a worker is for the worker.
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as late:
        # Of the clock, not of the processor: a busy machine makes a child wait.
        raise ChildDied(f"no verdict after {WALL_CLOCK_SECONDS} s") from late
    if child.returncode == -signal.SIGXCPU:
        return Refusal("too_heavy")
    if child.returncode == TRY_AGAIN:
        raise ExaminationImpossible("no room left to draw the pages, or a library is missing")
    if child.returncode in _TOLD_TO_STOP:
        raise ExaminationImpossible("the child was told to stop")
    if child.returncode:
        raise ChildDied(f"the child ended with {child.returncode}")
    result = json.loads((directory / "result.json").read_text())
    if reason := result.get("refusal"):
        return Refusal(reason)
    pages = tuple(directory / f"{number:04d}.jpg" for number in range(1, result["pages"] + 1))
    return Redrawn(result["media_type"], directory / "clean", pages, _seen(result["reading"]))


def _seen(reading: dict[str, list[Any]]) -> Seen:
    return Seen(
        codes=tuple(base64.b64decode(code) for code in reading["codes"]),
        texts=tuple(reading["texts"]),
        dim=tuple(reading["dim"]),
        blurred=tuple(reading["blurred"]),
    )
