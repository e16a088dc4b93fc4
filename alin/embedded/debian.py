"""Where `./setup` unpacks Debian packages for a user who may not install them."""

import platform
from pathlib import Path

from .processes import STATE_DIR

_ROOT = STATE_DIR / "deb"
_TRIPLET = f"{platform.machine()}-linux-gnu"
# Some packages keep libraries of their own in a directory that only they look into.
_LIBRARIES = [
    f"usr/lib/{_TRIPLET}",
    f"lib/{_TRIPLET}",
    f"usr/lib/{_TRIPLET}/nss",
    f"usr/lib/{_TRIPLET}/pulseaudio",
]


def unpacked(path: str) -> Path:
    """The place of a packaged file (`usr/sbin/clamd`) below the checkout."""
    return _ROOT / path


def library_path() -> dict[str, str]:
    """The environment for one unpacked program, and for no other: empty when none is unpacked."""
    found = [str(unpacked(path)) for path in _LIBRARIES if unpacked(path).is_dir()]
    return {"LD_LIBRARY_PATH": ":".join(found)} if found else {}


def font_configuration() -> dict[str, str]:
    """The environment that makes the unpacked fonts known, when the machine may have none."""
    fonts = unpacked("usr/share/fonts")
    if not fonts.is_dir():
        return {}
    configuration = STATE_DIR / "fonts.conf"
    configuration.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{STATE_DIR / 'font-cache'}</cachedir></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(configuration)}
