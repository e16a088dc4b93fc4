"""Reading pieces, always through who asks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.models import Dossier, DossierAccess, HouseholdMember
from accounts.queries import dossiers_of, dossiers_studied_by, household, incomes
from alin.kit import clock
from alin.kit.actor import Actor

from . import rules
from .hints import DossierFacts, Person
from .models import (
    AskedPiece,
    Piece,
    PieceCheck,
    PieceFile,
    PieceKind,
    PieceRequest,
    PieceView,
    Seal,
    TrustList,
)

MOST_COUNTED = 100


def kinds() -> list[PieceKind]:
    """The list that may be asked, in its order."""
    return list(PieceKind.objects.exclude(level=PieceKind.Level.FORBIDDEN))


def forbidden_kinds() -> list[PieceKind]:
    return list(PieceKind.objects.filter(level=PieceKind.Level.FORBIDDEN))


def visible_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """Dossiers of which the actor may see the pieces: one's own for who acts for oneself, those
    opened to the organisation for a landlord's staff, none for anybody else."""
    if actor.is_applicant:
        return dossiers_of(actor)
    return dossiers_studied_by(actor).exclude(pk__in=dossiers_of(actor).values("pk"))


def pieces_visible_to(actor: Actor) -> QuerySet[Piece]:
    return Piece.objects.filter(dossier__in=visible_dossiers(actor))


def clean_files_visible_to(actor: Actor) -> QuerySet[PieceFile]:
    """The only files that may be served, whatever a view forgets to ask."""
    return PieceFile.objects.filter(
        state=PieceFile.State.CLEAN, piece__dossier__in=visible_dossiers(actor)
    ).select_related("piece__kind", "piece__member", "piece__dossier__applicant")


def own_files(actor: Actor) -> QuerySet[PieceFile]:
    """Every file of one's own, in whatever state: to name or remove, not to serve."""
    return PieceFile.objects.filter(
        piece__dossier__in=dossiers_of(actor) if actor.is_applicant else Dossier.objects.none()
    ).select_related("piece__kind", "piece__member", "piece__dossier__applicant")


def with_details(pieces: QuerySet[Piece], *, staff: Actor | None = None) -> QuerySet[Piece]:
    """Pieces with their files and checks, read once. `staff`: who reads for a landlord, and must
    not learn what another landlord concluded; None for the person, who sees every conclusion."""
    checks = PieceCheck.objects.select_related("organisation").order_by("-pk")
    return pieces.select_related("kind", "member", "dossier").prefetch_related(
        Prefetch("files", PieceFile.objects.order_by("pk")),
        Prefetch("checks", checks.filter(_said_by(staff))),
    )


def _said_by(staff: Actor | None) -> Q:
    return Q(organisation_id=staff.organisation_id) if staff else Q()


def as_read(piece: Piece) -> Piece:
    """The same piece with what was read in each of its files. Three statements."""
    files = PieceFile.objects.select_related("reading").prefetch_related("seals").order_by("pk")
    return (
        Piece.objects.select_related("kind", "member")
        .prefetch_related(Prefetch("files", files))
        .get(pk=piece.pk)
    )


def own_seals(actor: Actor) -> QuerySet[Seal]:
    """The seals of one's own files."""
    return Seal.objects.filter(file__in=own_files(actor)).select_related(
        "file__piece__kind", "file__piece__member", "file__piece__dossier__applicant"
    )


def facts_of_dossier(dossier: Dossier) -> DossierFacts:
    """What a dossier tells that a document may confirm."""
    holder = dossier.applicant
    people: dict[int | None, Person] = {None: Person(holder.first_name, holder.last_name)}
    for member in household(dossier):
        people[member.pk] = Person(member.first_name, member.last_name, member.shares_tax_notice)
    told = incomes(dossier)
    return DossierFacts(
        people=people,
        rfr={(each.member_id, each.year): each.rfr_eur for each in told},
        sealed=frozenset(
            (each.member_id, each.year)
            for each in told
            if each.is_verified and each.seal_signed_on is not None
        ),
    )


def trust_lists(actor: Actor) -> QuerySet[TrustList]:
    """Every list an operator loaded, the latest first."""
    found = TrustList.objects.select_related("loaded_by").defer("pem")
    return found if actor.is_operator else found.none()


