"""Where an applicant gives a piece: named in messages, never an address of a file."""

from django.urls import reverse

from accounts.models import HouseholdMember

from .models import Piece, PieceRequest

YEAR = "annee"


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
