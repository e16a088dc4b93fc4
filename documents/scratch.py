"""Where a piece lies in clear for the time it is opened: a private directory of the portal.

A worker that dies leaves there what it held; `sweep` takes it. Files on their way in lie there as
well (FILE_UPLOAD_TEMP_DIR)."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from alin.kit import clock

# More than any check holds what it opened without touching it.
LEFT_OVER = timedelta(minutes=15)


def place() -> Path:
    """The directory, made when it is not there; its owner alone may look into it."""
    directory = Path(settings.SCRATCH_DIR)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


@contextmanager
def opened() -> Iterator[Path]:
    """A directory for one file, gone at the end. Raises OSError when the disk is full."""
    with tempfile.TemporaryDirectory(prefix="piece-", dir=place()) as name:
        yield Path(name)


def sweep() -> int:
    """Delete what nobody touched for a while. Returns how many."""
    before = clock.now() - LEFT_OVER
    swept = 0
    for entry in place().iterdir():
        try:
            touched = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
            if clock.of_machine(touched) >= before:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        except FileNotFoundError:
            continue  # its owner was done with it at this very moment
        swept += 1
    return swept
