"""What an operator looks at before a file of ceilings is loaded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from ..models import Ceiling, CeilingPublication, Funding, Parameter, categories_of
from ..rules import plausible_against_index

RENT_INDEX = "irl/troisieme_trimestre"
# Indexed on consumer prices, which the portal does not hold.
NOT_INDEXED_ON_RENTS = Funding.LLI
LARGEST_LEAP_PCT = 15

Line = Mapping[str, str]
Cell = tuple[str, str, str, int]


@dataclass
class Review:
    """What was found in a file: facts to read, faults that must stop it, and amounts that do not
    follow the index, which a text may explain."""

    facts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    departures: list[str] = field(default_factory=list)


def review_ceilings(lines: Sequence[Line], factor: Decimal | None = None) -> Review:
    """Whether a file of ceilings is whole, without two amounts for one household, plausible
    against the indexing rule of R441-1, and what it would change in the database. `factor` is
    the index of the file's last year, when the portal does not know it. Writes nothing."""
    review = Review()
    amounts = {_cell(line): int(line["amount_eur"]) for line in lines}
    known = {
        (each.funding, each.zone, each.category, each.year): each.amount_eur
        for each in Ceiling.objects.all()
    }
    review.faults += missing_categories(lines)
    review.faults += _given_twice(lines)
    _check_index(amounts, known | amounts, factor, review)
    _check_leaps(amounts, known | amounts, review)
    _compare(amounts, known, review)
    return review


def missing_categories(lines: Iterable[Line]) -> list[str]:
    """The tables of a file that lack a category: a year typed by half would give some households
    a ceiling and others none."""
    present: dict[tuple[str, str, str], set[str]] = {}
    for line in lines:
        key = line["year"], line["funding"], line["zone"]
        present.setdefault(key, set()).add(line["category"])
    faults = []
    for (year, funding, zone), categories in present.items():
        missing = [name for name in categories_of(funding) if name not in categories]
        if missing:
            faults.append(
                _("Plafonds %(funding)s %(year)s, zone %(zone)s : il manque %(categories)s.")
                % {
                    "funding": funding,
                    "year": year,
                    "zone": zone,
                    "categories": ", ".join(missing),
                }
            )
    return faults


def _cell(line: Line) -> Cell:
    return line["funding"], line["zone"], line["category"], int(line["year"])


def _given_twice(lines: Iterable[Line]) -> list[str]:
    counts = Counter(_cell(line) for line in lines)
    return [
        _("%(cell)s : deux montants pour la même période.") % {"cell": _named(cell)}
        for cell, count in counts.items()
        if count > 1
    ]


def _check_index(
    amounts: Mapping[Cell, int],
    all_amounts: Mapping[Cell, int],
    factor: Decimal | None,
    review: Review,
) -> None:
    indexes = {each.valid_from: each.value for each in Parameter.objects.filter(name=RENT_INDEX)}
    years = sorted({year for *_table, year in amounts})
    for year in years:
        given = factor if year == years[-1] else None
        indexed = {
            cell: all_amounts[*cell[:3], year - 1]
            for cell in amounts
            if cell[3] == year
            and cell[0] != NOT_INDEXED_ON_RENTS
            and (*cell[:3], year - 1) in all_amounts
        }
        if indexed:
            _check_year(year, amounts, indexed, _factor(indexes, year) or given, review)


def _check_year(
    year: int,
    amounts: Mapping[Cell, int],
    previous: Mapping[Cell, int],
    factor: Decimal | None,
    review: Review,
) -> None:
    """`previous`: what each ceiling to check was the year before."""
    if factor is None:
        review.facts.append(
            _(
                "%(year)d : indexation non vérifiée, l’IRL du 3e trimestre %(index_year)d"
                " n’est pas connu."
            )
            % {"year": year, "index_year": year - 1}
        )
        return
    review.facts.append(
        _("%(year)d : indexation vérifiée sur %(count)d plafonds (× %(factor)s).")
        % {"year": year, "count": len(previous), "factor": f"{factor:.6f}"}
    )
    review.departures += [
        _("%(cell)s : %(amount)d, mais %(previous)d l’année d’avant.")
        % {"cell": _named(cell), "amount": amounts[cell], "previous": before}
        for cell, before in previous.items()
        if not plausible_against_index(before, amounts[cell], factor)
    ]


def _check_leaps(
    amounts: Mapping[Cell, int], all_amounts: Mapping[Cell, int], review: Review
) -> None:
    """Amounts that no index explains, whichever it is: a digit too many, two columns swapped."""
    for cell, amount in amounts.items():
        previous = all_amounts.get((*cell[:3], cell[3] - 1))
        if previous and abs(amount - previous) * 100 > previous * LARGEST_LEAP_PCT:
            review.departures.append(
                _("%(cell)s : %(amount)d, mais %(previous)d l’année d’avant (plus de %(pct)d %%).")
                % {
                    "cell": _named(cell),
                    "amount": amount,
                    "previous": previous,
                    "pct": LARGEST_LEAP_PCT,
                }
            )


def factor_with(rent_index: Decimal, year: int) -> Decimal | None:
    """The variation that the ceilings of a year follow, given the index of the third quarter of
    the year before; None when the portal does not know the one before that."""
    before = Parameter.objects.filter(name=RENT_INDEX, valid_from=date(year - 2, 7, 1)).first()
    typed = _typed_index(year - 1)
    known = before.value if before else typed
    return None if known is None else rent_index / known


def _typed_index(year: int) -> Decimal | None:
    """The index that an operator typed when publishing, of ceilings that count."""
    return (
        CeilingPublication.objects.filter(
            year=year, status=CeilingPublication.Status.PUBLISHED, rent_index__isnull=False
        )
        .order_by("-published_at")
        .values_list("rent_index", flat=True)
        .first()
    )


def _factor(indexes: Mapping[date, Decimal], year: int) -> Decimal | None:
    """The variation of the index of the third quarter that the ceilings of a year follow."""
    last, before = indexes.get(date(year - 1, 7, 1)), indexes.get(date(year - 2, 7, 1))
    return None if last is None or before is None else last / before


def _compare(amounts: Mapping[Cell, int], known: Mapping[Cell, int], review: Review) -> None:
    changed = [cell for cell, amount in amounts.items() if known.get(cell, amount) != amount]
    review.facts.append(
        _("Par rapport à la base : %(new)d nouveaux plafonds, %(changed)d modifiés.")
        % {"new": len(amounts.keys() - known.keys()), "changed": len(changed)}
    )
    review.facts += [
        _("%(cell)s : %(before)d deviendrait %(after)d.")
        % {"cell": _named(cell), "before": known[cell], "after": amounts[cell]}
        for cell in changed
    ]


def _named(cell: Cell) -> str:
    funding, zone, category, year = cell
    return f"{funding} {year} {zone} {category}"
