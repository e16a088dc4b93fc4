"""The list of what a dossier asks for, met with what was given."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from accounts.models import Dossier, HouseholdMember
from accounts.queries import household
from alin.kit.actor import Actor
from documents import rules
from documents.models import Piece, PieceKind, PieceRequest

from .keeping import with_life
from .reading import kinds, of_the_dossier, open_requests, said_by, standing_of, with_details


@dataclass(frozen=True)
class Line:
    """One line of what a dossier asks: the piece of the list, for whom, what was given."""

    kind: PieceKind
    member: HouseholdMember | None
    year: int | None
    piece: Piece | None
    history: tuple[Piece, ...]
    requests: tuple[PieceRequest, ...]
    standing: rules.Standing
    required: bool


def lines(dossier: Dossier, on: date, *, staff: Actor | None = None) -> list[Line]:
    """Everything asked of a dossier on a day, and what was given besides, in the order of the
    list. `staff`: as in `with_details`. Five statements, whatever the number of pieces."""
    listed = kinds(on)
    members = {member.pk: member for member in household(dossier)}
    required = rules.required_pieces(listed, rules.situations(dossier, members.values(), on), on)
    given: dict[tuple[str, int | None, int | None], list[Piece]] = defaultdict(list)
    held = with_life(with_details(of_the_dossier().filter(dossier_id=dossier.pk), staff=staff))
    by_code = {kind.code: kind for kind in listed}
    for piece in held.order_by("-pk"):
        # Given or asked under a list that was: it keeps its name.
        by_code.setdefault(piece.kind_id, piece.kind)
        given[piece.kind_id, piece.member_id, piece.year].append(piece)
    asked: dict[tuple[str, int | None, int | None], list[PieceRequest]] = defaultdict(list)
    for request in open_requests(dossier).filter(said_by(staff)):
        by_code.setdefault(request.kind_id, request.kind)
        year = rules.year_of(request.kind, on)
        asked[request.kind_id, request.member_id, year].append(request)
    wanted = {(each.kind.code, each.member_id, each.year) for each in required}
    places = sorted(
        wanted | set(given) | set(asked),
        key=lambda at: (by_code[at[0]].rank, at[0], at[1] or 0, -(at[2] or 0)),
    )
    return [
        _line(by_code[code], members.get(member_id or 0), year, given[code, member_id, year],
              asked[code, member_id, year], required=(code, member_id, year) in wanted, on=on)
        for code, member_id, year in places
    ]  # fmt: skip


def _line(
    kind: PieceKind,
    member: HouseholdMember | None,
    year: int | None,
    pieces: list[Piece],
    requests: list[PieceRequest],
    *,
    required: bool,
    on: date,
) -> Line:
    current = next((piece for piece in pieces if piece.replaced_at is None), None)
    return Line(
        kind=kind,
        member=member,
        year=year,
        piece=current,
        history=tuple(piece for piece in pieces if piece.replaced_at is not None),
        requests=tuple(requests),
        standing=standing_of(current, on),
        required=required,
    )


def others_concerned(
    dossier: Dossier, kind: PieceKind, member: HouseholdMember | None, on: date, *, given: bool
) -> list[HouseholdMember]:
    """Other members of the household of whom this kind is asked, when one document may be the
    piece of several. `given`: with those who have theirs, since files chosen together come one
    after the other."""
    if not rules.may_concern_several(kind):
        return []
    return [
        line.member
        for line in lines(dossier, on)
        if line.kind == kind
        and line.required
        and line.member not in (None, member)
        and (given or line.piece is None)
    ]  # fmt: skip
