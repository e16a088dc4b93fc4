"""A piece takes the place of another, and gives it back when nothing of it can be read."""

from django.db.models import Exists, F, OuterRef, QuerySet

from alin.kit import clock
from documents import queries
from documents.models import Piece, PieceFile

from .keeping import retire_past_years


def set_back(piece: Piece) -> Piece | None:
    """When all that a current piece held is refused or was taken back, what it had replaced counts
    again, with what landlords concluded of it. Returns that piece; None when there is none, or
    when something of this one is readable or being read.

    A piece without any file is no piece any more. The caller holds the dossier."""
    if PieceFile.objects.exclude(state=PieceFile.State.REFUSED).filter(piece=piece.pk).exists():
        return None
    current = Piece.objects.filter(pk=piece.pk, replaced_at=None, departure=None).exists()
    before = _replaced_by(piece).first() if current else None
    if not piece.files.exists():
        Piece.objects.filter(pk=piece.pk).delete()
    elif before is not None:
        now = clock.now()
        Piece.objects.filter(pk=piece.pk).update(replaced_at=now, set_back_at=now)
    if before is not None:
        Piece.objects.filter(pk=before.pk).update(replaced_at=None)
    return before


def _replaced_by(piece: Piece) -> QuerySet[Piece]:
    """What was given before for the same thing and somebody may read still, the latest first: of
    the same year of incomes, else of the year that it was about to follow.

    What showed a social security number never comes back."""
    same = queries.of_the_dossier().filter(
        dossier=piece.dossier_id, kind=piece.kind_id, member=piece.member_id
    )
    if piece.year is not None:
        # A notice given ahead follows that of the year before only while no other does.
        follows = same.filter(year__lt=piece.year, replaced_at=None).exists()
        same = same.filter(**({"year": piece.year} if follows else {"year__lte": piece.year}))
    held = PieceFile.objects.exclude(state=PieceFile.State.REFUSED).filter(piece=OuterRef("pk"))
    taken = same.filter(year=OuterRef("year"), replaced_at=None).exclude(pk=piece.pk)
    return (
        same.filter(Exists(held), ~Exists(queries.number_seen_on("pk")), replaced_at__isnull=False)
        .exclude(Exists(taken))
        .select_for_update(of=("self",), no_key=True)
        .order_by(F("year").desc(nulls_last=True), "-replaced_at", "-pk")
    )


def retire(piece: Piece) -> None:
    """From now on it counts no more; it stays to be read until it is erased."""
    Piece.objects.filter(pk=piece.pk).update(replaced_at=clock.now())


def take_place_again(piece: Piece, current: Piece | None) -> None:
    """A piece that was set back counts: the rest of its files arrives. The caller holds the
    dossier."""
    if current is not None:
        retire(current)
    Piece.objects.filter(pk=piece.pk).update(replaced_at=None, set_back_at=None)
    if piece.year is not None:
        retire_past_years(Piece.objects.filter(dossier=piece.dossier_id, kind=piece.kind_id))
