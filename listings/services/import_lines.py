"""Writing the lines of a file: all of them in a few statements for many, or none."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit.actor import Actor

from ..imports import Line, said_of
from ..models import Dwelling, Offer, Residence
from .edits import Edit, ManyRefused, Why
from .offers import create_drafts, update_offers
from .stock import (
    create_dwellings,
    create_residences,
    hold,
    update_dwellings,
    update_residences,
)

AT_ONCE = 1_000
Made = TypeVar("Made")
Thing = TypeVar("Thing", Offer, Dwelling)
# Residences that a file makes, by the object that stands for them in its lines.
NewResidences = dict[int, Residence]


@transaction.atomic
def write_lines(*, actor: Actor, lines: Sequence[Line]) -> None:
    """Write what each line changes or makes. Raises ManyRefused by the rank of the line, and
    ValidationError when the database refuses, which names none; then nothing is written."""
    homes = {line.residence.pk for line in lines if line.residence}
    hold(Residence, homes - {None})
    hold(Dwelling, {line.dwelling.pk for line in lines if line.dwelling})
    # The offers first, while their versions are the ones read: a change of the home adds one.
    _change_offers(actor, lines)
    new = _write_residences(actor, lines)
    _change_dwellings(actor, lines)
    _draft_offers(actor, lines, _make_dwellings(actor, lines, new))


def refusals(actor: Actor, lines: Sequence[Line]) -> dict[int, list[str]]:
    """Why these cannot be written, in words, by the number of the line. They are not: all is
    tried, and undone."""
    left, found = list(lines), dict[int, list[str]]()
    # What one verb refuses hides what the next would: ask again without those.
    while left and (refused := _tried(actor, left)):
        found |= refused
        left = [line for line in left if line.number not in found]
    return found


def in_words(why: Why) -> list[str]:
    if isinstance(why, ValidationError):
        return said_of(why)
    return [_("Ce logement ou son offre vient de changer : renvoyez le fichier.")]


def _tried(actor: Actor, lines: Sequence[Line]) -> dict[int, list[str]]:
    try:
        with transaction.atomic():
            write_lines(actor=actor, lines=lines)
            transaction.set_rollback(True)
    except ManyRefused as many:
        return {lines[rank].number: in_words(why) for rank, why in many.reasons.items()}
    except ValidationError as error:
        # The database names no line: look for it in each half.
        if len(lines) == 1:
            return {lines[0].number: said_of(error)}
        half = len(lines) // 2
        return refusals(actor, lines[:half]) | refusals(actor, lines[half:])
    return {}


def _change_offers(actor: Actor, lines: Sequence[Line]) -> None:
    edits = _edits((line.offer, line.offer_changes) for line in lines)
    homes = {line.dwelling.pk: line.dwelling_changes for line in lines if line.dwelling}
    _in_parts(
        list(edits),
        lambda some: update_offers(actor=actor, edits=[edits[rank] for rank in some], homes=homes),
    )


def _write_residences(actor: Actor, lines: Sequence[Line]) -> NewResidences:
    """Each is written once, with what all its lines say."""
    wanted: dict[int, Edit[Residence]] = {}
    said_by: dict[int, list[int]] = {}
    for rank, line in enumerate(lines):
        if line.residence and line.residence_changes:
            key, before = id(line.residence), wanted.get(id(line.residence))
            changes = {**(before.changes if before else {}), **line.residence_changes}
            wanted[key] = Edit(line.residence, changes, line.residence.version)
            said_by.setdefault(key, []).append(rank)
    new = [key for key, edit in wanted.items() if edit.thing.pk is None]
    known = [key for key, edit in wanted.items() if edit.thing.pk is not None]
    try:
        update_residences(actor=actor, edits=[wanted[key] for key in known])
    except ManyRefused as many:
        reasons = {
            rank: why for place, why in many.reasons.items() for rank in said_by[known[place]]
        }
        raise ManyRefused(reasons) from None
    made = create_residences(actor=actor, wanted=[wanted[key].changes for key in new])
    return dict(zip(new, made, strict=True))


def _change_dwellings(actor: Actor, lines: Sequence[Line]) -> None:
    edits = _edits((line.dwelling, line.dwelling_changes) for line in lines)
    _in_parts(
        list(edits),
        lambda some: update_dwellings(actor=actor, edits=[edits[rank] for rank in some]),
    )


def _make_dwellings(actor: Actor, lines: Sequence[Line], new: NewResidences) -> dict[int, Dwelling]:
    wanted = {
        rank: (new.get(id(line.residence), line.residence), line.dwelling_changes)
        for rank, line in enumerate(lines)
        if line.dwelling is None and line.residence
    }
    return _in_parts(
        list(wanted),
        lambda some: create_dwellings(actor=actor, wanted=[wanted[rank] for rank in some]),
    )


def _draft_offers(actor: Actor, lines: Sequence[Line], made: dict[int, Dwelling]) -> None:
    wanted = {
        rank: (line.dwelling or made[rank], line.offer_changes)
        for rank, line in enumerate(lines)
        if line.has_offer and line.offer is None
    }

    def draft(some: list[int]) -> list[Offer]:
        return create_drafts(actor=actor, wanted=[wanted[rank] for rank in some])

    _in_parts(list(wanted), draft)


def _edits(wanted: Iterable[tuple[Thing | None, Mapping[str, Any]]]) -> dict[int, Edit[Thing]]:
    """By the rank of each line that changes something there is."""
    return {
        rank: Edit(thing, changes, thing.version)
        for rank, (thing, changes) in enumerate(wanted)
        if thing and changes
    }


def _in_parts(ranks: list[int], write: Callable[[list[int]], list[Made]]) -> dict[int, Made]:
    """What `write` makes of each rank, some at a time; what it refuses is named by its rank."""
    done: dict[int, Made] = {}
    for start in range(0, len(ranks), AT_ONCE):
        some = ranks[start : start + AT_ONCE]
        try:
            done |= dict(zip(some, write(some), strict=True))
        except ManyRefused as many:
            raise ManyRefused({some[place]: why for place, why in many.reasons.items()}) from None
    return done
