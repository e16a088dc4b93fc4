"""Pages that begin after the last row of the page before: as quick at depth as at the start, and
without rows seen twice when new ones come in. The last key of an order must be unique."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.db.models import Q

SEPARATOR = "~"


@dataclass(frozen=True)
class Key:
    """A column or annotation of the order; `read` turns what an address says of it into a value."""

    name: str
    read: Callable[[str], Any]
    descending: bool = False

    def order(self, backwards: bool) -> str:
        return f"-{self.name}" if self.descending != backwards else self.name

    def beyond(self, value: Any, backwards: bool) -> tuple[Q, Q]:
        """What comes strictly after `value`, and what comes after it or is it."""
        lookup = "lt" if self.descending != backwards else "gt"
        return Q(**{f"{self.name}__{lookup}": value}), Q(**{f"{self.name}__{lookup}e": value})


@dataclass(frozen=True)
class Page:
    """Rows in their order; a cursor on each side where there are more."""

    rows: list[Any] = field(default_factory=list)
    before: str | None = None
    after: str | None = None


def ordered(keys: Sequence[Key], *, backwards: bool = False) -> list[str]:
    return [key.order(backwards) for key in keys]


def beyond(keys: Sequence[Key], values: Sequence[Any], *, backwards: bool = False) -> Q:
    """The rows that come after the row of these values.

    The first key stands alone in front, so that an index on it ends the search at once."""
    strictly, or_same = keys[0].beyond(values[0], backwards)
    if len(keys) == 1:
        return strictly
    return or_same & (strictly | beyond(keys[1:], values[1:], backwards=backwards))


def cursor(keys: Sequence[Key], row: models.Model) -> str:
    """What an address says of a row, to begin after it."""
    return SEPARATOR.join(_written(getattr(row, key.name)) for key in keys)


def values_of(keys: Sequence[Key], text: str) -> list[Any] | None:
    """What `cursor` wrote, read again; None for what it never wrote."""
    parts = text.split(SEPARATOR)
    if len(parts) != len(keys):
        return None
    try:
        return [key.read(part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, InvalidOperation, OverflowError):
        return None


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def read_instant(text: str) -> datetime:
    # A “+” typed as such in an address arrives as a space.
    instant = datetime.fromisoformat(text.replace(" ", "+"))
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant


def read_amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount


def read_small(text: str) -> int:
    number = int(text)
    if not -32_768 <= number <= 32_767:
        raise ValueError(text)
    return number


read_uuid = uuid.UUID
