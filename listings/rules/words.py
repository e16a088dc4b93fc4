"""What an offer means for a household, in words."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from alin.kit import french
from eligibility.rules import (
    HomeTerms,
    HouseholdFacts,
    Parameters,
    Verdict,
    category_label,
    ceilings_key,
    evaluate,
)

Tone = Literal["success", "warning", "danger", "neutral"]

# Not the law's words but what they come to (arrêté du 29 juillet 1987, annexe).
HOUSEHOLDS_IN_WORDS = {
    "1": "1 personne seule",
    "2": "2 personnes sans personne à charge",
    "3": "3 personnes, ou 1 adulte et 1 personne à charge, ou jeune couple",
    "4": "4 personnes, ou 1 adulte et 2 personnes à charge",
    "5": "5 personnes, ou 1 adulte et 3 personnes à charge",
    "6": "6 personnes, ou 1 adulte et 4 personnes à charge",
    "par_personne_sup": "par personne en plus",
    "par_pac_sup": "par personne à charge en plus",
}


@dataclass(frozen=True)
class Word:
    """What a card says of a household's chances: a few words and their tone."""

    label: str
    tone: Tone


@dataclass(frozen=True)
class PublishedCeilings:
    """The ceilings of one home by household, whole euros a year. `year` is theirs; `in_force` is
    False when those of the present year are not published yet."""

    year: int
    in_force: bool
    rows: list[tuple[str, int]]
    law: str


def rent_in_words(rent: Decimal, *, short: bool = False) -> str:
    """A rent without charges: some emergency homes ask none."""
    return french.euros(rent, short) if rent else _("sans loyer")


def total_rent_in_words(total: Decimal) -> str:
    """A rent with its charges, as part of a sentence."""
    if not total:
        return _("sans loyer ni charges")
    return _("%(total)s par mois charges comprises") % {"total": french.euros(total)}


def eligibility_in_a_word(verdict: Verdict) -> Word:
    """The first thing that matters: what forbids, then what is missing, then what allows."""
    said = {reason.code: reason for reason in verdict.reasons}
    if "over_ceiling" in said:
        return Word(_("Au-dessus du plafond"), "danger")
    if "age_refused" in said:
        return Word(_("Hors de la tranche d'âge"), "danger")
    if "occupation_refused" in said:
        return Word(_("Réservé à d'autres situations"), "danger")
    if any(code.startswith("employment") and r.status == "no" for code, r in said.items()):
        return Word(_("Réservé à d'autres salariés"), "danger")
    if "plus_over_100" in said:
        return Word(_("Un peu au-dessus du plafond"), "warning")
    if "ceiling_unknown" in said:
        return Word(_("Plafond non connu"), "neutral")
    if any(
        code.startswith(("resources", "household", "birth_date"))
        or code in ("age_missing", "occupation_missing")
        for code in said
    ):
        return Word(_("Dossier à compléter"), "neutral")
    if "numero_unique_missing" in said:
        return Word(_("Numéro unique à indiquer"), "neutral")
    if any(reason.status == "unknown" for reason in verdict.reasons):
        return Word(_("Conditions à vérifier"), "neutral")
    if "within_ceiling" in said:
        return Word(_("Sous le plafond"), "success")
    return Word(_("Sans plafond de ressources"), "success")


def published_ceilings(terms: HomeTerms, parameters: Parameters) -> PublishedCeilings | None:
    """The ceilings to show with an offer; None for a home without ceilings or whose ceilings the
    portal does not know."""
    table = parameters.tables.get((terms.funding, ceilings_key(terms)))
    if table is None or not terms.income_limited:
        return None
    nobody = HouseholdFacts(persons=1, adults=1, dependants=0)
    return PublishedCeilings(
        year=table.year,
        in_force=table.in_force,
        rows=[
            (household_in_words(category), table.amounts[category])
            for category in sorted(table.amounts, key=_rank)
        ],
        law=evaluate(nobody, terms, parameters).reasons[0].text_of_law,
    )


def _rank(category: str) -> tuple[bool, int, str]:
    """By size of household; « seul » before « couple » before dependants; the extra ones last."""
    order = {"seul": 0, "couple": 1}
    digits = category.split("_")[0]
    size = order.get(category, int(digits) + 1 if digits.isdigit() else 0)
    return category.startswith("par_"), size, category


def household_in_words(category: str) -> str:
    if category in HOUSEHOLDS_IN_WORDS:
        return _(HOUSEHOLDS_IN_WORDS[category])
    return category_label(category)
