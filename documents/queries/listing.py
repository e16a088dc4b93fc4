"""The list of what a dossier asks for, met with what was given."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from accounts.models import Dossier, HouseholdMember
from accounts.queries import household
from alin.kit.actor import Actor
from documents import rules
from documents.models import Piece, PieceKind, PieceRequest

from .keeping import with_life
from .reading import (
    in_force,
    open_requests,
    pieces_visible_to,
    requests_by,
    standing_of,
    with_details,
)

# A place of the list: the code of a kind, the key of a member, a year of incomes.
_At = tuple[str, int | None, int | None]


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


@dataclass(frozen=True)
class Listing:
    """Everything asked of a dossier on a day, and what was given besides, in the order of the
    list. `apart`: what may still be read of people who left the household; `requests`: what waits
    for the person, or for staff all that their organisation ever asked; `kinds`: the list of the
    day, without what it forbids, which is `forbidden`."""

    lines: list[Line]
    apart: list[Piece]
    requests: list[PieceRequest]
    kinds: list[PieceKind]
    forbidden: list[PieceKind]


def listing(dossier: Dossier, on: date, *, staff: Actor | None = None) -> Listing:
    """`staff`: as in `with_details`. Six statements, whatever the number of pieces."""
    of_the_law = list(in_force(on))
    listed = [kind for kind in of_the_law if kind.level != PieceKind.Level.FORBIDDEN]
    held = _held(dossier, staff)
    requests = list(requests_by(staff, dossier) if staff else open_requests(dossier))
    return Listing(
        lines=_lines(
            dossier,
            listed,
            [piece for piece in held if piece.departure is None],
            [request for request in requests if request.is_awaited],
            on,
        ),
        apart=sorted(
            (piece for piece in held if piece.departure),
            key=lambda piece: (piece.departure_id, piece.kind.rank, piece.pk),
        ),
        requests=requests,
        kinds=listed,
        forbidden=[kind for kind in of_the_law if kind not in listed],
    )


def _held(dossier: Dossier, staff: Actor | None) -> list[Piece]:
    """All that the reader may read of a dossier, the latest first."""
    visible = pieces_visible_to(staff) if staff else Piece.objects.all()
    held = with_life(with_details(visible.filter(dossier_id=dossier.pk), staff=staff))
    return list(held.order_by("-pk"))


def _lines(
    dossier: Dossier,
    listed: list[PieceKind],
    pieces: list[Piece],
    requests: list[PieceRequest],
    on: date,
) -> list[Line]:
    """The list met with what was given and asked under it, or under a list that was: a piece
    keeps its name."""
    members = {member.pk: member for member in household(dossier)}
    required = rules.required_pieces(listed, rules.situations(dossier, members.values(), on), on)
    named = [each.kind for each in pieces] + [each.kind for each in requests]
    by_code = {kind.code: kind for kind in [*named, *listed]}
    given: dict[_At, list[Piece]] = defaultdict(list)
    for piece in pieces:
        given[piece.kind_id, piece.member_id, piece.year].append(piece)
    asked: dict[_At, list[PieceRequest]] = defaultdict(list)
    for request in requests:
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


def may_be_asked(
    actor: Actor, dossier: Dossier, on: date
) -> list[tuple[PieceKind, HouseholdMember | None]]:
    """What the actor's organisation may ask of a dossier, each once: what the declared situation
    asks for and what was given or asked already; then, of the rest of the legal list, what
    concerns anybody (`rules.may_be_asked_of`)."""
    prefetch_related_objects([dossier], "members")  # read twice below
    found = listing(dossier, on, staff=actor)
    asked = [(line.kind, line.member) for line in found.lines if line.kind.is_in_force(on)]
    people: list[HouseholdMember | None] = [None, *household(dossier)]
    asked += [
        (kind, member)
        for member in people
        for kind in found.kinds
        if rules.may_be_asked_of(kind, member, on)
    ]
    return list(dict.fromkeys(asked))
