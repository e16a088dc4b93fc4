"""How staff and members of a commission read a frozen dossier, a verdict and the journal.

Plain functions over plain data: nothing here asks the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.rules import (
    DeclaredResources,
    DemandState,
    HouseholdResources,
    MalformedNumeroUnique,
    NumeroUnique,
    demand,
    household_resources,
    parse_numero_unique,
)
from alin.kit import french
from alin.kit.models import JournalEntry
from eligibility.rules import (
    Custody,
    Employment,
    HouseholdFacts,
    Link,
    Person,
    Reason,
    Sector,
    Verdict,
    age_on,
    household_facts_from_people,
)

from .models import PointCheck

Point = PointCheck.Point


@dataclass(frozen=True)
class Claim:
    """One line that the applicant told; `warning` is what an agent should look at."""

    label: str
    value: str
    warning: str = ""


@dataclass(frozen=True)
class Change:
    """A line that is no longer what it was; an empty text where there was, or is, no line."""

    label: str
    before: str
    after: str


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def household_size(told: Mapping[str, Any]) -> int:
    """Persons who will live in the home, without the children expected."""
    return 1 + sum(not member["expected"] for member in told["members"])


def resources_of(told: Mapping[str, Any], on: date) -> int | None:
    """Resources of the whole home (euros a year) for a decision on that day; None when unknown."""
    return facts_of_snapshot(told, on).resources_eur


def facts_of_snapshot(told: Mapping[str, Any], on: date) -> HouseholdFacts:
    """The same facts as `eligibility.queries.household_facts`, from a frozen dossier."""
    resources = resources_told(told, on)
    holder = Person(_day(told["birth_date"]), "holder", disabled=told["disabled"])
    return household_facts_from_people(
        [holder, *(_person(member) for member in told["members"])],
        on=on,
        resources_eur=resources.counted.amount if resources.counted else None,
        resources_year=resources.counted_year if resources.counted else resources.year,
        resources_basis=resources.counted.basis if resources.counted else "N-2",
        has_numero_unique=bool(told["numero_unique"]),
        employment=_employment(told),
    )


def resources_told(told: Mapping[str, Any], on: date) -> HouseholdResources:
    """The same as `accounts.queries.resources`, from a frozen dossier."""
    members = [
        SimpleNamespace(**{**member, "birth_date": _day(member["birth_date"])})
        for member in told["members"]
    ]
    recent = told["recent_incomes"]
    declared = DeclaredResources(
        rfr={(each["member"], each["year"]): each["rfr_eur"] for each in told["incomes"]},
        last_12_months={
            each["member"]: each["last_12_months_eur"]
            for each in recent
            if each["last_12_months_eur"] is not None
        },
        monthly={
            each["member"]: each["monthly_eur"]
            for each in recent
            if each["monthly_eur"] is not None
        },
        requester_only=bool(told["separation_ground"]),
    )
    return household_resources(members, declared, on)


def _person(member: Mapping[str, Any]) -> Person:
    return Person(
        birth_date=_day(member["birth_date"]),
        link=cast(Link, member["link"]),
        dependant=member["dependant"],
        custody=cast(Custody, member["custody"]) if member["custody"] else None,
        disabled=member["disabled"],
        expected=member["expected"],
    )


def _employment(told: Mapping[str, Any]) -> Employment | None:
    sector = told["employment_sector"]
    if not sector:
        return None
    known = sector if sector in ("private", "agricultural", "public") else "none"
    return Employment(sector=cast(Sector, known), headcount=told["employer_headcount"])


# --- the five points -----------------------------------------------------------------------


def claims(told: Mapping[str, Any], on: date) -> dict[str, list[Claim]]:
    """What the dossier says on each point that an agent verifies; ages are those on that day."""
    return {
        Point.IDENTITY.value: _identity(told, on),
        Point.HOUSEHOLD.value: _household(told, on),
        Point.RESOURCES.value: _resources(told, on),
        Point.EMPLOYER.value: _employer(told),
        Point.NUMERO_UNIQUE.value: _numero(told, on),
    }


def claims_for_members(told: Mapping[str, Any], on: date) -> dict[str, list[Claim]]:
    """The same without what a commission has no use for: how to reach the person, what she
    wrote in her own words, the ground of a separation."""
    lines = claims(told, on)
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
    born = _day(birth_date)
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
    return lines + _housing(told) + _reasons(told) + _wishes(told)


def _housing(told: Mapping[str, Any]) -> list[Claim]:
    housing = told["housing"]
    if not housing["status"]:
        return []
    parts = [str(housing["label"])]
    if since := _day(housing["since"]):
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


def _resources(told: Mapping[str, Any], on: date) -> list[Claim]:
    names = {member["id"]: member["name"] for member in told["members"]}
    names[None] = f"{told['first_name']} {told['last_name']}".strip()
    lines = [
        Claim(
            _("%(year)d, %(who)s") % {"year": income["year"], "who": names[income["member"]]},
            french.euros(income["rfr_eur"], short=True),
        )
        for income in told["incomes"]
    ]
    lines += [
        Claim(_("Avis d'impôt de %(who)s") % {"who": member["name"]}, _("le même"))
        for member in told["members"]
        if member["shares_tax_notice"]
    ]
    lines += _recent(told, names)
    if told["separation_ground"]:
        lines.append(
            Claim(
                _("Séparation"),
                _("%(ground)s : seules les ressources du demandeur comptent (L441-1 du CCH)")
                % {"ground": told["separation_label"]},
            )
        )
    return [*lines, *_counted(resources_told(told, on), names)]


def _recent(told: Mapping[str, Any], names: Mapping[int | None, str]) -> list[Claim]:
    lines = []
    for each in told["recent_incomes"]:
        who = names[each["member"]]
        if each["last_12_months_eur"] is not None:
            amount = french.euros(each["last_12_months_eur"], short=True)
            day = french.long_date(date.fromisoformat(each["told_on"]))
            lines.append(
                Claim(
                    _("Douze derniers mois, %(who)s") % {"who": who},
                    _("%(amount)s, déclaré le %(day)s") % {"amount": amount, "day": day},
                )
            )
        if each["monthly_eur"] is not None:
            lines.append(
                Claim(
                    _("Par mois aujourd'hui, %(who)s") % {"who": who},
                    french.euros(each["monthly_eur"], short=True),
                )
            )
    return lines


def _counted(resources: HouseholdResources, names: Mapping[int | None, str]) -> list[Claim]:
    """What is compared with the ceiling and why it is this amount; what comes in each month."""
    lines = []
    if resources.counted is None:
        warning = _("Le revenu fiscal de référence %(year)d manque : %(who)s.") % {
            "year": resources.year,
            "who": ", ".join(names[who] for who in resources.n2.lacking),
        }
        lines.append(Claim(_("Total"), _("inconnu"), warning))
    else:
        amount = french.euros(resources.counted.amount, short=True)
        basis = resources.counted.basis
        if basis == "12_months":
            label = _("Total des douze derniers mois, comparé au plafond")
        else:
            label = _("Total %(year)d, comparé au plafond") % {"year": resources.counted_year or 0}
        if basis != "N-2":
            amount = _("%(amount)s, soit %(drop)d %% de moins qu'en %(year)d") % {
                "amount": amount,
                "drop": resources.counted.drop_pct,
                "year": resources.year,
            }
        lines.append(Claim(label, amount))
    if resources.monthly.amount is not None:
        monthly = french.euros(resources.monthly.amount, short=True)
        lines.append(Claim(_("Ressources du foyer par mois"), monthly))
    return lines


def _employer(told: Mapping[str, Any]) -> list[Claim]:
    lines = [Claim(_("Situation"), told["employment_label"] or _("non renseignée"))]
    if told["employer_name"]:
        lines.append(Claim(_("Employeur"), told["employer_name"]))
    if told["employer_siret"]:
        lines.append(Claim(_("SIRET"), told["employer_siret"]))
    if told["employer_headcount"]:
        lines.append(
            Claim(_("Effectif"), french.count(told["employer_headcount"], "salarié", "salariés"))
        )
    return lines


def numero_in_groups(number: str) -> str:
    """The 18 characters in the groups that mean something: territory, month, sequence, guichet."""
    parts = (number[:3], number[3:7], number[7:13], number[13:])
    return french.NBSP.join(part for part in parts if part)


def parsed_numero(told: Mapping[str, Any], on: date) -> NumeroUnique | None:
    try:
        return parse_numero_unique(told["numero_unique"], on)
    except MalformedNumeroUnique:
        return None


def numero_month(told: Mapping[str, Any], on: date) -> str:
    """Month and year that the number carries, « 05/2022 »; empty without a readable number."""
    parsed = parsed_numero(told, on)
    return f"{parsed.month:02d}/{parsed.year}" if parsed else ""


def _numero(told: Mapping[str, Any], on: date) -> list[Claim]:
    if not told["numero_unique"]:
        return [Claim(_("Numéro"), _("non renseigné"))]
    parsed = parsed_numero(told, on)
    lines = [
        Claim(
            _("Numéro"),
            numero_in_groups(told["numero_unique"]),
            parsed.warning if parsed else _("Ce numéro ne se lit pas comme un numéro unique."),
        )
    ]
    registered = _day(told["numero_registered_on"])
    if registered:
        disagrees = parsed is not None and not parsed.agrees_with(registered)
        warning = _("Le numéro porte %(month)s : cette date n'est pas du même mois.")
        lines.append(
            Claim(
                _("Demande déposée le"),
                french.long_date(registered),
                warning % {"month": numero_month(told, on)} if disagrees else "",
            )
        )
    if renewed := _day(told["numero_renewed_on"]):
        lines.append(Claim(_("Renouvelée le"), french.long_date(renewed)))
    return lines + _standing(told, on)


def _standing(told: Mapping[str, Any], on: date) -> list[Claim]:
    standing = demand(
        registered_on=_day(told["numero_registered_on"]),
        renewed_on=_day(told["numero_renewed_on"]),
        radiated_on=_day(told["numero_radiated_on"]),
        ground=told["numero_radiation_ground"],
        on=on,
    )
    if standing is None:
        return []
    until = french.long_date(standing.valid_until)
    if standing.state in (DemandState.ACTIVE, DemandState.TO_RENEW):
        return [Claim(_("Valable jusqu'au"), until)]
    warning = _("D'après les dates déclarées, la demande n'est plus active : à vérifier.")
    if standing.state == DemandState.EXPIRED:
        return [Claim(_("Valable jusqu'au"), until, warning)]
    day = standing.radiated_on or standing.valid_until
    return [Claim(_("Radiée le"), french.long_date(day), warning)]


def changes(before: Mapping[str, Any], now: Mapping[str, Any], on: date) -> list[Change]:
    """What differs between two states of a dossier, in the order of the points."""
    old, new = _lines(before, on), _lines(now, on)
    return [
        Change(label, old.get(label, ""), new.get(label, ""))
        for label in {**old, **new}
        if old.get(label) != new.get(label)
    ]


def _lines(told: Mapping[str, Any], on: date) -> dict[str, str]:
    return {
        f"{Point(point).label} : {line.label}": line.value
        for point, lines in claims(told, on).items()
        for line in lines
    }


# --- the verdict ---------------------------------------------------------------------------

VERDICT_TITLES = {
    "yes": gettext_lazy("Remplit les conditions"),
    "no": gettext_lazy("Ne remplit pas une condition"),
    "unknown": gettext_lazy("Il manque de quoi conclure"),
}
VERDICT_TONES = {"yes": "success", "no": "danger", "unknown": "warning"}

_REASONS = {
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
    "ceiling_unknown": gettext_lazy("Le plafond de cette commune n'est pas connu du portail."),
    "birth_date_missing": gettext_lazy(
        "Une date de naissance manque : la catégorie « jeune ménage » ne peut être vérifiée."
    ),
    "numero_unique": gettext_lazy("Numéro unique renseigné."),
    "numero_unique_missing": gettext_lazy("Numéro unique non renseigné."),
    "employment": gettext_lazy("L'employeur ouvre l'accès à cette offre."),
    "employment_missing": gettext_lazy("La situation professionnelle manque."),
    "employment_sector": gettext_lazy(
        "Le secteur de l'employeur n'ouvre pas l'accès à cette offre."
    ),
    "employment_headcount": gettext_lazy("L'effectif de l'employeur est trop faible."),
    "employment_headcount_missing": gettext_lazy("L'effectif de l'employeur manque."),
    "employment_threshold_unknown": gettext_lazy(
        "L'effectif exigé de l'employeur n'est pas connu du portail."
    ),
    "ceilings_not_published": gettext_lazy(
        "Plafonds de l'année de décision pas encore publiés : ceux de %(year)s, à titre indicatif."
    ),
}


def reason_in_words(reason: Reason) -> str:
    """A reason as staff read it: about the candidate, not to them."""
    return str(_REASONS[reason.code]) % {"year": reason.year or "", "category": reason.category}


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


# --- the journal ---------------------------------------------------------------------------

EVENTS = {
    "submit": gettext_lazy("Candidature reçue"),
    "take": gettext_lazy("Prise en instruction"),
    "mark_ready": gettext_lazy("Dossier marqué prêt"),
    "present": gettext_lazy("Inscrite à l'ordre du jour d'une commission"),
    "take_off_agenda": gettext_lazy("Retirée de l'ordre du jour"),
    "award": gettext_lazy("Attribution par la commission"),
    "not_award": gettext_lazy("Non-attribution par la commission"),
    "declare_inadmissible": gettext_lazy("Rejet pour irrecevabilité par la commission"),
    "propose": gettext_lazy("Logement proposé"),
    "choose": gettext_lazy("Retenue par le bailleur, logement proposé"),
    "set_aside": gettext_lazy("Non retenue"),
    "accept": gettext_lazy("Proposition acceptée par le candidat"),
    "refuse": gettext_lazy("Proposition refusée par le candidat"),
    "expire": gettext_lazy("Proposition restée sans réponse"),
    "lapse": gettext_lazy("Condition suspensive non remplie dans le délai"),
    "release": gettext_lazy("Close : logement pourvu"),
    "withdraw": gettext_lazy("Candidature retirée par le candidat"),
    "sign_lease": gettext_lazy("Signature du bail constatée"),
    "condition_met": gettext_lazy("Pièce attendue fournie"),
}


def event_in_words(entry: JournalEntry) -> str:
    if entry.event == "point_concluded":
        return _("%(point)s : %(outcome)s") % {
            "point": Point(entry.data["point"]).label,
            "outcome": PointCheck.Outcome(entry.data["outcome"]).label,
        }
    return str(EVENTS[entry.event])


def timeline(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """The journal as the component `ui.timeline` shows it, newest first."""
    return [
        {
            "instant": entry.at,
            "title": event_in_words(entry),
            "text": entry.reason,
            "who": entry.actor_label,
        }
        for entry in reversed(list(entries))
    ]
