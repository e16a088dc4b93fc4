"""One file in, one verdict out. See the package."""

import errno
import json
import signal
import sys
from pathlib import Path

from . import limits
from .kinds import FIRST_BYTES, PDF, Refused, kind_of

# The machine is in trouble, not the file: it will be checked again.
TRY_AGAIN = 75
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def main(source: Path, extension: str, directory: Path) -> int:
    # Told to stop, it stops: as an exception, a library would take it for a fault of the file.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    limits.confine()
    try:
        result = _examined(source, extension, directory)
    except Refused as refusal:
        result = {"refusal": refusal.reason}
    except MemoryError:
        result = {"refusal": "too_heavy"}
    except OSError as error:
        if error.errno in _NO_ROOM:
            return TRY_AGAIN
        result = {"refusal": "too_heavy" if error.errno == errno.EFBIG else "broken"}
    except ImportError:
        return TRY_AGAIN
    except Exception:
        # A library lost its way in the file: what it raises is not always what it documents.
        result = {"refusal": "broken"}
    try:
        (directory / "result.json").write_text(json.dumps(result))
    except OSError:
        return TRY_AGAIN
    return 0


def _examined(source: Path, extension: str, directory: Path) -> dict[str, object]:
    with source.open("rb") as file:
        kind = kind_of(file.read(FIRST_BYTES), extension)
    # Imported late: a file of a wrong kind costs nothing, and each library has its own memory.
    if kind == PDF:
        from .pdf import rewrite

        pages, reading = rewrite(source, directory)
        return {"media_type": "application/pdf", "pages": pages, "reading": reading.as_json()}
    from .images import redraw

    pages, reading = redraw(source, kind, directory)
    return {"media_type": "image/jpeg", "pages": pages, "reading": reading.as_json()}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
