"""What a file is, by its first bytes and by its name. Both must agree."""

from pathlib import PurePosixPath

PDF, JPEG, PNG, HEIC = "pdf", "jpeg", "png", "heic"

_EXTENSIONS = {
    "pdf": PDF,
    "jpg": JPEG,
    "jpeg": JPEG,
    "jpe": JPEG,
    "jfif": JPEG,
    "png": PNG,
    "heic": HEIC,
    "heif": HEIC,
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc"}
FIRST_BYTES = 32


class Refused(Exception):
    """The file will not be kept; `reason` is one of the portal's reasons of refusal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def kind_of(first_bytes: bytes, extension: str) -> str:
    """The kind of a file. Raises Refused("wrong_type") for anything that is not one of the four,
    Refused("mismatch") when the name tells another kind than the content."""
    announced = _EXTENSIONS.get(extension)
    found = _by_content(first_bytes)
    if announced is None or found is None:
        # A wrong content under a good name is a disguise; anything else is a wrong choice.
        raise Refused("wrong_type" if announced is None else "mismatch")
    if announced != found:
        raise Refused("mismatch")
    return found


def _by_content(first: bytes) -> str | None:
    # At the very start: some readers search further, and would run what precedes.
    if first.startswith(b"%PDF-"):
        return PDF
    if first.startswith(b"\xff\xd8\xff"):
        return JPEG
    if first.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if first[4:8] == b"ftyp" and first[8:12] in _HEIC_BRANDS:
        return HEIC
    return None
