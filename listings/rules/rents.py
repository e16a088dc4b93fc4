"""Whether a rent stays below the highest one of its home, line by line: what the convention says,
else the ceiling of the funding and zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from alin.kit import french

from ..models import Dwelling, Offer, RentCeiling

Line = tuple[str, str]
# No « avis loyers » gives them: their convention alone does.
WITHOUT_KNOWN_CEILING = {"LLS", "LLTS"}
# Their highest rent is that of the decree, whatever was agreed (CGI, annexe III, article 2
# terdecies D).
_OF_A_DECREE = "LLI"
# Logements-foyers (L633-1 CCH names both): the convention gives a redevance by type of dwelling,
# rent and charges together, that no « avis loyers » tells.
_BY_REDEVANCE = (Offer.Programme.YOUNG_WORKERS, Offer.Programme.STUDENTS)


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


def check_rent(*, offer: Offer, year: int, ceilings: Iterable[RentCeiling]) -> RentVerdict:
    """Compare the rent of an offer to the highest one of its home in that year.

    What the convention of the home says wins: one signed earlier, or with local margins, may allow
    more than the avis of the year. `ceilings` are those known for the funding; the latest one that
    is not after `year` is shown when the year's own is not known, and then refuses nothing."""
    dwelling, funding, rent = offer.dwelling, offer.funding, offer.rent
    if not funding:
        return RentVerdict("free", _("Aucun loyer plafond ne s'applique à ce logement."))
    agreed = dwelling.convention_max_rent
    if offer.programme in _BY_REDEVANCE:
        return _against_redevance(offer, agreed)
    if agreed is not None and (funding != _OF_A_DECREE or rent > agreed):
        return _against_convention(rent, agreed)
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
            "convention, ou indiquez-le sur la page du logement."
        ) % {"funding": funding}
    return _(
        "Le loyer plafond %(funding)s de %(year)d n'est pas connu pour cette commune : vérifiez "
        "celui de votre convention, ou indiquez-le sur la page du logement."
    ) % {"funding": funding, "year": year}


def _against_convention(rent: Decimal, agreed: Decimal) -> RentVerdict:
    figures = _figures(rent, agreed)
    lines = ((_("Loyer maximum de la convention, noté sur le logement"), figures["limit"]),)
    if rent > agreed:
        sentence = _(
            "Le loyer de %(rent)s dépasse de %(over)s le maximum de %(limit)s de la convention du "
            "logement. Baissez-le à %(limit)s au plus, ou corrigez ce maximum sur la page du "
            "logement."
        )
        return RentVerdict("over", sentence % figures, lines)
    sentence = _(
        "Le loyer de %(rent)s respecte le maximum de %(limit)s de la convention du logement. "
        "L'avis loyers de l'année n'est pas comparé."
    )
    return RentVerdict("within", sentence % figures, lines)


def _against_redevance(offer: Offer, agreed: Decimal | None) -> RentVerdict:
    """Rent and charges together, but for services that it does not cover: what is above with them
    is a question, what is above without is refused."""
    if agreed is None:
        return RentVerdict(
            "unknown",
            _(
                "Dans une résidence, le maximum est une redevance par type de logement, et non un "
                "loyer au mètre carré : vérifiez le tableau des redevances de votre convention APL "
                "(logement-foyer, article L633-1 du CCH), ou notez ce maximum sur la page du "
                "logement."
            ),
        )
    figures = _figures(offer.rent, agreed) | {"sum": french.euros(offer.rent_with_charges)}
    lines = ((_("Redevance maximum de la convention, notée sur le logement"), figures["limit"]),)
    if offer.rent > agreed:
        sentence = _(
            "Le loyer de %(rent)s dépasse de %(over)s la redevance maximum de %(limit)s de la "
            "convention. Baissez-le, ou corrigez ce maximum sur la page du logement."
        )
        return RentVerdict("over", sentence % figures, lines)
    if offer.rent_with_charges > agreed:
        sentence = _(
            "Loyer et charges font %(sum)s, et la redevance maximum de la convention est de "
            "%(limit)s : vérifiez que le reste paie des services qu'elle ne comprend pas."
        )
        return RentVerdict("unknown", sentence % figures, lines)
    sentence = _(
        "Loyer et charges, %(sum)s, respectent la redevance maximum de %(limit)s de la convention."
    )
    return RentVerdict("within", sentence % figures, lines)


def _figures(rent: Decimal, limit: Decimal) -> dict[str, str]:
    return {
        "rent": french.euros(rent),
        "limit": french.euros(limit),
        "over": french.euros(rent - limit),
    }


def _compared(rent: Decimal, limit: RentLimit, year: int) -> RentVerdict:
    lines = _lines(limit)
    figures = _figures(rent, limit.amount) | {
        "year": limit.ceiling.year,
        "asked": year,
        "what": _named(limit.ceiling),
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
                "Le loyer de %(rent)s dépasse de %(over)s le plafond de %(limit)s (%(what)s). "
                "Baissez-le à %(limit)s au plus, ou corrigez la surface ou le financement."
            )
            % figures
        )
        if limit.ceiling.funding != _OF_A_DECREE:
            sentence += " " + _(
                "Si la convention de ce logement permet plus, notez son loyer maximum sur la page "
                "du logement."
            )
        return RentVerdict("over", sentence, lines, limit)
    sentence = _("Le loyer de %(rent)s respecte le plafond de %(limit)s (%(what)s).") % figures
    return RentVerdict("within", sentence, lines, limit)


def _named(ceiling: RentCeiling) -> str:
    """Which document the ceiling is of."""
    if ceiling.funding == _OF_A_DECREE:
        return _("logement intermédiaire, %(year)d") % {"year": ceiling.year}
    return _("avis loyers %(year)d") % {"year": ceiling.year}


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
