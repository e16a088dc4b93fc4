"""The verdict of many rows at once: one expression of SQL, the same answer as `evaluate`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from ..models import DossierFacts, Funding
from ..rules import (
    CASES,
    OF_CONTRACT,
    BirthRange,
    CeilingTable,
    HomeTerms,
    Parameters,
    ceilings_key,
    occupation_status,
)
from ..rules.employment import ADMITTED_OTHERWISE

NEVER = Q(pk__in=[])


class _Limit(Func):
    """The ceiling of a row: that of its category and an amount for each person beyond.

    One node whatever the number of categories: a Case of the ORM takes longer to write than the
    database to answer."""

    output_field = IntegerField()

    def __init__(
        self, *of_row: str | Combinable, amounts: tuple[tuple[str, int], ...], **options: Any
    ) -> None:
        super().__init__(*of_row, **options)
        self.amounts = amounts

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_context: Any
    ) -> tuple[str, list[str | int]]:
        category, extra = self.get_source_expressions()
        category_sql, values = compiler.compile(category)
        extra_sql, extra_values = compiler.compile(extra)
        cases, per_extra, amounts = "", 0, list[str | int]()
        for name, amount in self.amounts:
            if name.startswith("par_"):
                per_extra = amount
            else:
                cases += " WHEN %s THEN %s"
                amounts += [name, amount]
        sql = f"((CASE {category_sql}{cases} END) + {extra_sql} * %s)"
        return sql, [*values, *amounts, *extra_values, per_extra]


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


def entitled_in_sql(
    *, terms: HomeTerms, parameters: Parameters
) -> tuple[str, tuple[Any, ...]] | None:
    """`entitled` as the text of a condition over `eligibility_dossierfacts`, and its values; None
    when nobody can be.

    The ORM takes five times longer to write it than the database to answer, and thousands of
    homes have the same: it is written once for each kind of home, day and figures of the law."""
    table = parameters.tables.get((terms.funding, ceilings_key(terms)))
    return _written(
        terms,
        parameters.on,
        tuple(sorted(table.amounts.items())) if table else (),
        tuple(sorted(parameters.employer_minimum.items())),
    )


_Figures = tuple[tuple[str, int], ...]


@lru_cache(maxsize=500)
def _written(
    terms: HomeTerms, on: date, amounts: _Figures, employers: _Figures
) -> tuple[str, tuple[Any, ...]] | None:
    """Nothing is read here: what is given decides alone, so that nothing kept can be out of
    date."""
    table = CeilingTable(year=on.year, in_force=True, amounts=dict(amounts))
    parameters = Parameters(
        on=on,
        tables={(terms.funding, ceilings_key(terms)): table} if amounts else {},
        employer_minimum=dict(employers),
    )
    rows = DossierFacts.objects.filter(entitled(terms=terms, parameters=parameters, facts=""))
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, values = compiler.compile(rows.query.where)
    except EmptyResultSet:
        return None
    return sql, tuple(values)


def _rules(terms: HomeTerms, parameters: Parameters, facts: str) -> list["_Rule"]:
    rules = []
    if terms.income_limited:
        rules.append(_resources_rule(terms, parameters, facts))
    if terms.numero_required:
        rules.append(_Rule(yes=Q(**{_path(facts, "has_numero_unique"): True}), no=NEVER))
    if terms.employment_required:
        rules.append(_employment_rule(parameters.employer_minimum, facts))
    if terms.limits_age:
        rules.append(_age_rule(BirthRange.of(terms, parameters.on), facts))
    if terms.occupations:
        rules.append(_occupation_rule(terms.occupations, facts))
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
    amounts = tuple(table.amounts.items())
    limit = _Limit(_path(facts, category), _path(facts, extra), amounts=amounts)
    highest: Func = limit
    if not intermediate:
        # GREATEST leaves nulls out: with the age of everybody known, there is but one limit.
        young = _Limit(_path(facts, "young_category"), Value(0), amounts=amounts)
        highest = Greatest(limit, young)
    told = _told_for(parameters.on.year, facts)
    # Below the ceiling of an intermediate home, twelve months prove nothing: see `rules.income`.
    proven = told & ~Q(**{_path(facts, "resources_basis"): "12_months"}) if intermediate else told
    return _Rule(
        yes=proven & Q(**{_path(facts, "resources_eur__lte"): limit}),
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
    # Of a couple, the dossier does not tell the other's employer.
    return _Rule(yes, no & Q(**{_path(facts, "couple"): False}))


def _age_rule(range_: BirthRange, facts: str) -> _Rule:
    holder, spouse = _path(facts, "born_on"), _path(facts, "spouse_born_on")
    alone = Q(**{_path(facts, "couple"): False})
    return _Rule(
        yes=_born_within(holder, range_),
        no=_born_outside(holder, range_) & (alone | _born_outside(spouse, range_)),
    )


def _born_within(column: str, range_: BirthRange) -> Q:
    within = Q(**{f"{column}__isnull": False})
    if range_.after is not None:
        within &= Q(**{f"{column}__gt": range_.after})
    if range_.until is not None:
        within &= Q(**{f"{column}__lte": range_.until})
    return within


def _born_outside(column: str, range_: BirthRange) -> Q:
    outside = NEVER
    if range_.after is not None:
        outside |= Q(**{f"{column}__lte": range_.after})
    if range_.until is not None:
        outside |= Q(**{f"{column}__gt": range_.until})
    return outside


def _occupation_rule(accepted: tuple[str, ...], facts: str) -> _Rule:
    sector, told = _path(facts, "employment_sector"), _path(facts, "employment_contract")
    yes, no = NEVER, NEVER
    for contract in (None, *OF_CONTRACT):
        answers = {each: occupation_status(each, contract, accepted) for each in CASES}
        same = Q(**{f"{told}__isnull": True}) if contract is None else Q(**{told: contract})
        yes |= same & Q(**{f"{sector}__in": [s for s, said in answers.items() if said == "yes"]})
        no |= same & Q(**{f"{sector}__in": [s for s, said in answers.items() if said == "no"]})
    return _Rule(yes=yes, no=no & Q(**{_path(facts, "couple"): False}))


def _path(facts: str, name: str) -> str:
    return f"{facts}__{name}" if facts else name
