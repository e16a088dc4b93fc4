"""Reading pieces, always through who asks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import JSONObject

from accounts.models import Dossier, DossierAccess, HouseholdMember
from accounts.queries import dossiers_of, dossiers_studied_by, who_may_see
from alin.kit import clock
from alin.kit.actor import Actor
from documents import rules
from documents.models import (
    AWAITED,
    UNREAD,
    AskedPiece,
    Departure,
    Piece,
    PieceCheck,
    PieceFile,
    PieceKind,
    PieceRequest,
    PieceView,
    Seal,
    TrustList,
)

from .keeping import with_life

MOST_COUNTED = 100


def kinds(on: date) -> list[PieceKind]:
    """The list that may be asked on a day, in its order."""
    return list(in_force(on).exclude(level=PieceKind.Level.FORBIDDEN))


def in_force(on: date) -> QuerySet[PieceKind]:
    """The list of a day, with what it forbids to ask."""
    return PieceKind.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)


def visible_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """Dossiers of which the actor may see the pieces: one's own for who acts for oneself, those
    opened to the organisation for a landlord's staff, none for anybody else."""
    if actor.is_applicant:
        return dossiers_of(actor)
    return dossiers_studied_by(actor).exclude(pk__in=dossiers_of(actor).values("pk"))


def of_the_dossier() -> QuerySet[Piece]:
    """The pieces that are part of a dossier: not those of people who left it."""
    return Piece.objects.filter(departure=None)


def pieces_visible_to(actor: Actor) -> QuerySet[Piece]:
    """Those of somebody who left the household: for the landlords who were studying them, as long
    as that very study lasts, and for nobody else. A piece where a landlord saw a social security
    number goes out of their sight once another replaces it."""
    found = Piece.objects.filter(dossier__in=visible_dossiers(actor))
    if not actor.is_landlord_staff:
        return found.filter(departure=None)
    studied = Exists(_studies_since_before("departure__at", actor))
    return found.filter(Q(departure=None) | studied).filter(
        Q(replaced_at=None) | ~Exists(number_seen_on("pk"))
    )


def number_seen_on(piece: str) -> QuerySet[PieceCheck]:
    """Refusals of a piece because a social security number can be read there."""
    return PieceCheck.objects.filter(piece=OuterRef(piece), reason=PieceCheck.Reason.NUMBER_SHOWN)


def _studies_since_before(instant: str, actor: Actor) -> QuerySet[DossierAccess]:
    """The open accesses of the actor's organisation that were open at an instant of the row."""
    return DossierAccess.objects.filter(
        Q(until=None) | Q(until__gt=clock.now()),
        dossier=OuterRef("dossier"),
        organisation_id=actor.organisation_id,
        since__lte=OuterRef(instant),
    )


def studied_dossiers(actor: Actor) -> QuerySet[Dossier]:
    """The visible dossiers of a landlord's staff, each with its applicant and, for
    `departures_seen`, who left it while the actor's organisation studied it: in one statement."""
    if not actor.is_landlord_staff:
        return Dossier.objects.none()
    left = Departure.objects.filter(
        Exists(_studies_since_before("at", actor)), dossier=OuterRef("pk")
    )
    told = left.order_by("pk").values(told=JSONObject(id="pk", name="name", at="at"))
    return (
        visible_dossiers(actor).select_related("applicant").annotate(departed=ArraySubquery(told))
    )


def departures_seen(dossier: Dossier) -> list[Departure]:
    """Who left the household of one of the `studied_dossiers`, in the order they left."""
    return [
        Departure(pk=told["id"], name=told["name"], at=datetime.fromisoformat(told["at"]))
        for told in dossier.departed  # type: ignore[attr-defined]
    ]


def clean_files_visible_to(actor: Actor) -> QuerySet[PieceFile]:
    """The only files that may be served, whatever a view forgets to ask."""
    return PieceFile.objects.filter(
        state=PieceFile.State.CLEAN, piece__in=pieces_visible_to(actor)
    ).select_related(
        "piece__kind", "piece__member", "piece__departure", "piece__dossier__applicant"
    )


