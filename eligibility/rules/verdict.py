"""Whether a household may enter a home, with each reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .ceilings import HomeTerms, Parameters, ceilings_key
from .conditions import condition_reasons
from .employment import employment_reason
from .household import HouseholdFacts
from .income import ceilings_law, resources_reason
from .reason import Reason, Status


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
        reasons.append(resources_reason(facts, terms, table, parameters.on.year))
    if terms.numero_required:
        reasons.append(_numero_unique_reason(facts))
    if terms.employment_required:
        minimum = parameters.employer_minimum
        reasons.append(employment_reason(facts.employment, minimum, couple=facts.couple))
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
        ceilings_law(funding),
        year=table_year,
    )
