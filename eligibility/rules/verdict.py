"""Whether a household may enter a home, with each reason in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import SOCIAL_FUNDINGS, Funding
from .ceilings import CeilingTable, HomeTerms, Parameters, ceilings_key
from .conditions import condition_reasons
from .household import (
    Employment,
    HouseholdFacts,
    Sector,
    category_label,
    hlm_category,
    lli_category,
)
from .reason import Band, Reason, Status

# Without an employer who opens access now, but whom the organisation that reserves may admit.
ADMITTED_OTHERWISE: tuple[Sector, ...] = ("jobseeker", "retired")

PLUS_LOW_BAND_PCT = 60
PLUS_EXCEPTION_PCT = 120


@dataclass(frozen=True)
class Verdict:
    """Whether a household may enter a home: no if one reason says no, else unknown if one is
    unknown, else yes. `indicative` when the ceilings used are those of an earlier year."""

    status: Status
    reasons: tuple[Reason, ...]
    indicative: bool = False


def evaluate(facts: HouseholdFacts, terms: HomeTerms, parameters: Parameters) -> Verdict:
    """Whether the household may enter the home at the date of `parameters`, with each reason.

    That date is the one of the decision: resources asked for are those of its N-2 and ceilings
    those of its year."""
    reasons: list[Reason] = []
    table = None
    if terms.income_limited:
        table = parameters.tables.get((terms.funding, ceilings_key(terms)))
        reasons.append(_resources_reason(facts, terms, table, parameters.on.year))
    if terms.numero_required:
        reasons.append(_numero_unique_reason(facts))
    if terms.employment_required:
        reasons.append(_employment_reason(facts.employment, parameters.employer_minimum))
    reasons += condition_reasons(facts, terms, parameters.on)
    indicative = table is not None and not table.in_force
    if table is not None and indicative:
        reasons.append(_not_published_reason(parameters.on.year, table.year, terms.funding))
    return Verdict(_overall(reasons), tuple(reasons), indicative)


def _overall(reasons: Iterable[Reason]) -> Status:
    statuses = {reason.status for reason in reasons}
    if "no" in statuses:
        return "no"
    return "unknown" if "unknown" in statuses else "yes"


def _resources_reason(
    facts: HouseholdFacts, terms: HomeTerms, table: CeilingTable | None, decision_year: int
) -> Reason:
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
    return judged


def _missing_resources(facts: HouseholdFacts, funding: str, decision_year: int) -> Reason | None:
    """The reason to say unknown before any comparison, if there is one."""
    title, law = _("Vos ressources"), _ceilings_law(funding)
    if facts.persons == 0:
        return Reason(
            "household_missing",
            "unknown",
            title,
            _("Le plafond dépend des personnes qui vivront dans le logement."),
            law,
            _("Indiquez dans votre dossier les personnes de votre foyer."),
        )
    if funding == Funding.LLI and _lli_column(facts) is None:
        return Reason(
            "household_unclear",
            "unknown",
            title,
            _(
                "Les plafonds du logement intermédiaire sont fixés pour une personne seule ou un"
                " couple. Votre foyer compte d’autres adultes : le bailleur dira comment il"
                " compte leurs ressources."
            ),
            law,
            _("Interrogez le bailleur avant de postuler."),
        )
    needed = decision_year - (1 if facts.resources_basis == "N-1" else 2)
    fill_in = _(
        "Indiquez le revenu fiscal de référence %(year)d de chaque personne : il est sur l’avis"
        " d’impôt reçu en %(notice_year)d."
    ) % {"year": needed, "notice_year": needed + 1}
    if facts.resources_eur is None:
        return Reason(
            "resources_missing",
            "unknown",
            title,
            _("Vos ressources ne sont pas encore renseignées."),
            law,
            fill_in,
        )
    if facts.resources_basis != "12_months" and facts.resources_year != needed:
        return Reason(
            "resources_wrong_year",
            "unknown",
            title,
            _(
                "Pour une décision prise en %(decision_year)d, ce sont les ressources de"
                " %(year)d qui comptent. Votre dossier en contient d’une autre année."
            )
            % {"decision_year": decision_year, "year": needed},
            law,
            fill_in,
            figure_eur=facts.resources_eur,
            year=facts.resources_year,
        )
    return None


def _unknown_ceiling(funding: str, decision_year: int) -> Reason:
    return Reason(
        "ceiling_unknown",
        "unknown",
        _("Vos ressources"),
        _(
            "Le plafond %(funding)s de %(year)d n’est pas connu du portail pour la commune de"
            " ce logement."
        )
        % {"funding": funding, "year": decision_year},
        _ceilings_law(funding),
        _("Demandez au bailleur le plafond qu’il applique."),
        year=decision_year,
    )


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
    said = {
        "resources": _resources_in_words(facts),
        "figure": _euros(figure),
        "limit": _euros(limit),
        "funding": funding,
        "year": ceilings_year,
        "category": label,
    }
    if within:
        explanation = _(
            "%(resources)s (%(figure)s) ne dépassent pas le plafond %(funding)s %(year)d de votre"
            " foyer : %(limit)s (%(category)s)."
        )
    else:
        explanation = _(
            "%(resources)s (%(figure)s) dépassent le plafond %(funding)s %(year)d de votre"
            " foyer : %(limit)s (%(category)s)."
        )
    explanation %= said
    law = _ceilings_law(funding)
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


def _numero_unique_reason(facts: HouseholdFacts) -> Reason:
    title, law = _("Votre numéro unique"), _("Article L441-2-1 du CCH")
    if facts.has_numero_unique:
        return Reason(
            "numero_unique",
            "yes",
            title,
            _("Votre demande de logement social est enregistrée."),
            law,
        )
    return Reason(
        "numero_unique_missing",
        # Unknown rather than no: a number left out of the dossier says nothing of the household.
        "unknown",
        title,
        _("Un logement social n’est attribué qu’à une demande enregistrée sous un numéro unique."),
        law,
        _(
            "Indiquez votre numéro unique dans votre dossier. Si vous n’en avez pas, ou si votre"
            " demande est radiée, enregistrez une demande de logement social : il vous sera donné"
            " avec l’attestation."
        ),
    )


def _employment_reason(
    employment: Employment | None, minimum_by_sector: Mapping[str, int]
) -> Reason:
    title = _("Votre emploi")
    law = _("Conditions d’accès publiées par Action Logement ; article L313-26-2 du CCH")
    if not minimum_by_sector:
        return Reason(
            "employment_threshold_unknown",
            "unknown",
            title,
            _("Cette offre est réservée à des salariés ; ses conditions ne sont pas connues."),
            law,
            _("Interrogez le bailleur avant de postuler."),
        )
    conditions = _(
        "Cette offre est réservée aux salariés d’une entreprise privée de %(private)d salariés"
        " ou plus (%(agricultural)d ou plus pour une entreprise agricole)."
    ) % {
        "private": minimum_by_sector["private"],
        "agricultural": minimum_by_sector["agricultural"],
    }
    if employment is None:
        return Reason(
            "employment_missing",
            "unknown",
            title,
            conditions,
            law,
            _("Indiquez votre employeur dans votre dossier."),
        )
    if employment.sector in ADMITTED_OTHERWISE:
        return Reason(
            f"employment_{employment.sector}",
            "unknown",
            title,
            conditions,
            law,
            _admitted_otherwise(employment.sector),
        )
    minimum = minimum_by_sector.get(employment.sector)
    if minimum is None:
        return Reason(
            "employment_sector",
            "no",
            title,
            conditions,
            law,
            _("Tout contrat de travail compte : durée déterminée, intérim, saison, apprentissage."),
        )
    if employment.headcount is None:
        return Reason(
            "employment_headcount_missing",
            "unknown",
            title,
            conditions,
            law,
            _("Indiquez le nombre de salariés de votre entreprise."),
        )
    if employment.headcount < minimum:
        return Reason("employment_headcount", "no", title, conditions, law)
    return Reason(
        "employment", "yes", title, _("Votre employeur ouvre l’accès à cette offre."), law
    )


def _admitted_otherwise(sector: Sector) -> str:
    if sector == "jobseeker":
        return _(
            "En recherche d’emploi, vous pouvez y être admis si une commission de médiation vous"
            " a reconnu prioritaire (DALO) : un quart au moins de ces logements va à des salariés"
            " ou demandeurs d’emploi prioritaires. Dites-le dans votre dossier."
        )
    return _(
        "Certains organismes admettent les personnes retraitées depuis peu d’une entreprise qui"
        " cotise : demandez au bailleur avant de postuler."
    )


def _not_published_reason(decision_year: int, table_year: int, funding: str) -> Reason:
    return Reason(
        "ceilings_not_published",
        "info",
        _("Plafonds de l’année"),
        _(
            "Les plafonds %(missing)d ne sont pas encore publiés ; ceux de %(known)d sont donnés"
            " à titre indicatif."
        )
        % {"missing": decision_year, "known": table_year},
        _ceilings_law(funding),
        year=table_year,
    )


def _ceilings_law(funding: str) -> str:
    if funding == Funding.LLI:
        return _("Plafonds du logement intermédiaire publiés au Bofip (BOI-BAREME-000017)")
    if funding in (Funding.LLS, Funding.LLTS):
        return _("Arrêté du 14 mars 2011 modifié")
    return _("Arrêté du 29 juillet 1987 modifié")


def _euros(amount: int) -> str:
    return f"{amount:,}".replace(",", "\u202f") + "\u00a0€"
