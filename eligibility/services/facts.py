"""Keep the facts of each dossier right, one at a time as it changes, or all of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from accounts.models import Dossier
from accounts.queries import whole_dossiers
from alin.kit import clock

from ..models import DossierFacts
from ..queries.dossiers import facts_columns

AT_ONCE = 500
WRITTEN = [field.name for field in DossierFacts._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class FactsReport:
    """What a derivation changed, in dossiers."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "FactsReport") -> "FactsReport":
        return FactsReport(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


@transaction.atomic
def derive_facts(*, dossier_ids: Collection[int]) -> FactsReport:
    """Write what these dossiers come down to today; rows that say it already stay as they are.

    Holds the rows of facts first and reads the dossiers afterwards: of two changes of one dossier
    at the same time, the second waits and then sees both."""
    today = clock.today()
    known = _hold(dossier_ids)
    missing = set(dossier_ids) - known.keys()
    if missing:
        _open(missing, today)
        known |= dict.fromkeys(missing)
        _hold(missing)
    rows, report = [], FactsReport()
    for dossier in whole_dossiers().filter(pk__in=dossier_ids).order_by("pk"):
        columns = facts_columns(dossier, today)
        before = known[dossier.pk]
        same = before is not None and _say(before, columns)
        report += FactsReport(before is None, not same and before is not None, same)
        if before is not None and same and before.stale_on == columns["stale_on"]:
            continue
        rows.append(DossierFacts(dossier=dossier, computed_at=clock.now(), **columns))
    DossierFacts.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["dossier"], update_fields=WRITTEN
    )
    return report


def derive_stale_facts() -> FactsReport:
    """Derive again the facts that a day may have changed, and those of dossiers without any.

    Each batch is a transaction; batches that another worker holds are left to it. Killed, it goes
    on at the next call, because what is derived is stale no more."""
    report = FactsReport()
    while batch := _derive_some_stale():
        report += batch
    return report + _derive_missing()


def derive_all_facts() -> FactsReport:
    """Derive the facts of every dossier, in ranges of keys: after a rule has changed."""
    report = FactsReport()
    ends = Dossier.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return report
    for first in range(ends["first"], ends["last"] + 1, AT_ONCE):
        report += derive_facts(dossier_ids=_keys(first, first + AT_ONCE))
    return report


def _keys(first: int, after: int) -> list[int]:
    found = Dossier.objects.filter(pk__gte=first, pk__lt=after)
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _derive_some_stale() -> FactsReport | None:
    stale = (
        DossierFacts.objects.filter(stale_on__lte=clock.today())
        .order_by("stale_on", "pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    keys = list(stale.values_list("pk", flat=True)[:AT_ONCE])
    return derive_facts(dossier_ids=keys) if keys else None


def _derive_missing() -> FactsReport:
    report = FactsReport()
    without = Dossier.objects.filter(facts=None).order_by("pk").values_list("pk", flat=True)
    while keys := list(without[:AT_ONCE]):
        report += derive_facts(dossier_ids=keys)
    return report


def _hold(dossier_ids: Iterable[int]) -> dict[int, DossierFacts | None]:
    held = (
        DossierFacts.objects.filter(pk__in=dossier_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {row.pk: row for row in held}


def _open(dossier_ids: Iterable[int], today: date) -> None:
    """Rows to hold, stale from the start."""
    DossierFacts.objects.bulk_create(
        [
            DossierFacts(dossier_id=key, on=today, stale_on=date(today.year + 1, 1, 1))
            for key in sorted(dossier_ids)
        ],
        ignore_conflicts=True,
    )


def _say(row: DossierFacts, columns: dict[str, Any]) -> bool:
    return all(
        getattr(row, name) == value
        for name, value in columns.items()
        if name not in ("on", "stale_on")
    )
