"""Has a file opened by a child process, and reads what it concluded."""

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .sandbox.__main__ import TRY_AGAIN

WALL_CLOCK_SECONDS = 60
_ROOT = Path(__file__).resolve().parent.parent


class ExaminationImpossible(Exception):
    """The machine could not examine the file: it says nothing of the file."""


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
    """Examine a file; the paths last as long as the context. Raises ExaminationImpossible.

    A child that takes too much memory or time is killed: the file is then too heavy to be read."""
    with ExitStack() as stack:
        try:
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix="alin-piece-"))
            directory = Path(name)
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
        )
    except subprocess.TimeoutExpired:
        return Refusal("too_heavy")
    if child.returncode < 0:
        return Refusal("too_heavy")
    if child.returncode == TRY_AGAIN:
        raise ExaminationImpossible("no room left to draw the pages")
    if child.returncode:
        return Refusal("broken")
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
