"""The verdict of many rows at once: one expression of SQL, the same answer as `evaluate`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Greatest
from django.db.models.lookups import Exact

from ..models import SOCIAL_FUNDINGS, Funding
from ..rules import CeilingTable, HomeTerms, Parameters, ceilings_key
from ..rules.verdict import ADMITTED_OTHERWISE

NEVER = Q(pk__in=[])


def _as_expression(named: str | Combinable) -> Any:
    return F(named) if isinstance(named, str) else named


def _limit(table: CeilingTable, category: str | Combinable, extra: str | Combinable) -> Expression:
    """The ceiling of a row: that of its category and an amount for each person beyond."""
    per_extra = next(amount for name, amount in table.amounts.items() if name.startswith("par_"))
    whole = Case(
        *(
            When(Exact(_as_expression(category), Value(name)), then=Value(amount))
            for name, amount in table.amounts.items()
            if not name.startswith("par_")
        ),
        output_field=IntegerField(),
    )
    return cast(Expression, whole + _as_expression(extra) * Value(per_extra))


def verdict_expression(*, terms: HomeTerms, parameters: Parameters, facts: str = "facts") -> Case:
    """An annotation that says “yes”, “no” or “unknown” for each row: what `evaluate` says of the
    household of its dossier, of this home at the date of `parameters`.

    `facts` is the path from a row to its `DossierFacts`: “facts” from a dossier,
    “dossier__facts” from what has one, empty for the facts themselves. A row without facts is
    unknown."""
    rules = _rules(terms, parameters, facts)
    return Case(
        When(reduce(or_, (rule.no for rule in rules), NEVER), then=Value("no")),
        When(_all_yes(rules, facts), then=Value("yes")),
        default=Value("unknown"),
        output_field=CharField(),
    )


def entitled(*, terms: HomeTerms, parameters: Parameters, facts: str = "facts") -> Q:
    """The rows of which `verdict_expression` says “yes”, as plain conditions: those of a CASE
    hide from the planner how many rows they leave."""
    return _all_yes(_rules(terms, parameters, facts), facts)


def _rules(terms: HomeTerms, parameters: Parameters, facts: str) -> list["_Rule"]:
    rules = []
    if terms.income_limited:
        rules.append(_resources_rule(terms, parameters, facts))
    if terms.funding in SOCIAL_FUNDINGS:
        rules.append(_Rule(yes=Q(**{_path(facts, "has_numero_unique"): True}), no=NEVER))
    if terms.employment_required:
        rules.append(_employment_rule(parameters.employer_minimum, facts))
    return rules


def _all_yes(rules: list["_Rule"], facts: str) -> Q:
    someone = Q(**{_path(facts, "dossier__isnull"): False})
    return reduce(and_, (rule.yes for rule in rules), someone)


@dataclass(frozen=True)
class _Rule:
    """When a rule says yes, and when no; what is neither, or null, is unknown."""

    yes: Q
    no: Q


def _resources_rule(terms: HomeTerms, parameters: Parameters, facts: str) -> _Rule:
    table = parameters.tables.get((terms.funding, ceilings_key(terms)))
    if table is None:
        return _Rule(NEVER, NEVER)
    intermediate = terms.funding == Funding.LLI
    category, extra = ("lli_column", "lli_extra") if intermediate else ("category", "extra")
    limit = _limit(table, _path(facts, category), _path(facts, extra))
    highest = limit
    if not intermediate:
        # GREATEST leaves nulls out: with the age of everybody known, there is but one limit.
        highest = Greatest(limit, _limit(table, _path(facts, "young_category"), Value(0)))
    told = _told_for(parameters.on.year, facts)
    return _Rule(
        yes=told & Q(**{_path(facts, "resources_eur__lte"): limit}),
        no=told & Q(**{_path(facts, "resources_eur__gt"): highest}),
    )


def _told_for(decision_year: int, facts: str) -> Q:
    """The resources told are those that a decision of that year asks for."""
    basis, year = _path(facts, "resources_basis"), _path(facts, "resources_year")
    return (
        Q(**{basis: "12_months"})
        | Q(**{basis: "N-2", year: decision_year - 2})
        | Q(**{basis: "N-1", year: decision_year - 1})
    )


def _employment_rule(minimum_by_sector: Mapping[str, int], facts: str) -> _Rule:
    if not minimum_by_sector:
        return _Rule(NEVER, NEVER)
    sector, headcount = _path(facts, "employment_sector"), _path(facts, "employer_headcount")
    undecided = [*minimum_by_sector, *ADMITTED_OTHERWISE]
    yes, no = NEVER, Q(**{f"{sector}__isnull": False}) & ~Q(**{f"{sector}__in": undecided})
    for name, minimum in minimum_by_sector.items():
        yes |= Q(**{sector: name, f"{headcount}__gte": minimum})
        no |= Q(**{sector: name, f"{headcount}__lt": minimum})
    return _Rule(yes, no)


def _path(facts: str, name: str) -> str:
    return f"{facts}__{name}" if facts else name
