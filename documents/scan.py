"""The virus scan of a file, by a ClamAV daemon (CLAMD_URL).

It fails closed: whoever calls learns that a file is clean, or infected, or gets an exception;
no answer ever counts as clean.
"""

import socket
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import BinaryIO

from django.conf import settings

TIMEOUT_SECONDS = 30
# Below the StreamMaxLength that a Debian clamd refuses by default (25 MB).
LARGEST = 25_000_000
_CHUNK = 64 * 1024


class ScannerUnavailable(Exception):
    """The daemon did not give a verdict: the file keeps waiting, and the scan is tried again."""


class TooLargeToScan(ValueError):
    """The file exceeds what the daemon accepts: no later attempt would succeed."""


@dataclass(frozen=True)
class Clean:
    pass


@dataclass(frozen=True)
class Infected:
    signature: str


def scan(file: BinaryIO) -> Clean | Infected:
    """Send the file, from its present position, to the daemon and return its verdict.

    Raises `TooLargeToScan` beyond `LARGEST` bytes, `ScannerUnavailable` in every other case
    without a verdict.
    """
    try:
        with _connected(TIMEOUT_SECONDS) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            sent = 0
            while chunk := file.read(_CHUNK):
                sent += len(chunk)
                if sent > LARGEST:
                    raise TooLargeToScan(f"plus de {LARGEST} octets")
                daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
            daemon.sendall(struct.pack("!L", 0))
            answer = _answer(daemon)
    except OSError as failure:
        raise ScannerUnavailable(str(failure)) from failure
    if answer == "stream: OK":
        return Clean()
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Infected(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ScannerUnavailable(f"réponse inattendue : {answer[:200]!r}")


def signature_base(*, timeout: float = TIMEOUT_SECONDS) -> str:
    """The daemon's version and its signature base, as it says them (`ClamAV 1.4.6/27000/…`;
    without a number when the base is a local one). Raises `ScannerUnavailable`."""
    try:
        with _connected(timeout) as daemon:
            daemon.sendall(b"zVERSION\0")
            answer = _answer(daemon)
    except OSError as failure:
        raise ScannerUnavailable(str(failure)) from failure
    if not answer.startswith("ClamAV"):
        raise ScannerUnavailable(f"réponse inattendue : {answer[:200]!r}")
    return answer


def base_day(answer: str) -> date | None:
    """The day the signature base was made, from what the daemon says of itself; None for a local
    base, which has neither number nor day: that of a demonstration."""
    _version, _, rest = answer.partition("/")
    number, _, made = rest.partition("/")
    if not (number.isdigit() and made):
        return None
    try:
        return datetime.strptime(made.strip(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).date()
    except ValueError as failure:
        raise ScannerUnavailable(f"base sans date lisible : {answer[:200]!r}") from failure


def _connected(timeout: float) -> socket.socket:
    """A connection to CLAMD_ADDRESS: `unix:///path/to/socket` or `tcp://host:port`."""
    scheme, _, place = settings.CLAMD_ADDRESS.partition("://")
    if scheme == "unix":
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(timeout)
        try:
            daemon.connect(place)
        except OSError:
            daemon.close()
            raise
        return daemon
    if scheme == "tcp":
        host, _, port = place.rpartition(":")
        return socket.create_connection((host, int(port)), timeout)
    raise ScannerUnavailable("CLAMD_URL n'est ni unix:///chemin ni tcp://hôte:port")


def _answer(daemon: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0"):
        if not (part := daemon.recv(4096)):
            raise ConnectionError("le démon a fermé la connexion sans répondre")
        received += part
    return received[:-1].decode(errors="replace")
