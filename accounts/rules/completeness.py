"""What a dossier still misses before a candidacy, and why it is asked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .resources import DeclaredResources, household_resources

# Those a candidacy needs, then those that help to offer the right home.
NEEDED_SECTIONS = ("identity", "numero", "household", "resources", "employment")
HELPFUL_SECTIONS = ("housing", "reasons", "wishes")
SECTIONS = NEEDED_SECTIONS + HELPFUL_SECTIONS
# Whose employer may open access to a reserved home.
_WITH_EMPLOYER = {"private", "agricultural"}


@dataclass(frozen=True)
class MissingFact:
    """Something the dossier still needs before a candidacy, and why it is asked."""

    section: str
    label: str
    why: str


def missing_facts(
    dossier: Any, members: list[Any], incomes: list[Any], saved: set[str], on: date
) -> list[MissingFact]:
    """What is missing from a dossier on a given day, in the order of its sections.

    `dossier`, `members`, `incomes`: rows already read; nothing is queried here. `saved`: names
    of the sections saved at least once (a household left empty on purpose is complete)."""
    return [
        *_missing_identity(dossier),
        *_missing_numero(dossier),
        *_missing_household(members, saved),
        *_missing_incomes(dossier, members, incomes, on),
        *_missing_employment(dossier),
    ]


def _missing_identity(dossier: Any) -> list[MissingFact]:
    missing = []
    person = dossier.applicant
    if not (person.first_name and person.last_name):
        missing.append(
            MissingFact("identity", _("vos nom et prénom"), _("Le bail est établi à votre nom."))
        )
    if dossier.birth_date is None:
        missing.append(
            MissingFact(
                "identity",
                _("votre date de naissance"),
                _("L'âge entre dans le calcul des plafonds des jeunes couples."),
            )
        )
    return missing


def _missing_numero(dossier: Any) -> list[MissingFact]:
    if not dossier.numero_unique:
        return [
            MissingFact(
                "numero",
                _("votre numéro unique"),
                _("Sans lui, aucune commission n'examine une candidature (L441-2-1 du CCH)."),
            )
        ]
    if dossier.numero_radiation_ground:
        return [
            MissingFact(
                "numero",
                _("une demande en cours : la vôtre est radiée"),
                _("Un logement social n'est attribué qu'à une demande enregistrée."),
            )
        ]
    return []


def _missing_household(members: list[Any], saved: set[str]) -> list[MissingFact]:
    missing = []
    if not members and "household" not in saved:
        missing.append(
            MissingFact(
                "household",
                _("qui vivra avec vous (ou que vous vivrez seul)"),
                _("Le plafond de ressources dépend du nombre de personnes du foyer."),
            )
        )
    nameless = [m for m in members if m.birth_date is None and not m.expected]
    if nameless:
        missing.append(
            MissingFact(
                "household",
                _("la date de naissance de %(who)s") % {"who": ", ".join(map(str, nameless))},
                _("L'âge de chacun entre dans le calcul des plafonds."),
            )
        )
    return missing


def _missing_incomes(
    dossier: Any, members: list[Any], incomes: list[Any], on: date
) -> list[MissingFact]:
    declared = DeclaredResources(
        rfr={(income.member_id, income.year): income.rfr_eur for income in incomes},
        last_12_months={},
        monthly={},
        requester_only=bool(dossier.separation_ground),
    )
    told = household_resources(members, declared, on)
    missing: list[MissingFact] = []
    if None in told.n2.lacking:
        missing.append(
            MissingFact(
                "resources",
                _("votre revenu fiscal de référence %(year)d") % {"year": told.year},
                _("Les plafonds de ressources se comparent aux revenus d'il y a deux ans."),
            )
        )
    others = ", ".join(str(member) for member in members if member.id in told.n2.lacking)
    if others:
        missing.append(
            MissingFact(
                "resources",
                _("le revenu fiscal de référence %(year)d de %(who)s")
                % {"year": told.year, "who": others},
                _("Les revenus de tous les adultes du foyer s'additionnent, même nuls."),
            )
        )
    return missing


def _missing_employment(dossier: Any) -> list[MissingFact]:
    if not dossier.employment_sector:
        return [
            MissingFact(
                "employment",
                _("votre situation professionnelle"),
                _("Certains logements sont réservés aux salariés d'entreprises qui cotisent."),
            )
        ]
    if dossier.employment_sector in _WITH_EMPLOYER and not dossier.employer_name:
        return [
            MissingFact(
                "employment",
                _("le nom de votre employeur"),
                _("Le bailleur vérifie que votre entreprise ouvre droit au logement réservé."),
            )
        ]
    return []


def advised_facts(dossier: Any, saved: set[str]) -> list[MissingFact]:
    """What nobody needs in order to apply, and that helps to offer the right home: told apart from
    `missing_facts`, in the order of the sections. `saved`: as there."""
    advised: list[MissingFact] = []
    if not dossier.phone:
        advised.append(
            MissingFact(
                "identity",
                _("votre numéro de téléphone"),
                _("Le bailleur vous appelle s'il vous propose une visite."),
            )
        )
    if dossier.employment_sector in _WITH_EMPLOYER and dossier.employer_headcount is None:
        advised.append(
            MissingFact(
                "employment",
                _("le nombre de salariés de votre entreprise"),
                _(
                    "Il dit si elle cotise pour loger ses salariés, et si ces logements vous sont "
                    "ouverts."
                ),
            )
        )
    if not dossier.housing_status:
        advised.append(
            MissingFact(
                "housing",
                _("votre logement actuel"),
                _(
                    "Être sans logement, hébergé ou mal logé compte parmi les priorités de la loi "
                    "(L441-1 du CCH)."
                ),
            )
        )
    if not dossier.reasons:
        advised.append(
            MissingFact(
                "reasons",
                _("les raisons de votre demande"),
                _("Certaines rendent une demande prioritaire (L441-1 du CCH)."),
            )
        )
    if "wishes" not in saved:
        advised.append(
            MissingFact(
                "wishes",
                _("le logement que vous souhaitez"),
                _("Communes, taille et loyer : pour ne pas vous proposer ce que vous refuseriez."),
            )
        )
    return advised
