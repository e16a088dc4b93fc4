"""Reading publications of ceilings: for operators alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from alin.kit.actor import Actor
from alin.kit.models import JournalEntry
from notifications.models import Notice

from ..models import Ceiling, CeilingPublication, PublicationStep, RightChange
from ..rules import CeilingTable
from .changes import CountedChange, preview, tables_before, tables_of

# Whom one step tells.
PERSONS_AT_ONCE = 200


def ceilings_of_the_latest_year() -> QuerySet[Ceiling]:
    """What the next file looks like."""
    latest = Ceiling.objects.aggregate(year=Max("year"))["year"]
    return Ceiling.objects.filter(year=latest).order_by("funding", "zone", "category")


def publications_visible_to(actor: Actor) -> QuerySet[CeilingPublication]:
    if not actor.is_operator:
        return CeilingPublication.objects.none()
    return CeilingPublication.objects.select_related("uploaded_by", "published_by", "withdrawn_by")


@dataclass(frozen=True)
class LoadedYear:
    """A year whose ceilings are loaded: which fundings, how many amounts, from when to when."""

    year: int
    fundings: list[str]
    amounts: int
    first_day: date
    last_day: date


def loaded_years() -> list[LoadedYear]:
    """The latest first. Two statements."""
    fundings: dict[int, set[str]] = {}
    for year, funding in Ceiling.objects.order_by().values_list("year", "funding").distinct():
        fundings.setdefault(year, set()).add(funding)
    counted = (
        Ceiling.objects.order_by("-year")
        .values("year")
        .annotate(n=Count("pk"), first=Min("valid__startswith"), after=Max("valid__endswith"))
    )
    return [
        LoadedYear(
            each["year"],
            sorted(fundings[each["year"]]),
            each["n"],
            each["first"],
            each["after"] - timedelta(days=1),
        )
        for each in counted
    ]


@dataclass(frozen=True)
class ComparedTable:
    """The ceilings of a funding in a zone, before and in a publication, and who they concern.
    `old` is None where the portal knew none."""

    funding: str
    zone: str
    old: CeilingTable | None
    new: CeilingTable
    count: CountedChange

    @property
    def rows(self) -> Iterator[tuple[str, int | None, int]]:
        """Category, old amount, new amount."""
        for category, amount in self.new.amounts.items():
            yield category, self.old.amounts[category] if self.old else None, amount


@dataclass(frozen=True)
class Comparison:
    tables: list[ComparedTable]
    concerned: int


def compare(publication: CeilingPublication) -> Comparison:
    """What a publication changes: of a draft, computed now; of a published one, from its list."""
    old, new = tables_before(publication), tables_of(publication)
    if publication.status == CeilingPublication.Status.DRAFT:
        counts, concerned = preview(publication)
    else:
        counts, concerned = _counted(publication)
    return Comparison(
        [
            ComparedTable(*key, old.get(key), table, counts.get(key, CountedChange()))
            for key, table in new.items()
        ],
        concerned,
    )


def _counted(
    publication: CeilingPublication,
) -> tuple[dict[tuple[str, str], CountedChange], int]:
    changes = RightChange.objects.filter(publication=publication).order_by()
    counted = changes.values("funding", "zone").annotate(
        gains=Count("dossier", filter=Q(gained=True)),
        losses=Count("dossier", filter=Q(gained=False)),
    )
    found = {
        (each["funding"], each["zone"]): CountedChange(each["gains"], each["losses"])
        for each in counted
    }
    return found, changes.aggregate(n=Count("dossier", distinct=True))["n"]


@dataclass(frozen=True)
class Progress:
    """How far the work of a publication is, by kind of step; `handled` counts the changes
    written, or the persons told."""

    done: dict[str, int]
    total: dict[str, int]
    handled: dict[str, int]
    planned: bool

    @property
    def is_over(self) -> bool:
        return self.planned and self.done == self.total


def progress_of(publication: CeilingPublication) -> Progress:
    rows = (
        PublicationStep.objects.filter(publication=publication)
        .order_by()
        .values("kind")
        .annotate(total=Count("pk"), done=Count("done_at"), sum=Sum("handled"))
    )
    by_kind = {row["kind"]: row for row in rows}
    published = publication.status == CeilingPublication.Status.PUBLISHED
    return Progress(
        done={kind: row["done"] for kind, row in by_kind.items()},
        total={kind: row["total"] for kind, row in by_kind.items()},
        handled={kind: row["sum"] for kind, row in by_kind.items()},
        planned=publication.listed_at is not None or not published,
    )


def history_of(publication: CeilingPublication) -> QuerySet[JournalEntry]:
    """What was done with a publication, the latest first."""
    return JournalEntry.objects.filter(chain=chain_of(publication)).order_by("-sequence")


def chain_of(publication: CeilingPublication) -> str:
    return f"ceilings:{publication.public_id}"


def told_key(publication: CeilingPublication) -> str:
    """The key of the notices that tell whose rights change."""
    return f"ceilings:{publication.public_id}"


def ranges_of_told(publication: CeilingPublication) -> list[str]:
    """The notices that told of a publication, cut into ranges of keys, “first-last”."""
    notices = Notice.objects.filter(key=told_key(publication)).order_by("pk")
    keys = list(notices.values_list("pk", flat=True))
    parts = [keys[n : n + PERSONS_AT_ONCE] for n in range(0, len(keys), PERSONS_AT_ONCE)]
    return [f"{part[0]}-{part[-1]}" for part in parts]
