"""What a dossier says on the five points that an agent verifies, and what changed in it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alin.kit import french
from eligibility.rules import age_on

from ..models import PointCheck
from . import numero, resources
from .frozen import day, household_size
from .lines import Change, Claim

Point = PointCheck.Point


def claims(
    told: Mapping[str, Any], on: date, *, named: Collection[int] | None = ()
) -> dict[str, list[Claim]]:
    """What the dossier says on each point that an agent verifies; ages are those on that day.

    `named`: the organisations whose verifications may be told with their name, None for all: a
    landlord does not learn from a figure who else received the dossier."""
    return {
        Point.IDENTITY.value: _identity(told, on),
        Point.HOUSEHOLD.value: _household(told, on),
        Point.RESOURCES.value: resources.lines(told, on, named=named),
        Point.EMPLOYER.value: _employer(told),
        Point.NUMERO_UNIQUE.value: numero.lines(told, on),
    }


def claims_for_members(
    told: Mapping[str, Any], on: date, *, named: Collection[int] = ()
) -> dict[str, list[Claim]]:
    """The same without what a commission has no use for: how to reach the person, what she
    wrote in her own words, the ground of a separation."""
    lines = claims(told, on, named=named)
    reach = {_("Téléphone"), _("Adresse électronique")}
    identity, resources = Point.IDENTITY.value, Point.RESOURCES.value
    household, note = Point.HOUSEHOLD.value, _("Précisions")
    return lines | {
        identity: [line for line in lines[identity] if line.label not in reach],
        household: [line for line in lines[household] if line.label != note],
        resources: [_without_ground(line) for line in lines[resources]],
    }


def _without_ground(line: Claim) -> Claim:
    """That a separation counts is theirs to know; which one is not."""
    if line.label != _("Séparation"):
        return line
    return replace(line, value=_("seules les ressources du demandeur comptent (L441-1 du CCH)"))


def _born(birth_date: str | None, on: date) -> str:
    born = day(birth_date)
    if born is None:
        return _("date de naissance non renseignée")
    return f"{french.long_date(born)} ({french.count(age_on(born, on), 'an', 'ans')})"


def _identity(told: Mapping[str, Any], on: date) -> list[Claim]:
    lines = [
        Claim(_("Nom"), f"{told['first_name']} {told['last_name']}".strip()),
        Claim(_("Naissance"), _born(told["birth_date"], on)),
        Claim(_("Téléphone"), told["phone"] or _("non renseigné")),
        Claim(_("Adresse électronique"), told["email"]),
    ]
    if told["disabled"]:
        lines.append(Claim(_("Handicap"), _("carte mobilité inclusion, mention invalidité")))
    return lines


def _household(told: Mapping[str, Any], on: date) -> list[Claim]:
    size = household_size(told)
    lines = [
        Claim(_("Personnes"), ngettext("%(n)d personne", "%(n)d personnes", size) % {"n": size})
    ]
    lines += [Claim(member["name"], _member(member, on)) for member in told["members"]]
    if other := told.get("co_applicant"):
        lines.append(Claim(_("Co-demandeur"), f"{other['name']}, {other['email']}"))
    return lines + _housing(told) + _reasons(told) + _wishes(told)


def _housing(told: Mapping[str, Any]) -> list[Claim]:
    housing = told["housing"]
    if not housing["status"]:
        return []
    parts = [str(housing["label"])]
    if since := day(housing["since"]):
        parts.append(_("depuis le %(day)s") % {"day": french.long_date(since)})
    if housing["rent_eur"] is not None:
        amount = french.euros(housing["rent_eur"], short=True)
        parts.append(_("%(amount)s par mois") % {"amount": amount})
    if housing["surface_m2"]:
        parts.append(french.surface(housing["surface_m2"]))
    if housing["persons"]:
        parts.append(french.count(housing["persons"], _("personne"), _("personnes")))
    return [Claim(_("Logement actuel"), ", ".join(parts))]


def _reasons(told: Mapping[str, Any]) -> list[Claim]:
    labels = [str(reason["label"]) for reason in told["reasons"]]
    lines = [Claim(_("Raisons de la demande"), " ; ".join(labels))] if labels else []
    if told["reasons_note"]:
        lines.append(Claim(_("Précisions"), told["reasons_note"]))
    return lines


def _wishes(told: Mapping[str, Any]) -> list[Claim]:
    wishes = told["wishes"]
    parts = [", ".join(commune["name"] for commune in wishes["communes"])]
    parts += [str(kind["label"]).lower() for kind in wishes["kinds"]]
    parts.append(", ".join(f"T{size}" for size in wishes["sizes"]))
    if wishes["max_rent_eur"] is not None:
        amount = french.euros(wishes["max_rent_eur"], short=True)
        parts.append(_("%(amount)s par mois au plus") % {"amount": amount})
    parts += [
        words
        for words, wanted in (
            (_("rez-de-chaussée seulement"), wishes["floor"] == "ground"),
            (_("ascenseur nécessaire"), wishes["lift"]),
            (_("accessible en fauteuil roulant"), wishes["accessible"]),
        )
        if wanted
    ]
    said = " ; ".join(part for part in parts if part)
    return [Claim(_("Souhaits"), said)] if said else []


# Frozen labels speak to the applicant (« vit avec vous »); staff read their own.
_CUSTODY = {
    "full": gettext_lazy("vit au foyer"),
    "alternating": gettext_lazy("garde alternée"),
    "visiting": gettext_lazy("droit de visite et d'hébergement"),
}


def _member(member: Mapping[str, Any], on: date) -> str:
    parts = [str(member["link_label"])]
    parts.append(_("à naître") if member["expected"] else _born(member["birth_date"], on))
    if member["dependant"]:
        parts.append(_("à charge fiscale"))
    if member["custody"]:
        parts.append(str(_CUSTODY[member["custody"]]))
    if member["disabled"]:
        parts.append(_("carte mobilité inclusion, mention invalidité"))
    return ", ".join(parts)


def _employer(told: Mapping[str, Any]) -> list[Claim]:
    lines = [Claim(_("Situation"), told["employment_label"] or _("non renseignée"))]
    if told.get("contract_label"):
        lines.append(Claim(_("Contrat"), told["contract_label"]))
    if told["employer_name"]:
        lines.append(Claim(_("Employeur"), told["employer_name"]))
    if told["employer_siret"]:
        lines.append(Claim(_("SIRET"), told["employer_siret"]))
    if told["employer_headcount"]:
        lines.append(
            Claim(_("Effectif"), french.count(told["employer_headcount"], "salarié", "salariés"))
        )
    return lines


def changes(before: Mapping[str, Any], now: Mapping[str, Any], on: date) -> list[Change]:
    """What differs between two states of a dossier, in the order of the points."""
    old, new = _lines(before, on), _lines(now, on)
    return [
        Change(
            label,
            old[label].value if label in old else "",
            new[label].value if label in new else "",
            new[label].warning if label in new else "",
        )
        for label in {**old, **new}
        if label not in old or label not in new or old[label].value != new[label].value
    ]


def same_claims(before: list[Claim], now: list[Claim]) -> bool:
    """Whether a point says the same, whoever verified it since."""
    return [(c.label, c.value) for c in before] == [(c.label, c.value) for c in now]


def _lines(told: Mapping[str, Any], on: date) -> dict[str, Claim]:
    return {
        f"{Point(point).label} : {line.label}": line
        for point, lines in claims(told, on).items()
        for line in lines
    }
