"""One place of the list: the piece of a kind for one person, and what its page compares it with."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Dossier, HouseholdMember, TaxIncome
from accounts.queries import household
from documents import rules
from documents.hints import DossierFacts, Person, seals_in
from documents.models import Piece, PieceKind, Seal

from .keeping import with_life
from .reading import as_read, of_the_dossier


@dataclass(frozen=True)
class Place:
    """The piece of whom, and of which `year` when it is not the one asked today: the one that
    counts now, those it replaced, the latest first, and the members of the household (by key)
    who have one of their own."""

    dossier: Dossier
    kind: PieceKind
    member: HouseholdMember | None
    year: int | None
    current: Piece | None
    replaced: tuple[Piece, ...]
    held_by: frozenset[int | None]


def place_of(
    dossier: Dossier, code: str, member_id: UUID | None, on: date, *, year: int | None
) -> Place | None:
    """None when the list has no such kind or the household no such person. Four statements, and
    one for each of the two as long as no piece names it."""
    of_kind = of_the_dossier().filter(dossier_id=dossier.pk, kind_id=code)
    given = list(with_life(as_read(of_kind)).order_by("-replaced_at", "-pk"))
    kind = given[0].kind if given else _kind(code)
    member = _member(dossier, member_id, given) if member_id else None
    if kind is None or (member is None and member_id is not None):
        return None
    own = [piece for piece in given if piece.member == member]
    counting = [piece for piece in own if piece.replaced_at is None]
    shown = year or rules.year_of(kind, on)
    return Place(
        dossier=dossier,
        kind=kind,
        member=member,
        year=year,
        current=next((piece for piece in counting if piece.year == shown), None),
        replaced=tuple(piece for piece in own if piece.replaced_at is not None),
        held_by=frozenset(piece.member_id for piece in given if piece.replaced_at is None),
    )


def _kind(code: str) -> PieceKind | None:
    return PieceKind.objects.exclude(level=PieceKind.Level.FORBIDDEN).filter(code=code).first()


def _member(dossier: Dossier, member_id: UUID, given: list[Piece]) -> HouseholdMember | None:
    for piece in given:
        if piece.member is not None and piece.member.public_id == member_id:
            return piece.member
    return HouseholdMember.objects.filter(dossier_id=dossier.pk, public_id=member_id).first()


def others_concerned(place: Place, on: date, *, given: bool) -> list[HouseholdMember]:
    """Other members of the household of whom this kind is asked, when one document may be the
    piece of several. `given`: with those who have theirs, since files chosen together come one
    after the other. One statement, if that."""
    if not rules.may_concern_several(place.kind) or not place.kind.is_in_force(on):
        return []
    members = {member.pk: member for member in household(place.dossier)}
    declared = rules.situations(place.dossier, members.values(), on)
    asked = [each.member_id for each in rules.required_pieces([place.kind], declared, on)]
    return [
        members[member_id]
        for member_id in asked
        if member_id is not None
        and members[member_id] != place.member
        and (given or member_id not in place.held_by)
    ]


def facts_for(piece: Piece) -> DossierFacts:
    """What the dossier tells that a piece read `as_read` may confirm, and no more: the incomes for
    a piece of a year, who lives there for a seal that names somebody. A statement for each."""
    dossier = piece.dossier
    told = _incomes(dossier) if piece.kind.yearly else []
    known = {each.member for each in told} | {piece.member}
    # A notice names the person it is asked of; somebody else beside her may be of the household.
    if any(len(seal.names) > (seal.kind == Seal.Kind.TAX_NOTICE) for seal in seals_in(piece)):
        known |= set(household(dossier))
    holder = dossier.applicant
    people: dict[int | None, Person] = {None: Person(holder.first_name, holder.last_name)}
    for member in sorted((each for each in known if each), key=lambda each: each.pk):
        people[member.pk] = Person(member.first_name, member.last_name, member.shares_tax_notice)
    return DossierFacts(
        people=people,
        rfr={(each.member_id, each.year): each.rfr_eur for each in told},
        sealed=frozenset(
            (each.member_id, each.year)
            for each in told
            if each.is_verified and each.seal_signed_on is not None
        ),
        separated=bool(dossier.separation_ground),
    )


def _incomes(dossier: Dossier) -> list[TaxIncome]:
    return list(TaxIncome.objects.filter(dossier_id=dossier.pk).select_related("member"))
