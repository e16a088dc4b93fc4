"""How long pieces are kept, and what is swept."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.rules import reference_income_year
from alin.kit import clock
from documents import queries, rules, storage
from documents.models import AskedPiece, Piece, PieceFile, PieceRequest, PieceView

from .erasing import gathered

logger = logging.getLogger(__name__)

# An object without a row may be one whose row is being written.
ORPHAN_AGE = timedelta(hours=24)
# Rows held by one transaction; objects compared with rows at once.
PIECES_AT_ONCE, OBJECTS_AT_ONCE = 200, 1_000
T = TypeVar("T")


def erase_due() -> int:
    """Erase the pieces whose day has come, some hundreds in each transaction; their objects go
    together after each. Returns how many.

    Stopped in the middle it leaves objects without a row, that the sweep takes, never a row
    without its object. Looks that are a year old, departures that no study remembers, and what
    was asked once are forgotten too."""
    forget_what_was_asked()
    PieceView.objects.filter(at__lt=clock.now() - timedelta(days=rules.KEPT_VIEWS)).delete()
    retire_past_years(Piece.objects.all())
    today = clock.today()
    erased = 0
    for batch in _batches(list(_due(today)), PIECES_AT_ONCE):
        erased += _erase(batch, today)
    for departure in queries.departures_forgotten():
        departure.delete()
    return erased


def forget_what_was_asked() -> None:
    """That somebody was once asked for a certificate of pregnancy or a complaint says what they
    lived: an ended line of the list goes when it is no more news, an ended request when the piece
    that it asked for would have gone, after the study."""
    now = clock.now()
    AskedPiece.objects.filter(until__lte=now - rules.NEWS_LAST).delete()
    kept = F("kind__kept_after_study") * Value(timedelta(days=1))
    ended = PieceRequest.objects.annotate(ended_at=Coalesce("answered_at", "withdrawn_at"))
    studied = queries.studying(OuterRef("dossier"), OuterRef("organisation"))
    ended.filter(
        ~Exists(studied), ended_at__lte=ExpressionWrapper(Value(now) - kept, DateTimeField())
    ).delete()


def _due(today: date) -> Iterator[int]:
    for piece in queries.pieces_that_may_be_due().iterator(chunk_size=500):
        if _is_due(piece, today):
            yield piece.pk


def _is_due(piece: Piece, today: date) -> bool:
    day = queries.deletion_day(piece)
    return day is not None and day <= today


def retire_past_years(pieces: QuerySet[Piece]) -> int:
    """Of the pieces of a year that is asked no more, those whose follower is there are replaced by
    it: they stay to be read like any other that was, and go when it does. Returns how many."""
    asked = reference_income_year(clock.today())
    follower = (
        queries.of_the_dossier()
        .annotate(whose_key=Coalesce("member_id", 0))
        .filter(
            whose_key=Coalesce(OuterRef("member_id"), 0),
            dossier=OuterRef("dossier"),
            kind=OuterRef("kind"),
            year=asked,
            replaced_at=None,
        )
    )
    past = pieces.filter(year__lt=asked, replaced_at=None, departure=None)
    return past.filter(Exists(follower)).update(replaced_at=clock.now())


@transaction.atomic
def _erase(batch: Iterable[int], today: date) -> int:
    """Those of a batch that are still due once they are held: somebody may just have applied."""
    held = Piece.objects.select_for_update(of=("self",)).filter(pk__in=batch).order_by("pk")
    due = [piece.pk for piece in queries.with_life(held) if _is_due(piece, today)]
    with gathered():
        Piece.objects.filter(pk__in=due).delete()
    return len(due)


def sweep_orphans() -> int:
    """Delete the objects that no row needs, a day after they were written; a refused file needs
    none. Returns how many; those that the storage keeps wait for the next sweep."""
    before = clock.now() - ORPHAN_AGE
    swept = 0
    for batch in _batches(storage.every_object(), OBJECTS_AT_ONCE):
        old = [each for each in batch if each.written_at < before]
        needed = set(
            PieceFile.objects.filter(key__in={each.key for each in old})
            .exclude(state=PieceFile.State.REFUSED)
            .values_list("key", flat=True)
        )
        orphans = [each.name for each in old if each.key not in needed]
        try:
            storage.erase_objects(orphans)
        except storage.StorageUnavailable:
            logger.warning("%d objects not swept", len(orphans))
        else:
            swept += len(orphans)
    return swept


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
