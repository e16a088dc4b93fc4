"""Where an applicant gives a piece: named in messages, never an address of a file."""

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import HouseholdMember

from .models import Piece, PieceRequest

YEAR = "annee"
_SIGNER = Signer(salt="piece-told")


def path_of(code: str, member: HouseholdMember | None, year: int | None = None) -> str:
    """`year`: of the incomes, for what was given; without it, the page of the year asked today."""
    query = {YEAR: year} if year else None
    if member is None:
        return reverse("piece", args=[code], query=query)
    return reverse("piece_of_member", args=[code, member.public_id], query=query)


def piece_path(piece: Piece | PieceRequest) -> str:
    """The page of what was given or asked; the list, for what is of the dossier no more."""
    if isinstance(piece, Piece) and piece.departure_id:
        return reverse("pieces")
    year = piece.year if isinstance(piece, Piece) else None
    return path_of(piece.kind_id, piece.member, year)


def discreet_path(piece: Piece | PieceRequest) -> str:
    """An address that leads to `piece_path` and tells its kind to nobody else: not to who reads it,
    nor to who follows it from another dossier. It knows the place and not the row, so that it leads
    there still when the row was erased, taken back or replaced."""
    if isinstance(piece, Piece) and piece.departure_id:
        return piece_path(piece)
    year = piece.year if isinstance(piece, Piece) else None
    query = {YEAR: year} if year else None
    mark = _SIGNER.signature(_marked(piece.dossier_id, piece.kind_id))
    if piece.member is None:
        return reverse("piece_told", args=[mark], query=query)
    return reverse("piece_of_member_told", args=[mark, piece.member.public_id], query=query)


def is_marked(mark: str, dossier_id: int | None, code: str) -> bool:
    """Whether `mark` is that of a kind in the discreet addresses of a dossier."""
    try:
        _SIGNER.unsign(f"{_marked(dossier_id, code)}{_SIGNER.sep}{mark}")
    except BadSignature:
        return False
    return True


def _marked(dossier_id: int | None, code: str) -> str:
    return f"{dossier_id} {code}"
