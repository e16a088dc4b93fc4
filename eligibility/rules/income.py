"""The resources of a household against the ceiling of a home, said to the person."""

from dataclasses import replace

from django.utils.translation import gettext as _

from ..models import SOCIAL_FUNDINGS, Funding
from .ceilings import CeilingTable, HomeTerms
from .household import HouseholdFacts, category_label, hlm_category, lli_category
from .reason import Band, Reason

PLUS_LOW_BAND_PCT = 60
PLUS_EXCEPTION_PCT = 120


def resources_reason(
    facts: HouseholdFacts, terms: HomeTerms, table: CeilingTable | None, decision_year: int
) -> Reason:
    """The household's resources against the ceiling of the home; `table` is None when no ceiling
    of its funding and zone is known."""
    if table is None:
        return _unknown_ceiling(terms.funding, decision_year)
    missing = _missing_resources(facts, terms.funding, decision_year)
    if missing is not None:
        return missing
    limit, label = _limit(facts, terms.funding, table, young=bool(facts.young_couple))
    judged = _compared(facts, terms.funding, table.year, limit, label)
    if judged.status == "no" and facts.young_couple is None and terms.funding != Funding.LLI:
        young_limit, young_label = _limit(facts, terms.funding, table, young=True)
        if _compared(facts, terms.funding, table.year, young_limit, young_label).status == "yes":
            return _missing_birth_date(judged, young_limit)
    if judged.status == "yes" and not _from_a_notice(facts, terms.funding):
        return _left_to_the_notice(judged, limit, decision_year)
    return judged


def _from_a_notice(facts: HouseholdFacts, funding: str) -> bool:
    """An intermediate home looks at the income of a tax notice: of N-2, or of N-1 when it is
    lower (BOI-RFPI-SPEC-20-20-20). What was earned in twelve months, which is lower than that
    income, proves nothing below its ceiling; above it, the income is above too."""
    return funding != Funding.LLI or facts.resources_basis != "12_months"


def _left_to_the_notice(judged: Reason, limit: int, decision_year: int) -> Reason:
    return _unknown(
        "tax_notice_decides",
        _(
            "Le logement intermédiaire compare le revenu fiscal de référence (avis d’impôt), pas"
            " les douze derniers mois. Le plafond de votre foyer : %(limit)s (%(category)s)."
        )
        % {"limit": _euros(limit), "category": judged.category},
        Funding.LLI,
        _(
            "Comparez-lui votre revenu fiscal de référence %(year)d, ou %(next)d s’il est plus bas"
            " et si vous en avez l’avis d’impôt."
        )
        % {"year": decision_year - 2, "next": decision_year - 1},
    )


def _missing_resources(facts: HouseholdFacts, funding: str, decision_year: int) -> Reason | None:
    """The reason to say unknown before any comparison, if there is one."""
    if facts.persons == 0:
        return _unknown(
            "household_missing",
            _("Le plafond dépend des personnes qui vivront dans le logement."),
            funding,
            _("Indiquez dans votre dossier les personnes de votre foyer."),
        )
    if funding == Funding.LLI and _lli_column(facts) is None:
        return _unknown(
            "household_unclear",
            _(
                "Les plafonds du logement intermédiaire sont fixés pour une personne seule ou un"
                " couple. Votre foyer compte d’autres adultes : le bailleur dira comment il"
                " compte leurs ressources."
            ),
            funding,
            _("Interrogez le bailleur avant de postuler."),
        )
    return _missing_income(facts, funding, decision_year)


def _missing_income(facts: HouseholdFacts, funding: str, decision_year: int) -> Reason | None:
    """No figure, or that of a year which does not count for a decision of `decision_year`."""
    needed = decision_year - (1 if facts.resources_basis == "N-1" else 2)
    fill_in = _(
        "Indiquez le revenu fiscal de référence %(year)d de chaque personne : il est sur l’avis"
        " d’impôt reçu en %(notice_year)d."
    ) % {"year": needed, "notice_year": needed + 1}
    if facts.resources_eur is None:
        told = _("Vos ressources ne sont pas encore renseignées.")
        return _unknown("resources_missing", told, funding, fill_in)
    if facts.resources_basis != "12_months" and facts.resources_year != needed:
        told = _(
            "Pour une décision prise en %(decision_year)d, ce sont les ressources de"
            " %(year)d qui comptent. Votre dossier en contient d’une autre année."
        ) % {"decision_year": decision_year, "year": needed}
        wrong = _unknown("resources_wrong_year", told, funding, fill_in)
        return replace(wrong, figure_eur=facts.resources_eur, year=facts.resources_year)
    return None


def _unknown(code: str, explanation: str, funding: str, what_would_change: str) -> Reason:
    return Reason(
        code,
        "unknown",
        _("Vos ressources"),
        explanation,
        ceilings_law(funding),
        what_would_change,
    )


