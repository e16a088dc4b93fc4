"""Where an applicant gives a piece: named in messages, never an address of a file."""

from django.urls import reverse

from accounts.models import HouseholdMember

from .models import Piece, PieceRequest


def path_of(code: str, member: HouseholdMember | None) -> str:
    if member is None:
        return reverse("piece", args=[code])
    return reverse("piece_of_member", args=[code, member.public_id])


def piece_path(piece: Piece | PieceRequest) -> str:
    """The page of what was given or asked."""
    return path_of(piece.kind_id, piece.member)
