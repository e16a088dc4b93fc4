"""What a dossier says that rules read, the same from its rows and from a frozen copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from .resources import DeclaredResources, Recent


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
    employment_contract: str = ""


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
        has_numero_unique=bool(frozen["numero_unique"] and not frozen["numero_radiation_ground"]),
        employment_sector=frozen["employment_sector"],
        employer_headcount=frozen["employer_headcount"],
        # Not asked when the oldest copies were made.
        employment_contract=frozen.get("employment_contract", ""),
    )


_VERIFICATION = ("verified_eur", "verified_on", "verified_by", "verified_for", "verified_for_id")


def with_verifications(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen copy with the verifications that its figures have had since: those of `now`, a copy
    of the same dossier. The figures stay those of the copy."""

    def key(figure: Mapping[str, Any]) -> tuple[Any, Any]:
        return figure["member"], figure.get("year", figure.get("kind"))

    def verified(name: str) -> list[dict[str, Any]]:
        known = {key(figure): figure for figure in now[name]}
        return [
            {**figure, **{field: known.get(key(figure), figure)[field] for field in _VERIFICATION}}
            for figure in frozen[name]
        ]

    return {
        **frozen,
        "incomes": verified("incomes"),
        "recent_incomes": verified("recent_incomes"),
    }


def _resources(frozen: Mapping[str, Any]) -> DeclaredResources:
    def recent(kind: str) -> dict[int | None, Recent]:
        return {
            each["member"]: Recent(each["amount_eur"], date.fromisoformat(each["told_on"]))
            for each in frozen["recent_incomes"]
            if each["kind"] == kind
        }

    return DeclaredResources(
        rfr={(each["member"], each["year"]): each["rfr_eur"] for each in frozen["incomes"]},
        last_12_months=recent("12_months"),
        monthly=recent("monthly"),
        requester_only=bool(frozen["separation_ground"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