def _unknown_ceiling(funding: str, decision_year: int) -> Reason:
    told = _(
        "Le plafond %(funding)s de %(year)d n’est pas connu du portail pour la commune de"
        " ce logement."
    ) % {"funding": funding, "year": decision_year}
    ask = _("Demandez au bailleur le plafond qu’il applique.")
    return replace(_unknown("ceiling_unknown", told, funding, ask), year=decision_year)


def _missing_birth_date(judged: Reason, young_limit: int) -> Reason:
    return Reason(
        "birth_date_missing",
        "unknown",
        judged.title,
        _(
            "Vos ressources dépassent le plafond d’un couple (%(limit)s), mais pas celui d’un"
            " jeune ménage (%(young_limit)s), dont les âges font 55 ans ou moins à deux."
        )
        % {"limit": _euros(judged.limit_eur or 0), "young_limit": _euros(young_limit)},
        judged.text_of_law,
        _("Indiquez la date de naissance de chacun de vous deux."),
        figure_eur=judged.figure_eur,
        limit_eur=young_limit,
        year=judged.year,
    )


def _lli_column(facts: HouseholdFacts) -> tuple[str, int] | None:
    return lli_category(adults=facts.adults, couple=facts.couple, dependants=facts.dependants)


def _limit(
    facts: HouseholdFacts, funding: str, table: CeilingTable, *, young: bool
) -> tuple[int, str]:
    """The ceiling of the household and its category in words."""
    if funding == Funding.LLI:
        column = _lli_column(facts)
        assert column is not None, "an unclear household is answered before"
        return table.limit(*column, "par_pac_sup"), category_label(*column)
    rank, extra = hlm_category(
        persons=facts.persons,
        adults=facts.adults,
        dependants=facts.dependants,
        young_couple=young,
        any_disability=facts.any_disability,
    )
    return table.limit(str(rank), extra, "par_personne_sup"), category_label(str(rank), extra)


def _compared(
    facts: HouseholdFacts, funding: str, ceilings_year: int, limit: int, label: str
) -> Reason:
    """The household's resources against their ceiling."""
    figure = facts.resources_eur
    assert figure is not None, "missing resources are answered before"
    within = figure <= limit
    band = _plus_band(figure, limit) if funding == Funding.PLUS else None
    exceptional = band == "120"
    explanation = _comparison(within=within) % {
        "resources": _resources_in_words(facts),
        "figure": _euros(figure),
        "limit": _euros(limit),
        "funding": funding,
        "year": ceilings_year,
        "category": label,
    }
    law = ceilings_law(funding)
    if exceptional:
        explanation += " " + _(
            "Elles le dépassent de 20 % au plus : le bailleur peut faire exception pour un"
            " logement PLUS sur dix."
        )
        law += " ; " + _("article D331-12 du CCH")
    return Reason(
        "plus_over_100" if exceptional else "within_ceiling" if within else "over_ceiling",
        "yes" if within else "no",
        _("Vos ressources"),
        explanation,
        law,
        "" if within else _how_to_come_below(facts, funding, figure - limit),
        figure_eur=figure,
        limit_eur=limit,
        ratio_pct=-(-figure * 100 // limit),
        year=ceilings_year,
        category=label,
        band=band,
    )


def _comparison(*, within: bool) -> str:
    if within:
        return _(
            "%(resources)s (%(figure)s) ne dépassent pas le plafond %(funding)s %(year)d de votre"
            " foyer : %(limit)s (%(category)s)."
        )
    return _(
        "%(resources)s (%(figure)s) dépassent le plafond %(funding)s %(year)d de votre"
        " foyer : %(limit)s (%(category)s)."
    )


def _plus_band(figure: int, limit: int) -> Band:
    """Where a household stands against the PLUS ceiling (D331-12): it is not a cliff."""
    if figure * 100 <= limit * PLUS_LOW_BAND_PCT:
        return "60"
    if figure <= limit:
        return "100"
    return "120" if figure * 100 <= limit * PLUS_EXCEPTION_PCT else "over"


def _resources_in_words(facts: HouseholdFacts) -> str:
    if facts.resources_basis == "12_months":
        return _("Vos ressources des douze derniers mois")
    return _("Vos ressources de %(year)d") % {"year": facts.resources_year}


def _how_to_come_below(facts: HouseholdFacts, funding: str, gap: int) -> str:
    said = _("Il faudrait %(gap)s de moins.") % {"gap": _euros(gap)}
    if facts.resources_basis == "N-2" and funding in SOCIAL_FUNDINGS:
        said += " " + _(
            "Si vos revenus de l’année dernière ou des douze derniers mois ont baissé d’au moins"
            " 10 %, indiquez-les : ce sont alors les plus bas qui comptent."
        )
    return said


def ceilings_law(funding: str) -> str:
    if funding == Funding.LLI:
        return _("Plafonds du logement intermédiaire publiés au Bofip (BOI-BAREME-000017)")
    if funding in (Funding.LLS, Funding.LLTS):
        return _("Arrêté du 14 mars 2011 modifié")
    return _("Arrêté du 29 juillet 1987 modifié")


def _euros(amount: int) -> str:
    return f"{amount:,}".replace(",", "\u202f") + "\u00a0€"