def own_files(actor: Actor) -> QuerySet[PieceFile]:
    """Every file of one's own, in whatever state: to name or remove, not to serve."""
    return PieceFile.objects.filter(
        piece__departure=None,
        piece__dossier__in=dossiers_of(actor) if actor.is_applicant else Dossier.objects.none(),
    ).select_related("piece__kind", "piece__member", "piece__dossier__applicant")


def with_details(pieces: QuerySet[Piece], *, staff: Actor | None = None) -> QuerySet[Piece]:
    """Pieces with their files and checks, read once. `staff`: who reads for a landlord, and must
    not learn what another landlord concluded; None for the person, who sees every conclusion."""
    return _with_checks(pieces, staff).prefetch_related(
        Prefetch("files", PieceFile.objects.order_by("pk"))
    )


def as_read(pieces: QuerySet[Piece], *, staff: Actor | None = None) -> QuerySet[Piece]:
    """Pieces as `with_details`, with what was read in each file: for a page that shows it. Four
    statements."""
    files = PieceFile.objects.select_related("reading").order_by("pk")
    seals = Prefetch("seals", Seal.objects.order_by("pk"))
    return _with_checks(pieces, staff).prefetch_related(
        Prefetch("files", files.prefetch_related(seals))
    )


def _with_checks(pieces: QuerySet[Piece], staff: Actor | None) -> QuerySet[Piece]:
    open_to_it = studying(OuterRef("piece__dossier"), OuterRef("organisation"))
    checks = (
        PieceCheck.objects.filter(_said_by(staff))
        .select_related("organisation", "checked_by")
        .annotate(still_studies=Exists(open_to_it))
        .order_by("-pk")
    )
    related = pieces.select_related("kind", "member", "departure", "dossier__applicant")
    return related.prefetch_related(Prefetch("checks", checks))


def studying(dossier: Any, organisation: Any) -> QuerySet[DossierAccess]:
    """Accesses of an organisation to a dossier that last still."""
    live = Q(until=None) | Q(until__gt=clock.now())
    return DossierAccess.objects.filter(live, dossier=dossier, organisation=organisation)


def _said_by(staff: Actor | None) -> Q:
    return Q(organisation_id=staff.organisation_id) if staff else Q()


def own_seals(actor: Actor) -> QuerySet[Seal]:
    """The seals of one's own files."""
    return Seal.objects.filter(file__in=own_files(actor)).select_related(
        "file__piece__kind", "file__piece__member", "file__piece__dossier__applicant"
    )


def trust_lists(actor: Actor) -> QuerySet[TrustList]:
    """Every list an operator loaded, the latest first."""
    found = TrustList.objects.select_related("loaded_by").defer("pem")
    return found if actor.is_operator else found.none()


def latest_checks(piece: Piece) -> list[PieceCheck]:
    """The last word of each organisation on a piece read `with_details`: on all of its files.

    The end of a sending may come after somebody concluded on its beginning. Who studies the
    dossier no more waits for nothing: their refusal asks for no other piece."""
    came = [file.received_at for file in piece.files.all()]
    latest: dict[int, PieceCheck] = {}
    for check in piece.checks.all():
        if came and check.at < max(came):
            continue
        latest.setdefault(check.organisation_id, check)
    return [
        check
        for check in latest.values()
        if check.outcome != PieceCheck.Outcome.REFUSED or check.still_studies  # type: ignore[attr-defined]
    ]


def last_check_of(actor: Actor, piece: Piece) -> PieceCheck | None:
    """What the actor's organisation concluded last of a piece, whatever came since."""
    own = piece.checks.filter(organisation_id=actor.organisation_id)
    return own.select_related("checked_by").order_by("-pk").first()


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
    found = of_the_dossier().filter(
        dossier_id=dossier.pk,
        kind=kind,
        member=member,
        year=year or rules.year_of(kind, on),
        replaced_at=None,
    )
    return with_details(found).first()


