"""The public simulator: what a household is entitled to, from answers that name nobody."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ..models import Funding
from .ceilings import HomeTerms, Parameters, ceilings_key
from .household import YOUNG_COUPLE_AGES_SUM, Employment, HouseholdFacts
from .reason import Reason
from .resources import Basis, resources_that_count
from .verdict import evaluate

Union = Literal["", "married", "cohabiting"]

MAINLAND_FUNDINGS = (Funding.PLAI, Funding.PLUS, Funding.PLS, Funding.LLI)
# The PLS ceilings overseas are read in two ways by the sources: nothing is said of them.
OVERSEAS_FUNDINGS = (Funding.LLTS, Funding.LLS, Funding.LLI)
# A child beyond this age is nobody's dependant for housing aid (CCH R823-4).
OLDEST_CHILD_FOR_AID = 20


@dataclass(frozen=True)
class Answers:
    """What the simulator was told. `children` live there all or most of the time, `alternating`
    half of it, `visiting` live with their other parent; `dependants` are other persons à charge
    in the sense of the tax code, `other_adults` nobody's dependants. `child_ages` is empty when
    not told. Resources are whole euros a year for all persons; `monthly`, euros a month."""

    union: Union = ""
    age: int | None = None
    spouse_age: int | None = None
    children: int = 0
    alternating: int = 0
    visiting: int = 0
    child_ages: tuple[int, ...] = ()
    expected: bool = False
    dependants: int = 0
    other_adults: int = 0
    disability: bool = False
    rfr_n2: int | None = None
    rfr_n1: int | None = None
    last_12_months: int | None = None
    monthly: int | None = None
    receives_rsa: bool = False
    employment: Employment | None = None
    rent: int | None = None
    charges: int = 0

    @property
    def couple(self) -> bool:
        return bool(self.union)

    @property
    def all_children(self) -> int:
        return self.children + self.alternating + self.visiting

    @property
    def family_dependants(self) -> int:
        """The dependants that housing aid counts: as those of the ceilings, without the children
        who are too old."""
        grown = sum(age > OLDEST_CHILD_FOR_AID for age in self.child_ages)
        return max(self.children + self.alternating - grown, 0) + self.dependants


@dataclass(frozen=True)
class Right:
    """The answer for one funding. `limit_eur` and `category` are known even when the resources
    are not; `indicative` when the ceilings are those of an earlier year."""

    funding: Funding
    reason: Reason
    limit_eur: int | None
    category: str
    year: int | None
    indicative: bool


def facts_of(answers: Answers, on: date) -> HouseholdFacts:
    """The household of the answers, for a decision on that day. A child expected does not count
    before its birth. The numéro unique is taken for granted: it is the next step, not a right."""
    amount, basis = _resources(answers)
    dependants = answers.children + answers.alternating + answers.dependants
    adults = 1 + answers.couple + answers.other_adults
    return HouseholdFacts(
        persons=adults + dependants + answers.visiting,
        adults=adults,
        dependants=dependants,
        couple=answers.couple,
        young_couple=_young_couple(answers) if answers.couple and not dependants else False,
        any_disability=answers.disability,
        resources_eur=amount,
        resources_year={"N-2": on.year - 2, "N-1": on.year - 1, "12_months": None}[basis],
        resources_basis=basis,
        has_numero_unique=True,
        employment=answers.employment,
        expected=int(answers.expected),
    )


def _resources(answers: Answers) -> tuple[int | None, Basis]:
    if answers.rfr_n2 is None:
        return None, "N-2"
    counted = resources_that_count(answers.rfr_n2, answers.rfr_n1, answers.last_12_months)
    return counted.amount, counted.basis


def _young_couple(answers: Answers) -> bool | None:
    ages = [age for age in (answers.age, answers.spouse_age) if age is not None]
    if len(ages) == 2 or sum(ages) > YOUNG_COUPLE_AGES_SUM:
        return sum(ages) <= YOUNG_COUPLE_AGES_SUM
    return None


def fundings_of(ceilings_zone: str) -> tuple[Funding, ...]:
    """The kinds of home there may be in a zone of ceilings, the lowest ceiling first."""
    if ceilings_zone == "com":
        return ()
    return OVERSEAS_FUNDINGS if ceilings_zone == "drom" else MAINLAND_FUNDINGS


def rights_of(
    answers: Answers, *, ceilings_zone: str, zone_abc: str, parameters: Parameters
) -> list[Right]:
    """What the household is entitled to in a commune of these zones, funding by funding, at the
    date of `parameters`. Empty where no ceilings exist."""
    facts = facts_of(answers, parameters.on)
    n2_facts = replace(
        facts,
        resources_eur=answers.rfr_n2,
        resources_year=parameters.on.year - 2,
        resources_basis="N-2",
    )
    return [
        _right(
            # A drop of resources is looked at for social homes alone (arrêté du 29 juillet 1987).
            n2_facts if funding == Funding.LLI else facts,
            HomeTerms(funding=funding, ceilings_zone=ceilings_zone, zone_abc=zone_abc),
            parameters,
        )
        for funding in fundings_of(ceilings_zone)
    ]


def _right(facts: HouseholdFacts, terms: HomeTerms, parameters: Parameters) -> Right:
    verdict = evaluate(facts, terms, parameters)
    reason = verdict.reasons[0]
    compared = reason
    if facts.resources_eur is None:
        # Whoever has no notice at hand still reads the ceiling: that of no income at all.
        compared = evaluate(replace(facts, resources_eur=0), terms, parameters).reasons[0]
    table = parameters.tables.get((terms.funding, ceilings_key(terms)))
    return Right(
        funding=Funding(terms.funding),
        reason=reason,
        limit_eur=compared.limit_eur,
        category=compared.category,
        year=table.year if table else None,
        indicative=verdict.indicative,
    )


def employees_may_apply(answers: Answers, parameters: Parameters) -> Reason | None:
    """Whether the job gives access to homes reserved to employees; None when none was told."""
    if answers.employment is None:
        return None
    terms = HomeTerms(funding="", ceilings_zone="", income_limited=False, employment_required=True)
    return evaluate(facts_of(answers, parameters.on), terms, parameters).reasons[0]
