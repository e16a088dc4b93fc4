"""One verb, done to many things at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .errors import StaleVersion

# Each writes its history and its journal line: more would outlast the time of a page.
MOST_AT_ONCE = 500
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Refused(Generic[Thing]):
    thing: Thing
    reason: str


def do_to_each(
    *, things: Sequence[Thing], do: Callable[[Thing], object], without_refused: bool
) -> tuple[int, list[Refused[Thing]]]:
    """`do` it to all, or to none when one refuses, unless somebody said to leave those out.
    Returns how many it was done to, and who refused with the reason. `do` is a service."""
    refused = []
    with transaction.atomic():
        for thing in things:
            try:
                with transaction.atomic():
                    do(thing)
            except ValidationError as error:
                refused.append(Refused(thing, " ".join(error.messages)))
            except StaleVersion:
                refused.append(Refused(thing, _("Quelqu'un d'autre l'a modifié entre-temps.")))
        if refused and not without_refused:
            transaction.set_rollback(True)
            return 0, refused
    return len(things) - len(refused), refused
