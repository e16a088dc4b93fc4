"""Homes reserved for the employees of firms that pay for them, said to the person."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from .household import Employment, Sector
from .reason import Reason, Status

# Without an employer who opens access now, but whom the organisation that reserves may admit.
ADMITTED_OTHERWISE: tuple[Sector, ...] = ("jobseeker", "retired")


def employment_reason(
    employment: Employment | None, minimum_by_sector: Mapping[str, int], *, couple: bool
) -> Reason:
    """Whether the employer opens access. `minimum_by_sector`: the fewest employees of a firm, for
    each sector that does; empty when they are not known.

    The dossier names the employer of its holder alone: a couple is not refused for him, because
    the employer of the other of the two opens access as well."""
    reason = _of_the_holder(employment, minimum_by_sector)
    if reason.status != "no" or not couple:
        return reason
    return replace(
        reason,
        code="employment_of_the_couple",
        status="unknown",
        what_would_change=_(
            "Vous êtes deux : l’employeur de l’autre membre du couple peut ouvrir cet accès. Si"
            " c’est le cas, dites-le au bailleur."
        ),
    )


def _of_the_holder(employment: Employment | None, minimum_by_sector: Mapping[str, int]) -> Reason:
    if not minimum_by_sector:
        return _reason(
            "employment_threshold_unknown",
            "unknown",
            _("Cette offre est réservée à des salariés ; ses conditions ne sont pas connues."),
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
        fill_in = _("Indiquez votre employeur dans votre dossier.")
        return _reason("employment_missing", "unknown", conditions, fill_in)
    if employment.sector in ADMITTED_OTHERWISE:
        way_in = _admitted_otherwise(employment.sector)
        return _reason(f"employment_{employment.sector}", "unknown", conditions, way_in)
    minimum = minimum_by_sector.get(employment.sector)
    if minimum is None:
        contracts = _(
            "Tout contrat de travail compte : durée déterminée, intérim, saison, apprentissage."
        )
        return _reason("employment_sector", "no", conditions, contracts)
    if employment.headcount is None:
        fill_in = _("Indiquez le nombre de salariés de votre entreprise.")
        return _reason("employment_headcount_missing", "unknown", conditions, fill_in)
    if employment.headcount < minimum:
        return _reason("employment_headcount", "no", conditions)
    return _reason("employment", "yes", _("Votre employeur ouvre l’accès à cette offre."))


def _reason(code: str, status: Status, explanation: str, what_would_change: str = "") -> Reason:
    return Reason(
        code,
        status,
        _("Votre emploi"),
        explanation,
        _("Conditions d’accès publiées par Action Logement ; article L313-26-2 du CCH"),
        what_would_change,
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
