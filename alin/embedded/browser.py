"""The Chromium of the browser tests: Debian's, installed or unpacked by `./setup --tests`."""

import os
import shutil
from pathlib import Path

from .debian import font_configuration, library_path, unpacked
from .processes import STATE_DIR, ServerFailed

# What a test browser needs as root and in a container, and what keeps it off the network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def chromium() -> tuple[str, dict[str, str]]:
    """The executable, and the environment to launch it with: its libraries may be unpacked
    ones, which no other program should load."""
    environment = dict(os.environ) | font_configuration()
    if installed := shutil.which("chromium"):
        return installed, environment
    # The wrapper in usr/bin expects the package at its place; the program does not.
    program = unpacked("usr/lib/chromium/chromium")
    if not program.exists():
        raise ServerFailed("Chromium est introuvable : lancez « ./setup --tests ».")
    return str(program), environment | library_path()


def prepare_driver() -> None:
    """Call it before Playwright starts: the Node of its wheel needs libatomic, which a bare
    Debian lacks. The directory holds that library alone, for every program sees it."""
    found = sorted(unpacked("usr/lib").glob("*/libatomic.so.1"))
    if not found:
        return
    directory = STATE_DIR / "driver-libraries"
    directory.mkdir(exist_ok=True)
    link = directory / "libatomic.so.1"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(Path(found[0]).resolve())
    os.environ["LD_LIBRARY_PATH"] = str(directory)
