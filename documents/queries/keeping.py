"""How long pieces are kept."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least

from accounts.models import DossierAccess
from alin.kit import clock
from documents import rules
from documents.models import Departure, Piece, PieceKind


def with_life(pieces: QuerySet[Piece]) -> QuerySet[Piece]:
    """Pieces with what decides of the day they are erased, in the same statement."""
    now = clock.now()
    # For those of somebody who left, the studies that were under way then count alone.
    limit = Coalesce("departure__at", Value(now), output_field=DateTimeField())
    # Of landlords: that of a co-applicant is no study.
    accesses = DossierAccess.objects.filter(
        dossier=OuterRef("dossier"), since__lte=OuterRef("life_limit"), organisation__isnull=False
    )
    ended = accesses.order_by().values("dossier").annotate(at=Max("until")).values("at")
    return (
        pieces.select_related("kind", "dossier", "departure")
        .alias(life_limit=limit)
        .annotate(
            is_studied=Exists(accesses.filter(Q(until=None) | Q(until__gt=now))),
            study_ended_at=Subquery(ended),
        )
    )


def deletion_day(piece: Piece) -> date | None:
    """The day a piece is erased as things stand; None while a landlord may see the dossier. One
    statement more for a piece that was not read `with_life`."""
    known = hasattr(piece, "is_studied")
    read: Any = piece if known else with_life(Piece.objects.filter(pk=piece.pk)).first()
    if read is None:
        # Erased since the page began to be made.
        return clock.today()
    ended = read.study_ended_at
    return rules.deletion_day(
        piece.kind,
        given_on=piece.given_on,
        replaced_on=clock.local_day(piece.replaced_at) if piece.replaced_at else None,
        studied=read.is_studied,
        study_ended_on=clock.local_day(ended) if ended else None,
        struck_off_on=piece.dossier.numero_radiated_on,
        left_on=piece.departure.on if piece.departure else None,
    )


def pieces_that_may_be_due(within: timedelta = timedelta()) -> QuerySet[Piece]:
    """All the pieces whose `deletion_day` may have come, or comes `within` some time, and few
    others, with their lives."""
    soonest = PieceKind.objects.exclude(level=PieceKind.Level.FORBIDDEN).aggregate(
        days=Least(Min("kept_after_study"), Min("kept_unused"))
    )["days"]
    old = Q(given_at__lt=clock.now() + within - timedelta(days=(soonest or 0) - 1))
    gone = ~Q(replaced_at=None) | ~Q(departure=None)
    return with_life(Piece.objects.filter(gone | old)).filter(gone | Q(is_studied=False))


def pieces_to_tell_of(within: timedelta) -> QuerySet[Piece]:
    """Current pieces that may be erased `within` some time from now, whose owners still search
    and were not told of a day to come."""
    return pieces_that_may_be_due(within).filter(
        Q(erasure_told_for=None) | Q(erasure_told_for__lt=clock.today()),
        Q(is_studied=False),
        replaced_at=None,
        departure=None,
        dossier__set_aside_at=None,
        dossier__numero_radiated_on=None,
    )


def departures_forgotten() -> QuerySet[Departure]:
    """Departures of which nothing is left to read and that no study under way remembers."""
    open_since = DossierAccess.objects.filter(
        Q(until=None) | Q(until__gt=clock.now()),
        dossier=OuterRef("dossier"),
        since__lte=OuterRef("at"),
    ).exclude(organisation=None)
    return Departure.objects.filter(~Exists(open_since), pieces=None)