def may_complete(piece: Piece, on: date) -> bool:
    """Whether files may join those of a piece read `with_details`."""
    return rules.may_complete(piece, latest_checks(piece), on)


def _awaited() -> QuerySet[PieceRequest]:
    """Requests neither answered nor closed: who asked may still see the dossier."""
    live = studying(OuterRef("dossier"), OuterRef("organisation"))
    return PieceRequest.objects.filter(AWAITED, Exists(live))


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
    return own_requests(actor).filter(dossier_id=dossier.pk).order_by("-asked_at", "-pk")


def own_requests(actor: Actor) -> QuerySet[PieceRequest]:
    """What the actor's organisation asked of the dossiers it may see."""
    asked = PieceRequest.objects.filter(organisation_id=actor.organisation_id)
    return asked.filter(dossier__in=visible_dossiers(actor)).select_related(
        "kind", "member", "dossier__applicant"
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


def room_left(dossier: Dossier, *, without: Piece | None = None) -> Room:
    """What was replaced takes no room, nor what is about to be (`without`), nor what belongs to
    the dossier no more."""
    held = (
        PieceFile.objects.filter(piece__in=_current_pieces(dossier))
        .exclude(state=PieceFile.State.REFUSED)
        .exclude(piece=without)
    )
    used = held.aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    return Room(rules.MOST_FILES - used["files"], rules.MOST_BYTES - used["bytes"])


def bytes_held(dossier: Dossier) -> int:
    """All that the storage keeps of a dossier: what was replaced too, until it is erased."""
    held = PieceFile.objects.filter(piece__dossier_id=dossier.pk)
    used: int = held.exclude(state=PieceFile.State.REFUSED).aggregate(bytes=Sum("size", default=0))[
        "bytes"
    ]
    return used


def replaced_by_size(dossier: Dossier) -> QuerySet[Piece]:
    """What was replaced and is not erased yet, each with how many `bytes_held`; the heaviest
    first."""
    held = Sum("files__size", filter=~Q(files__state=PieceFile.State.REFUSED))
    replaced = with_life(Piece.objects.filter(dossier_id=dossier.pk).exclude(replaced_at=None))
    return replaced.annotate(bytes_held=held).filter(bytes_held__gt=0).order_by("-bytes_held", "pk")


def removable_pieces(dossier: Dossier) -> QuerySet[Piece]:
    """Current pieces that their owner may take back whole, each with how many `files_held`; those
    that hold most first."""
    held = Count("files", filter=~Q(files__state=PieceFile.State.REFUSED))
    studied = who_may_see(dossier).exclude(organisation=None).exists()
    return (
        _current_pieces(dossier)
        .filter(Q(checks=None) if studied else Q())
        .select_related("kind", "member")
        .annotate(files_held=held)
        .filter(files_held__gt=0)
        .order_by("-files_held", "pk")
    )


def _current_pieces(dossier: Dossier) -> QuerySet[Piece]:
    return of_the_dossier().filter(dossier_id=dossier.pk, replaced_at=None)


def to_check(actor: Actor) -> QuerySet[Piece]:
    """Current pieces that the actor's organisation may check and has not: nothing of them is left
    to read. The longest-waiting first."""
    unread = PieceFile.objects.filter(UNREAD, piece=OuterRef("pk"))
    readable = PieceFile.objects.filter(piece=OuterRef("pk"), state=PieceFile.State.CLEAN)
    later = PieceFile.objects.filter(piece=OuterRef("piece"), received_at__gt=OuterRef("at"))
    checked = PieceCheck.objects.filter(
        ~Exists(later), piece=OuterRef("pk"), organisation_id=actor.organisation_id
    )
    return (
        pieces_visible_to(actor)
        .filter(Exists(readable), ~Exists(unread), ~Exists(checked))
        .filter(replaced_at=None, departure=None)
        .select_related("kind", "member", "dossier__applicant")
        .order_by("given_at", "pk")
    )


def count_to_check(actor: Actor) -> int:
    """How many pieces wait for the actor's organisation; no further than the queue shows."""
    return to_check(actor).order_by()[:MOST_COUNTED].count()
