"""What a dossier says that rules read, the same from its rows and from a frozen copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from .resources import DeclaredResources


@dataclass(frozen=True)
class ToldHousehold:
    """The applicant and her household, as told. `members` are rows or what stands for them
    (`id`, `link`, `birth_date`, `expected`, `dependant`, `custody`, `disabled`,
    `shares_tax_notice`)."""

    birth_date: date | None
    disabled: bool
    members: Sequence[Any]
    resources: DeclaredResources
    has_numero_unique: bool
    employment_sector: str
    employer_headcount: int | None


def told_of_snapshot(frozen: Mapping[str, Any]) -> ToldHousehold:
    """What `accounts.queries.snapshot` froze; `accounts.queries.told` says it of the rows."""
    return ToldHousehold(
        birth_date=_day(frozen["birth_date"]),
        disabled=frozen["disabled"],
        members=[
            SimpleNamespace(**{**member, "birth_date": _day(member["birth_date"])})
            for member in frozen["members"]
        ],
        resources=_resources(frozen),
        has_numero_unique=bool(frozen["numero_unique"]),
        employment_sector=frozen["employment_sector"],
        employer_headcount=frozen["employer_headcount"],
    )


def _resources(frozen: Mapping[str, Any]) -> DeclaredResources:
    recent = frozen["recent_incomes"]
    return DeclaredResources(
        rfr={(each["member"], each["year"]): each["rfr_eur"] for each in frozen["incomes"]},
        last_12_months={
            each["member"]: each["last_12_months_eur"]
            for each in recent
            if each["last_12_months_eur"] is not None
        },
        monthly={
            each["member"]: each["monthly_eur"]
            for each in recent
            if each["monthly_eur"] is not None
        },
        requester_only=bool(frozen["separation_ground"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