def latest_checks(piece: Piece) -> list[PieceCheck]:
    """The last word of each organisation on a piece read `with_details`: on all of its files.

    The end of a sending may come after somebody concluded on its beginning."""
    came = [file.received_at for file in piece.files.all()]
    latest: dict[int, PieceCheck] = {}
    for check in piece.checks.all():
        if came and check.at < max(came):
            continue
        latest.setdefault(check.organisation_id, check)
    return list(latest.values())


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
    listed = kinds()
    members = {member.pk: member for member in household(dossier)}
    required = rules.required_pieces(listed, rules.situations(dossier, members.values(), on), on)
    given: dict[tuple[str, int | None, int | None], list[Piece]] = defaultdict(list)
    held = with_details(Piece.objects.filter(dossier_id=dossier.pk), staff=staff)
    for piece in held.order_by("-pk"):
        given[piece.kind_id, piece.member_id, piece.year].append(piece)
    asked: dict[tuple[str, int | None, int | None], list[PieceRequest]] = defaultdict(list)
    by_code = {kind.code: kind for kind in listed}
    for request in open_requests(dossier).filter(_said_by(staff)):
        year = rules.year_of(by_code[request.kind_id], on)
        asked[request.kind_id, request.member_id, year].append(request)
    wanted = {(each.kind.code, each.member_id, each.year) for each in required}
    rank = {kind.code: number for number, kind in enumerate(listed)}
    places = sorted(
        wanted | set(given) | set(asked), key=lambda at: (rank[at[0]], at[1] or 0, -(at[2] or 0))
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


def standing_of(piece: Piece | None, on: date) -> rules.Standing:
    """How a piece read `with_details` stands."""
    if piece is None:
        return rules.Standing.TO_GIVE
    return rules.standing(piece, list(piece.files.all()), latest_checks(piece), on)


def current_piece(
    dossier: Dossier,
    kind: PieceKind,
    member: HouseholdMember | None,
    on: date,
    *,
    year: int | None = None,
) -> Piece | None:
    """The piece of a kind that counts now, with its details; that of another `year` of incomes
    when one is named."""
    found = Piece.objects.filter(
        dossier_id=dossier.pk,
        kind=kind,
        member=member,
        year=year or rules.year_of(kind, on),
        replaced_at=None,
    )
    return with_details(found).first()


def replaced_pieces(
    dossier: Dossier, kind: PieceKind, member: HouseholdMember | None
) -> list[Piece]:
    """What was given before for the same thing, the latest first."""
    found = Piece.objects.filter(dossier_id=dossier.pk, kind=kind, member=member)
    return list(with_details(found.exclude(replaced_at=None)).order_by("-replaced_at"))


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


def may_complete(piece: Piece, on: date) -> bool:
    """Whether files may join those of a piece read `with_details`: nobody concluded on it, and it
    is not too old."""
    return not piece.checks.all() and standing_of(piece, on) is not rules.Standing.EXPIRED


def _awaited() -> QuerySet[PieceRequest]:
    """Requests neither answered nor closed: who asked may still see the dossier."""
    access = DossierAccess.objects.filter(
        dossier=OuterRef("dossier"), organisation=OuterRef("organisation")
    )
    live = access.filter(Q(until=None) | Q(until__gt=clock.now()))
    return PieceRequest.objects.filter(Exists(live), answered_at=None)


def open_requests(dossier: Dossier) -> QuerySet[PieceRequest]:
    """What landlords who study a dossier still wait for, the nearest day first."""
    return (
        _awaited()
        .filter(dossier_id=dossier.pk)
        .select_related("organisation", "kind", "member")
        .order_by("due", "pk")
    )


def requests_to(actor: Actor) -> QuerySet[PieceRequest]:
    """What landlords still wait for from who acts for herself, the nearest day first."""
    own = dossiers_of(actor) if actor.is_applicant else Dossier.objects.none()
    asked = _awaited().filter(dossier__in=own)
    return asked.select_related("organisation", "kind", "member").order_by("due", "pk")


def requests_by(actor: Actor, dossier: Dossier) -> QuerySet[PieceRequest]:
    """What the actor's organisation asked of a dossier, answered or not, the latest first."""
    return (
        PieceRequest.objects.filter(
            dossier__in=visible_dossiers(actor),
            dossier_id=dossier.pk,
            organisation_id=actor.organisation_id,
        )
        .select_related("kind", "member")
        .order_by("-asked_at", "-pk")
    )


def news_of(dossier: Dossier) -> rules.News:
    """What lately changed in what the dossier asks for."""
    rows = AskedPiece.objects.filter(dossier_id=dossier.pk).select_related("kind").order_by("pk")
    return rules.news(rows, clock.now() - rules.NEWS_LAST)


def views_of(dossier: Dossier) -> QuerySet[PieceView]:
    """Who looked at the pieces of a dossier, the latest first."""
    return PieceView.objects.filter(dossier_id=dossier.pk).select_related("viewer", "organisation")


@dataclass(frozen=True)
class Room:
    """What a dossier still may hold."""

    files: int
    bytes: int


def room_left(dossier: Dossier) -> Room:
    held = PieceFile.objects.filter(piece__dossier_id=dossier.pk).exclude(
        state=PieceFile.State.REFUSED
    )
    used = held.aggregate(bytes=Sum("size", default=0))["bytes"]
    return Room(rules.MOST_FILES - held.count(), rules.MOST_BYTES - used)


def deletion_day(piece: Piece) -> date | None:
    """The day a piece is erased as things stand; None while a landlord may see the dossier."""
    now = clock.now()
    accesses = DossierAccess.objects.filter(dossier_id=piece.dossier_id)
    ended = accesses.aggregate(at=Max("until"))["at"]
    return rules.deletion_day(
        given_on=piece.given_on,
        replaced_on=clock.local_day(piece.replaced_at) if piece.replaced_at else None,
        studied=accesses.filter(Q(until=None) | Q(until__gt=now)).exists(),
        study_ended_on=clock.local_day(ended) if ended else None,
        struck_off_on=piece.dossier.numero_radiated_on,
    )


def to_check(actor: Actor) -> QuerySet[Piece]:
    """Current pieces that the actor's organisation may check and has not: every file of them is
    readable. The longest-waiting first."""
    unread = PieceFile.objects.filter(piece=OuterRef("pk")).exclude(state=PieceFile.State.CLEAN)
    readable = PieceFile.objects.filter(piece=OuterRef("pk"), state=PieceFile.State.CLEAN)
    later = PieceFile.objects.filter(piece=OuterRef("piece"), received_at__gt=OuterRef("at"))
    checked = PieceCheck.objects.filter(
        ~Exists(later), piece=OuterRef("pk"), organisation_id=actor.organisation_id
    )
    return (
        pieces_visible_to(actor)
        .filter(Exists(readable), ~Exists(unread), ~Exists(checked), replaced_at=None)
        .select_related("kind", "member", "dossier__applicant")
        .order_by("given_at", "pk")
    )


def count_to_check(actor: Actor) -> int:
    """How many pieces wait for the actor's organisation; no further than the queue shows."""
    return to_check(actor).order_by()[:MOST_COUNTED].count()
