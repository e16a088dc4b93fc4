"""The messages that the demo's mail catcher kept, for the page that shows them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

_ID = re.compile(r"\d+-[0-9a-f]+")


@dataclass(frozen=True)
class CaughtMessage:
    id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    date: datetime | None
    text: str
    html: str
    attachments: tuple[str, ...]


def messages() -> list[CaughtMessage]:
    """Every message received, newest first."""
    return [_read(path) for path in sorted(_files(), reverse=True)]


def message(id: str) -> CaughtMessage | None:
    """The message of that id; None when there is none."""
    path = Path(settings.MAILBOX_DIR) / f"{id}.eml"
    return _read(path) if _ID.fullmatch(id) and path.exists() else None


def _files() -> Iterable[Path]:
    return Path(settings.MAILBOX_DIR).glob("[0-9]*.eml")


def _read(path: Path) -> CaughtMessage:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    date = parsed["Date"]
    return CaughtMessage(
        id=path.stem,
        subject=str(parsed["Subject"] or ""),
        sender=str(parsed["From"] or ""),
        recipients=tuple(str(one) for name in ("To", "Cc") for one in _addresses(parsed[name])),
        date=date.datetime if date else None,
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(part.get_filename() or "" for part in parsed.iter_attachments()),
    )


def _addresses(header: object) -> Iterable[object]:
    return getattr(header, "addresses", ())


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part else ""
