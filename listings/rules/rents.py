"""Whether a rent stays below the ceiling of its funding and zone, line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from alin.kit import french

from ..models import Dwelling, RentCeiling

Line = tuple[str, str]
# No « avis loyers » gives them: their convention alone does.
WITHOUT_KNOWN_CEILING = {"LLS", "LLTS"}


@dataclass(frozen=True)
class RentLimit:
    """The highest rent of one dwelling for one funding: euros a month, without charges."""

    ceiling: RentCeiling
    surface_m2: Decimal
    coefficient: Decimal
    amount: Decimal


@dataclass(frozen=True)
class RentVerdict:
    """`over`: above a ceiling in force, so that the offer may not be published. `indicative`:
    above or below, the figures are those of an earlier year. `free`: no ceiling applies;
    `unknown`: one does, that the portal does not know."""

    status: Literal["within", "over", "indicative", "free", "unknown"]
    sentence: str
    lines: tuple[Line, ...] = ()
    limit: RentLimit | None = None


def rent_limit(dwelling: Dwelling, ceiling: RentCeiling) -> RentLimit:
    """R331-10 CCH and the yearly « avis loyers »; article 2 terdecies D, annexe III of the CGI
    for intermediate homes, that count another surface."""
    fiscal = ceiling.surface == RentCeiling.Surface.FISCAL
    surface = dwelling.taxable_surface_m2 if fiscal else dwelling.usable_surface_m2
    return RentLimit(ceiling, surface, ceiling.coefficient(surface), ceiling.monthly_rent(surface))


def check_rent(
    *,
    dwelling: Dwelling,
    funding: str,
    rent: Decimal,
    year: int,
    ceilings: Iterable[RentCeiling],
) -> RentVerdict:
    """Compare a rent, euros a month without charges, to the ceiling of that year. `ceilings` are
    those known for the funding; the latest one that is not after `year` is shown when the year's
    own is not known, and then refuses nothing."""
    if not funding:
        return RentVerdict("free", _("Aucun loyer plafond ne s'applique à ce logement."))
    commune = dwelling.residence.commune
    known = [
        each
        for each in ceilings
        if each.funding == funding
        and each.year <= year
        and each.zone == (commune.zone_123 if each.zoning == "123" else commune.zone_abc)
    ]
    if not known:
        return RentVerdict("unknown", _unknown(funding, year))
    limit = rent_limit(dwelling, max(known, key=lambda each: each.year))
    return _compared(rent, limit, year)


def _unknown(funding: str, year: int) -> str:
    if funding in WITHOUT_KNOWN_CEILING:
        return _(
            "Le portail ne connaît pas de loyer plafond %(funding)s : vérifiez celui de votre "
            "convention."
        ) % {"funding": funding}
    return _(
        "Le loyer plafond %(funding)s de %(year)d n'est pas connu pour cette commune : vérifiez "
        "celui de votre convention."
    ) % {"funding": funding, "year": year}


def _compared(rent: Decimal, limit: RentLimit, year: int) -> RentVerdict:
    lines = _lines(limit)
    figures = {
        "rent": french.euros(rent),
        "limit": french.euros(limit.amount),
        "over": french.euros(rent - limit.amount),
        "year": limit.ceiling.year,
        "asked": year,
    }
    if limit.ceiling.year != year:
        sentence = (
            _(
                "Le loyer plafond de %(asked)d n'est pas encore connu. Celui de %(year)d, à titre "
                "indicatif, était de %(limit)s ; vous demandez %(rent)s."
            )
            % figures
        )
        return RentVerdict("indicative", sentence, lines, limit)
    if rent > limit.amount:
        sentence = (
            _(
                "Le loyer de %(rent)s dépasse de %(over)s le plafond de %(limit)s. Baissez-le à "
                "%(limit)s au plus, ou corrigez la surface ou le financement."
            )
            % figures
        )
        return RentVerdict("over", sentence, lines, limit)
    sentence = _("Le loyer de %(rent)s respecte le plafond de %(limit)s.") % figures
    return RentVerdict("within", sentence, lines, limit)


def _lines(limit: RentLimit) -> tuple[Line, ...]:
    ceiling = limit.ceiling
    fiscal = ceiling.surface == RentCeiling.Surface.FISCAL
    name = _("Surface fiscale") if fiscal else _("Surface utile")
    how = _("surface habitable et moitié des annexes")
    formula = _("0,7 + 19 ÷ surface, 1,2 au plus") if fiscal else _("0,77 × (1 + 20 ÷ surface)")
    return (
        (
            _("Taux %(funding)s %(year)d, zone %(zone)s")
            % {"funding": ceiling.funding, "year": ceiling.year, "zone": ceiling.zone},
            _("%(amount)s par m²") % {"amount": french.euros(ceiling.eur_m2)},
        ),
        (f"{name} ({how})", french.surface(limit.surface_m2)),
        (
            _("Coefficient : %(formula)s") % {"formula": formula},
            french.number(limit.coefficient.quantize(Decimal("0.0001"))),
        ),
        (_("Loyer plafond : taux × surface × coefficient"), french.euros(limit.amount)),
    )
