"""What the words of a PDF tell, reduced to what a hint needs. No database, no guess: a document
written another way tells nothing."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.fr import nir

from alin.kit.latin import folded

from .names import holds_name

# Fewer letters than this, and the words are those of a stamp or of a scanner.
LEAST_TEXT = 80
_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre",
)  # fmt: skip
_PAGES = re.compile(r"\bpage\s*:?\s*(\d{1,2})\s*(?:/|sur)\s*(\d{1,2})\b")
_INCOME_YEAR = re.compile(r"\brevenus?\s+de\s+(?:l'annee\s+)?(20\d\d)\b")
_PAY_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(20\d\d)\b")
# A social security number with its key, in the groups that documents print; 2A and 2B are Corsica.
_NIR = re.compile(
    r"(?<!\d)[1-478](?:[ .]?\d\d){2}[ .]?(?:\d\d|2[ab])(?:[ .]?\d{3}){2}[ .]?\d\d(?!\d)"
)
_PAY_PERIOD = re.compile(r"\bau\s+(\d{1,2})[/.](\d{1,2})[/.](20\d\d)\b")


@dataclass(frozen=True)
class Told:
    """What the words say; empty when they say nothing of it."""

    announced_pages: int | None = None
    income_year: int | None = None
    latest_pay: date | None = None
    name_sought: str = ""
    name_found: bool = False
    shows_nir: bool = False


def told_by(texts: Iterable[str], *, kind: str, name: str, on: date) -> Told:
    """`kind`: the code of the piece; `name`: the surname of the person it is asked of."""
    whole = _plain("\n".join(texts))
    if len(whole.strip()) < LEAST_TEXT:
        return Told()
    sought = folded(name)[:80]
    return Told(
        announced_pages=max((int(last) for _n, last in _PAGES.findall(whole)), default=None),
        income_year=_income_year(whole) if kind == "avis-imposition" else None,
        latest_pay=_latest_pay(whole, on) if kind == "salaire" else None,
        name_sought=sought,
        name_found=bool(sought) and holds_name(whole, name),
        shows_nir=any(nir.is_valid(found) for found in _NIR.findall(whole)),
    )


def _plain(text: str) -> str:
    # Compatible forms also turn unbreakable spaces into spaces.
    text = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(letter for letter in text if not unicodedata.combining(letter)).lower()


def _income_year(whole: str) -> int | None:
    """The year that is named most: a notice also recalls the year before."""
    years = _INCOME_YEAR.findall(whole)
    return int(max(sorted(set(years)), key=years.count)) if years else None


def _latest_pay(whole: str, on: date) -> date | None:
    """The last day of the latest month that a pay slip names, not later than `on`'s month."""
    months = {(int(year), _MONTHS.index(name) + 1) for name, year in _PAY_MONTH.findall(whole)}
    months |= {(int(year), int(month)) for _day, month, year in _PAY_PERIOD.findall(whole)}
    past = [
        (year, month)
        for year, month in months
        if 1 <= month <= 12 and (year, month) <= (on.year, on.month)
    ]
    return _end_of_month(*max(past)) if past else None


def _end_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
