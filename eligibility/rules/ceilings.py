"""The ceilings of a year, and the homes they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ..models import SOCIAL_FUNDINGS, Funding


@dataclass(frozen=True)
class HomeTerms:
    """What a home asks of its household. The zones are those of its commune, in the words of
    `territory.Commune`. `income_limited` is False for a home without ceilings (emergency,
    mobility); `employment_required` is True for an offer reserved to employees. Ages in full
    years, both included; `occupations` accepted, all when empty, in the words of `Occupation`;
    the length of the stay is told and decides nothing. `by_commission` is False for a home that no
    commission attributes (a residence): whoever runs it admits to it, without numéro unique."""

    funding: str
    ceilings_zone: str
    zone_abc: str = ""
    income_limited: bool = True
    employment_required: bool = False
    min_age: int | None = None
    max_age: int | None = None
    occupations: tuple[str, ...] = ()
    max_stay_months: int | None = None
    by_commission: bool = True

    @property
    def numero_required(self) -> bool:
        """L441-2-1 CCH: a commission examines registered requests alone."""
        return self.by_commission and self.funding in SOCIAL_FUNDINGS

    @property
    def limits_age(self) -> bool:
        return self.min_age is not None or self.max_age is not None


@dataclass(frozen=True)
class CeilingTable:
    """The ceilings of one funding in one zone: euros a year by category, for one year.
    `in_force` is False when they are those of an earlier year than the date asked for."""

    year: int
    in_force: bool
    amounts: Mapping[str, int]

    def limit(self, category: str, extra: int, extra_category: str) -> int:
        """The ceiling of a category with `extra` persons beyond it."""
        return self.amounts[category] + extra * self.amounts[extra_category]


@dataclass(frozen=True)
class Parameters:
    """The figures of the law at a date. `tables` is keyed by (funding, zone of ceilings);
    `employer_minimum` is the least number of employees by sector of the employer."""

    on: date
    tables: Mapping[tuple[str, str], CeilingTable]
    employer_minimum: Mapping[str, int]

    @property
    def missing_year(self) -> int | None:
        """The year whose ceilings of social homes are not published yet, None when they are."""
        social = [table for (funding, _zone), table in self.tables.items() if funding == "PLUS"]
        return None if any(table.in_force for table in social) else self.on.year


def ceilings_key(terms: HomeTerms) -> str:
    """The zone under which the ceilings of this home are published."""
    if terms.funding != Funding.LLI or terms.ceilings_zone == "drom":
        return terms.ceilings_zone
    return {"Abis": "A_bis", "B2": "B2_C", "C": "B2_C"}.get(terms.zone_abc, terms.zone_abc)


def plausible_against_index(previous: int, new: int, factor: Decimal) -> bool:
    """Whether a ceiling follows from that of the year before and the yearly variation of the
    indice de référence des loyers of the third quarter (R441-1): previous × factor, rounded to
    the euro. One euro of difference is let through, because some ceilings are computed from
    another ceiling that was already rounded."""
    expected = (previous * factor).quantize(Decimal(1), ROUND_HALF_UP)
    return abs(new - expected) <= 1
