"""Whose resources are told, and which of them count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple, cast

from django.conf import settings

from .numero import months_after

Basis = Literal["N-2", "N-1", "12_months"]

MAJORITY = 18
WORTHWHILE_DROP_PCT = 10


def reference_income_year(on: date) -> int:
    """The year of income that counts for a decision on `on`: N-2 (arrêté du 29 juillet 1987)."""
    return on.year - 2


def age_on(birth_date: date, on: date) -> int:
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def is_adult(member: Any, on: date) -> bool:
    """Whether somebody of the household is of age, whatever the link: who is, may have a revenu
    fiscal de référence of their own; the income of a minor is on the notice of who has them à
    charge. Marriage emancipates (art. 413-1 C. civ.). Without a birth date, a child is a minor and
    anybody else an adult."""
    if member.expected:
        return False
    if member.link == "spouse":
        return True
    if member.birth_date is None:
        return bool(member.link != "child")
    return age_on(member.birth_date, on) >= MAJORITY


def may_share_tax_notice(member: Any) -> bool:
    """Whether the applicant and this person may be on one tax notice: married or in a pacs."""
    return bool(member.link == "spouse")


class ResourcesThatCount(NamedTuple):
    """The amount to compare with a ceiling, why this one, and by how many whole percent it is
    below the N-2 amount (rounded down; 0 for N-2 itself)."""

    amount: int
    basis: Basis
    drop_pct: int


def resources_that_count(
    rfr_n2: int, rfr_n1: int | None, last_12_months: int | None
) -> ResourcesThatCount:
    """Which resources are compared with the ceilings: those of N-2, unless those of N-1 or of
    the last twelve months are lower by at least 10 %; then the lowest (arrêté du 29 juillet
    1987). Between equal amounts, the older is kept, because a tax notice proves it."""
    later: list[tuple[int | None, Basis]] = [(rfr_n1, "N-1"), (last_12_months, "12_months")]
    best = ResourcesThatCount(rfr_n2, "N-2", 0)
    for amount, basis in later:
        if amount is None or amount >= best.amount:
            continue
        if (rfr_n2 - amount) * 100 >= rfr_n2 * WORTHWHILE_DROP_PCT:
            best = ResourcesThatCount(amount, basis, (rfr_n2 - amount) * 100 // rfr_n2)
    return best


@dataclass(frozen=True)
class RecentValidity:
    """For how many months the recent figures count after the day they were told, from `since`
    on: those of twelve months against a ceiling, those of a month in a budget."""

    since: date
    last_12_months: int
    monthly: int
    source: str

    def months(self, kind: str) -> int:
        return self.last_12_months if kind == "12_months" else self.monthly


def recent_validity_on(on: date) -> RecentValidity:
    """What is in force on that day (setting `RECENT_INCOME_VALIDITY`); the first known before."""
    known = [RecentValidity(**cast(dict[str, Any], v)) for v in settings.RECENT_INCOME_VALIDITY]
    return next((each for each in reversed(known) if each.since <= on), known[0])


class Recent(NamedTuple):
    """Whole euros that move with time, and the day they were told."""

    amount: int
    told_on: date

    def good_until(self, months: int) -> date:
        return months_after(self.told_on, months)


@dataclass(frozen=True)
class DeclaredResources:
    """What was told, by person (None: the applicant). Whole euros: `rfr` a year, by person and
    year of income; `last_12_months` for these months; `monthly` a month.

    `requester_only`: a separation of which L441-1 CCH makes the applicant's own resources the
    only ones that count."""

    rfr: Mapping[tuple[int | None, int], int]
    last_12_months: Mapping[int | None, Recent]
    monthly: Mapping[int | None, Recent]
    requester_only: bool = False


class Total(NamedTuple):
    """A sum over the household, None when somebody who should tell has not. `lacking` names
    them (None: the applicant); `begun` when at least one amount was told; `stale` names those of
    them who told one too long ago for it to count."""

    amount: int | None
    lacking: tuple[int | None, ...]
    begun: bool
    stale: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class HouseholdResources:
    """The resources of a household for a decision in `year` + 2.

    `counted` is None as long as the N-2 amount of anybody is unknown: a total without them would
    be too low, and a wrong yes is worse than no answer."""

    year: int
    n2: Total
    n1: Total
    last_12_months: Total
    monthly: Total
    counted: ResourcesThatCount | None
    requester_only: bool

    @property
    def counted_year(self) -> int | None:
        """The year of income that counts; None for the last twelve months or when unknown."""
        if self.counted is None or self.counted.basis == "12_months":
            return None
        return self.year + (1 if self.counted.basis == "N-1" else 0)


def household_resources(
    members: Iterable[Any], declared: DeclaredResources, on: date
) -> HouseholdResources:
    """Sum what each person told. `members`: rows or what stands for them (`id`, `link`,
    `birth_date`, `expected`, `dependant`, `shares_tax_notice`).

    A tax notice covers the persons à charge, and the spouse who declares with the applicant; the
    last twelve months and the present month are told by each adult, and count for a time."""
    if declared.requester_only:
        members, declared = [], _of_requester(declared)
    adults = [m for m in members if is_adult(m, on) and not m.dependant]
    earning: list[int | None] = [None, *(m.id for m in adults)]
    with_own_notice: list[int | None] = [
        None,
        *(m.id for m in adults if not (may_share_tax_notice(m) and m.shares_tax_notice)),
    ]
    year = reference_income_year(on)
    n2 = _total(_of_year(declared, year), with_own_notice)
    n1 = _total(_of_year(declared, year + 1), with_own_notice)
    validity = recent_validity_on(on)
    last_12_months = _lately(declared.last_12_months, validity.last_12_months, earning, on)
    return HouseholdResources(
        year=year,
        n2=n2,
        n1=n1,
        last_12_months=last_12_months,
        monthly=_lately(declared.monthly, validity.monthly, earning, on),
        counted=None
        if n2.amount is None
        else resources_that_count(n2.amount, n1.amount, last_12_months.amount),
        requester_only=declared.requester_only,
    )


def _of_requester(declared: DeclaredResources) -> DeclaredResources:
    return replace(
        declared,
        rfr={(who, year): rfr for (who, year), rfr in declared.rfr.items() if who is None},
        last_12_months={w: told for w, told in declared.last_12_months.items() if w is None},
        monthly={who: told for who, told in declared.monthly.items() if who is None},
    )


def _of_year(declared: DeclaredResources, wanted: int) -> dict[int | None, int]:
    return {who: amount for (who, year), amount in declared.rfr.items() if year == wanted}


def _lately(
    told: Mapping[int | None, Recent], months: int, awaited: list[int | None], on: date
) -> Total:
    fresh = {who: each.amount for who, each in told.items() if on <= each.good_until(months)}
    return _total(fresh, awaited, told.keys() - fresh.keys())


def _total(
    told: Mapping[int | None, int], awaited: list[int | None], stale: Iterable[int | None] = ()
) -> Total:
    lacking = tuple(who for who in awaited if who not in told)
    late = tuple(who for who in lacking if who in stale)
    return Total(None if lacking else sum(told.values()), lacking, bool(told or late), late)
