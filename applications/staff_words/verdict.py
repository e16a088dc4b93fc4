"""A verdict as staff read it: about the candidate, not to them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alin.kit import french
from eligibility.rules import Reason, Verdict

VERDICT_TITLES = {
    "yes": gettext_lazy("Remplit les conditions"),
    "no": gettext_lazy("Ne remplit pas une condition"),
    "unknown": gettext_lazy("Il manque de quoi conclure"),
}
VERDICT_TONES = {"yes": "success", "no": "danger", "unknown": "warning"}

REASONS = {
    "within_ceiling": gettext_lazy("Ressources sous le plafond %(year)s (%(category)s)."),
    "over_ceiling": gettext_lazy("Ressources au-dessus du plafond %(year)s (%(category)s)."),
    "plus_over_100": gettext_lazy(
        "Ressources au-dessus du plafond %(year)s (%(category)s), de 20 %% au plus : dérogation "
        "possible pour un logement PLUS sur dix."
    ),
    "household_missing": gettext_lazy("La composition du foyer manque."),
    "household_unclear": gettext_lazy(
        "Plusieurs adultes hors couple : les plafonds LLI ne disent pas comment compter."
    ),
    "resources_missing": gettext_lazy(
        "Le revenu fiscal de référence de l'année qui compte manque."
    ),
    "resources_wrong_year": gettext_lazy("Les ressources données sont celles d'une autre année."),
    "tax_notice_decides": gettext_lazy(
        "Les ressources données sont celles de douze mois : le plafond LLI se compare au revenu "
        "fiscal de référence de l'avis d'impôt."
    ),
    "ceiling_unknown": gettext_lazy("Le plafond de cette commune n'est pas connu du portail."),
    "birth_date_missing": gettext_lazy(
        "Une date de naissance manque : la catégorie « jeune ménage » ne peut être vérifiée."
    ),
    "numero_unique": gettext_lazy("Numéro unique renseigné."),
    "numero_unique_missing": gettext_lazy("Numéro unique non renseigné."),
    "employment": gettext_lazy("L'employeur ouvre l'accès à cette offre."),
    "employment_missing": gettext_lazy("La situation professionnelle manque."),
    "employment_jobseeker": gettext_lazy(
        "En recherche d'emploi : admissible si reconnu prioritaire (DALO), L313-26-2 du CCH."
    ),
    "employment_retired": gettext_lazy(
        "À la retraite : admissible si le réservataire admet les anciens salariés."
    ),
    "employment_sector": gettext_lazy(
        "Le secteur de l'employeur n'ouvre pas l'accès à cette offre."
    ),
    "employment_headcount": gettext_lazy("L'effectif de l'employeur est trop faible."),
    "employment_headcount_missing": gettext_lazy("L'effectif de l'employeur manque."),
    "employment_of_the_couple": gettext_lazy(
        "L'employeur du titulaire n'ouvre pas l'accès à cette offre : reste à vérifier celui de "
        "l'autre membre du couple."
    ),
    "employment_threshold_unknown": gettext_lazy(
        "L'effectif exigé de l'employeur n'est pas connu du portail."
    ),
    "age": gettext_lazy("Le titulaire a l'âge que ce logement demande."),
    "age_missing": gettext_lazy("La date de naissance du titulaire manque."),
    "age_of_the_couple": gettext_lazy(
        "Le titulaire n'a pas l'âge que ce logement demande : reste à vérifier celui de l'autre "
        "membre du couple."
    ),
    "age_refused": gettext_lazy("Hors de la tranche d'âge de ce logement."),
    "occupation": gettext_lazy("La situation du titulaire est de celles que ce logement accepte."),
    "occupation_missing": gettext_lazy("La situation du titulaire manque."),
    "occupation_to_check": gettext_lazy(
        "La situation déclarée ne suffit pas à dire si ce logement l'accepte : à vérifier."
    ),
    "occupation_refused": gettext_lazy(
        "La situation déclarée n'est pas de celles que ce logement accepte."
    ),
    "stay": gettext_lazy("La durée du séjour est limitée."),
    "ceilings_not_published": gettext_lazy(
        "Plafonds de l'année de décision pas encore publiés : ceux de %(year)s, à titre indicatif."
    ),
}


def reason_in_words(reason: Reason) -> str:
    """A reason as staff read it: about the candidate, not to them."""
    return str(REASONS[reason.code]) % {"year": reason.year or "", "category": reason.category}


@dataclass(frozen=True)
class Assessment:
    """A verdict for staff: its title, its reasons and the ratio to the ceiling, as the law's
    fractions and never as a score."""

    status: str
    title: str
    tone: str
    reasons: list[dict[str, Any]]
    resources: str
    ceiling: str
    ratio: str


def assess(verdict: Verdict) -> Assessment:
    money = next((r for r in verdict.reasons if r.limit_eur is not None), None)
    status, title = str(verdict.status), str(VERDICT_TITLES[verdict.status])
    if {r.code for r in verdict.reasons if r.status == "no"} == {"plus_over_100"}:
        # D331-12 CCH leaves it to the landlord and the commission: not a refusal.
        status, title = "unknown", _("Dérogation possible")
    return Assessment(
        status=status,
        title=title,
        tone=VERDICT_TONES[status],
        reasons=[_shown(reason) for reason in verdict.reasons],
        resources=_euros(money.figure_eur) if money else "",
        ceiling=_euros(money.limit_eur) if money else "",
        ratio=f"{money.ratio_pct}{french.NBSP}%" if money and money.ratio_pct else "",
    )


def _euros(amount: int | None) -> str:
    return "" if amount is None else french.euros(amount, short=True)


def _shown(reason: Reason) -> dict[str, Any]:
    return {
        "text": reason_in_words(reason),
        "source": reason.text_of_law,
        "figure": _euros(reason.figure_eur) if reason.limit_eur else "",
        "figure_label": _("Ressources"),
        "limit": _euros(reason.limit_eur),
        "limit_label": _("Plafond"),
        "year": reason.year,
    }
