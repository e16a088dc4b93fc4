"""One rule, said to the person it is about."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["yes", "no", "unknown"]
Band = Literal["60", "100", "120", "over"]


@dataclass(frozen=True)
class Reason:
    """One rule, said to the person: their figure, the limit, the text, what would change it.

    `status` is "info" for a sentence that decides nothing. `ratio_pct` is rounded up, so that
    a household one euro above a ceiling never reads 100 %. `band` is for PLUS homes alone:
    at most 60, 100 or 120 % of the ceiling, or over."""

    code: str
    status: Literal["yes", "no", "unknown", "info"]
    title: str
    explanation: str
    text_of_law: str = ""
    what_would_change: str = ""
    figure_eur: int | None = None
    limit_eur: int | None = None
    ratio_pct: int | None = None
    year: int | None = None
    category: str = ""
    band: Band | None = None
