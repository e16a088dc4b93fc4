"""What verbs for many are asked, and how they refuse: all is written, or nothing is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError

from .errors import StaleVersion

Thing = TypeVar("Thing")
Why = ValidationError | StaleVersion


@dataclass(frozen=True)
class Edit(Generic[Thing]):
    """What is to change of a thing, in the version that its author read."""

    thing: Thing
    changes: Mapping[str, Any]
    expected_version: int


class ManyRefused(Exception):
    """Why, by the rank of each thing refused in what the verb was given; nothing was written."""

    def __init__(self, reasons: Mapping[int, Why]) -> None:
        super().__init__(f"{len(reasons)} refused")
        self.reasons = dict(reasons)


@dataclass
class Refusals:
    """Keeps the reasons of each, so that whoever sent many things reads them all at once."""

    reasons: dict[int, Why] = field(default_factory=dict)

    @contextmanager
    def of(self, rank: int) -> Iterator[None]:
        try:
            yield
        except (ValidationError, StaleVersion) as why:
            self.reasons[rank] = why

    def stop(self) -> None:
        if self.reasons:
            raise ManyRefused(self.reasons)


@contextmanager
def alone() -> Iterator[None]:
    """One thing given to a verb for many: what it is refused for is raised as it is."""
    try:
        yield
    except ManyRefused as many:
        (why,) = many.reasons.values()
        raise why from None
