"""What the pages of the dossier say, prepared from rows already chosen for the reader."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.forms import TypedChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries, rules
from accounts.forms.dossier import SectionForm
from accounts.models import Dossier, DossierAccess, HouseholdMember, NumeroClaim, SectionState
from accounts.services import SHARED
from alin.kit import clock, french
from alin.kit.forms import NEVER_KEPT
from territory.models import Departement

TODO, STARTED, COMPLETE, HELPFUL = "todo", "started", "complete", "helpful"
OUTDATED = "outdated"


def _section_texts() -> dict[str, tuple[str, str]]:
    return {
        "identity": (_("Vous"), _("Nom, date de naissance, téléphone")),
        "numero": (_("Votre numéro unique"), _("Les 18 caractères de votre demande")),
        "household": (_("Votre foyer"), _("Les personnes qui vivront avec vous")),
        "resources": (_("Vos ressources"), _("Revenu fiscal de référence, ressources du mois")),
        "employment": (_("Votre travail"), _("Situation et employeur")),
        "housing": (_("Votre logement actuel"), _("Où vous vivez, depuis quand, à quel prix")),
        "reasons": (_("Votre demande"), _("Ce qui vous amène")),
        "wishes": (_("Vos souhaits"), _("Communes, taille, loyer")),
    }


def overview(own: Dossier, on: date, *, reader_id: int) -> dict[str, Any]:
    """The task list: the state of each section, what is missing, who may see the dossier."""
    states = queries.section_states(own)
    missing = queries.what_is_missing(own, on)
    advised = rules.advised_facts(own, {name for name in states if states[name].version > 0})
    wanting = {fact.section for fact in missing}
    words = {
        COMPLETE: (_("Complet"), "success"),
        STARTED: (_("Commencé"), "warning"),
        TODO: (_("À faire"), "neutral"),
        HELPFUL: (_("Conseillé"), "neutral"),
        OUTDATED: (_("À mettre à jour"), "warning"),
    }
    outdated = {"resources"} if queries.has_outdated_income(own, on) else set()
    tasks = []
    for name, (title, hint) in _section_texts().items():
        saved = name in states and states[name].version > 0
        if name in rules.HELPFUL_SECTIONS:
            status, tone = words[COMPLETE if saved else HELPFUL]
        else:
            done = OUTDATED if name in outdated else COMPLETE
            status, tone = words[done if name not in wanting else STARTED if saved else TODO]
        tasks.append(
            {
                "title": title,
                "hint": _hint(hint, states.get(name), reader_id),
                "status": status,
                "tone": tone,
                "href": reverse(f"dossier_{name}"),
            }
        )
    return {
        "tasks": tasks,
        "done": len(rules.NEEDED_SECTIONS) - len(wanting),
        "total": len(rules.NEEDED_SECTIONS),
        "missing": [_with_page(fact) for fact in missing],
        "advised": [_with_page(fact) for fact in advised],
        "carried_over": [
            {"title": title, "href": reverse(f"dossier_{name}")}
            for name, (title, _hint_text) in _section_texts().items()
            if name in states and states[name].carried_over
        ],
        "saved_at": max((s.saved_at for s in states.values() if s.saved_at), default=None),
        "viewers": _viewers(own),
        "holder": own.applicant,
    }


def _with_page(fact: rules.MissingFact) -> dict[str, Any]:
    return {"fact": fact, "href": reverse(f"dossier_{fact.section}")}


def _hint(text: str, state: SectionState | None, reader_id: int) -> str:
    if state is None or state.saved_at is None:
        return text
    if state.carried_over:
        return _("%(text)s. Repris de votre simulation, à vérifier.") % {"text": text}
    saved = {"text": text, "date": french.date_time(state.saved_at), "who": state.saved_by}
    if state.saved_by_id == reader_id:
        return _("%(text)s. Enregistré le %(date)s.") % saved
    return _("%(text)s. Enregistré le %(date)s par %(who)s.") % saved


def _viewers(own: Dossier) -> list[dict[str, Any]]:
    """Who may see the dossier now, in words, a line for each purpose. Members of a commission are
    told together, without their names; a landlord is told for each candidacy, with its home."""
    lines: dict[str, list[DossierAccess]] = {}
    for access in queries.who_may_see(own):
        lines.setdefault(access.purpose, []).append(access)
    the_other_then_landlords = sorted(
        lines.items(), key=lambda line: (line[0] != SHARED, line[1][0].organisation is None)
    )
    return [_viewer(purpose, accesses) for purpose, accesses in the_other_then_landlords]


def _viewer(purpose: str, accesses: list[DossierAccess]) -> dict[str, Any]:
    first = accesses[0]
    kind, _colon, rest = purpose.partition(":")
    public_id = rest.partition(":")[0]
    href = reverse("candidacy", args=[public_id]) if kind == "candidacy" else ""
    since = min(access.since for access in accesses)
    if purpose == SHARED:
        return {
            "who": str(first.person),
            "why": _("tient ce dossier avec vous et le modifie comme vous"),
            "since": since,
            "href": reverse("dossier_couple"),
        }
    if first.organisation is None:
        people = french.count(len(accesses), _("membre"), _("membres"))
        return {
            "who": _("Commission d'attribution (%(people)s)") % {"people": people},
            "why": first.subject or _("pour la séance où votre candidature est présentée"),
            "since": since,
            "href": href,
        }
    why = _("pour votre candidature") if href else _("pour étudier votre demande")
    if first.subject:
        why = _("pour votre candidature : %(home)s") % {"home": first.subject}
    return {"who": str(first.organisation), "why": why, "since": since, "href": href}


@dataclass(frozen=True)
class TakenNumero:
    """A number just typed that another dossier holds, and whether its check is asked already."""

    typed: str
    is_claimed: bool


def taken_numero(form: SectionForm, claims: list[NumeroClaim]) -> TakenNumero | None:
    if not form.has_error("numero", "taken"):
        return None
    typed = form.data.get("numero", "")
    read = rules.parse_numero_unique(typed, clock.today()).text
    return TakenNumero(typed, any(claim.numero_unique == read for claim in claims))


@dataclass(frozen=True)
class NumeroFacts:
    """What a saved numéro unique says, and what seems wrong with it."""

    text: str
    scope: str
    since: date
    guichet: str
    registered_on: date | None
    renewed_on: date | None
    valid_until: date | None
    state: str
    tone: str
    sentence: str
    may_renew: bool
    comes_back: bool
    may_renounce: bool
    warnings: list[str] = field(default_factory=list)


def numero_facts(own: Dossier, on: date) -> NumeroFacts | None:
    """The meaning of the saved number; None when there is none."""
    try:
        number = rules.parse_numero_unique(own.numero_unique, on)
    except rules.MalformedNumeroUnique:
        return None
    demand = queries.demand(own, on)
    declared = bool(own.numero_radiation_ground)
    state, tone, sentence = _standing(demand, on, declared=declared)
    warnings = [number.warning] if number.warning else []
    if own.numero_registered_on and not number.agrees_with(own.numero_registered_on):
        warnings.append(
            _(
                "La date de dépôt (%(date)s) ne correspond pas au mois porté par le numéro "
                "(%(month)02d/%(year)d). Relisez votre attestation."
            )
            % {
                "date": french.long_date(own.numero_registered_on),
                "month": number.month,
                "year": number.year,
            }
        )
    if sentence and tone == "danger":
        warnings.append(sentence)
    return NumeroFacts(
        text=f"{number.text[:3]} {number.text[3:7]} {number.text[7:13]} {number.text[13:]}",
        scope=_scope(number),
        since=date(number.year, number.month, 1),
        guichet=number.guichet,
        registered_on=own.numero_registered_on,
        renewed_on=own.numero_renewed_on,
        valid_until=demand.valid_until if demand else None,
        state=state,
        tone=tone,
        sentence=sentence,
        comes_back=demand is not None and demand.state == rules.DemandState.RADIATED,
        may_renounce=not declared,
        may_renew=demand is not None and (not declared or demand.is_reactivable(on)),
        warnings=warnings,
    )


def _standing(demand: rules.Demand | None, on: date, *, declared: bool) -> tuple[str, str, str]:
    """The state of a demande in a word, its tone, and what to do about it. Unless its end was
    declared, the dates alone speak, and one of them may not have been told."""
    if demand is None:
        return _("Inconnu"), "neutral", ""
    until = french.long_date(demand.valid_until)
    match demand.state:
        case rules.DemandState.ACTIVE:
            return _("Active"), "success", ""
        case rules.DemandState.TO_RENEW:
            told = _("Renouvelez votre demande avant le %(date)s pour garder son ancienneté.")
            return _("À renouveler"), "warning", told % {"date": until}
        case rules.DemandState.EXPIRED:
            told = _(
                "D'après ces dates, votre demande n'est plus valable depuis le %(date)s : une "
                "demande se renouvelle chaque année. Renouvelez-la sans attendre, ou complétez la "
                "date de dernier renouvellement."
            )
            return _("Expirée"), "danger", told % {"date": until}
    if not declared:
        told = _(
            "D'après ces dates, votre demande n'est plus valable depuis le %(date)s et a dû être "
            "radiée. Si vous l'avez renouvelée depuis, dites-nous quand. %(way)s"
        )
        return _("À vérifier"), "danger", told % {"date": until, "way": _way_back(demand, on)}
    why = Dossier.RadiationGround(demand.ground).label
    told = _("Votre demande est radiée (%(why)s). %(way)s")
    return _("Radiée"), "danger", told % {"why": why, "way": _way_back(demand, on)}


def _way_back(demand: rules.Demand, on: date) -> str:
    if demand.reactivable_until and demand.is_reactivable(on):
        return _(
            "Elle peut être réactivée jusqu'au %(date)s, avec son numéro et son ancienneté."
        ) % {"date": french.long_date(demand.reactivable_until)}
    return _(
        "Une demande radiée à cette date ne peut plus être réactivée : déposez-en une nouvelle et "
        "saisissez son numéro."
    )


def _scope(number: rules.NumeroUnique) -> str:
    if number.is_regional:
        return _("Île-de-France (numéro unique régional)")
    code = number.territory.removeprefix("0")
    departement = Departement.objects.filter(pk=code).first()
    if departement is None:
        return _("Territoire %(code)s") % {"code": number.territory}
    return _("%(name)s (numéro unique départemental)") % {"name": departement}


def people(members: list[HouseholdMember]) -> list[dict[str, Any]]:
    """The household as a list that can be read: who, and what is known of them."""
    return [
        {
            "name": str(member),
            "detail": ", ".join(_known_of(member)),
            "edit": reverse("dossier_member", args=[member.public_id]),
            "remove": reverse("dossier_member_remove", args=[member.public_id]),
        }
        for member in members
    ]


def _known_of(member: HouseholdMember) -> list[str]:
    known = [_("enfant à naître") if member.expected else member.get_link_display()]
    if member.birth_date:
        known.append(_("né(e) le %(date)s") % {"date": french.long_date(member.birth_date)})
    elif not member.expected:
        known.append(_("date de naissance à compléter"))
    if member.custody and member.custody != HouseholdMember.Custody.FULL:
        known.append(member.get_custody_display())
    if member.dependant:
        known.append(_("à votre charge"))
    if member.disabled:
        known.append(_("carte invalidité"))
    return known


def conflict(
    form: SectionForm, saved: dict[str, Any], state: SectionState, *, reader_id: int | None
) -> dict[str, Any]:
    """Both versions of a section side by side, and the form that sends the typed one again."""
    bounds = form.visible_fields()
    typed = [(str(b.label), _shown(b, _typed(form, b))) for b in bounds]
    now = [_shown(b, saved.get(b.name)) for b in bounds]
    return {
        "rows": [
            (label, mine, theirs if saved else "", bool(saved) and mine != theirs)
            for (label, mine), theirs in zip(typed, now, strict=True)
        ],
        "has_saved": bool(saved),
        "by_reader": state.saved_by_id == reader_id,
        "saved_by": state.saved_by,
        "saved_at": state.saved_at,
        "hidden": [
            (name, value)
            for name, values in cast(QueryDict, form.data).lists()
            if name not in NEVER_KEPT and name != "version"
            for value in values
        ],
        "version": state.version,
    }


def _typed(form: SectionForm, bound: BoundField) -> Any:
    value = form.cleaned_data.get(bound.name)
    if isinstance(value, bool) and isinstance(bound.field, TypedChoiceField):
        return "yes" if value else "no"
    return value


def _shown(bound: BoundField, value: Any) -> str:
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if value in (None, "", []):
        return _("Rien")
    if isinstance(value, date):
        return french.long_date(value)
    if isinstance(value, int):
        return french.number(value)
    choices = dict(getattr(bound.field, "choices", []))
    if isinstance(value, list):
        return ", ".join(str(choices.get(each, each)) for each in value)
    return str(choices.get(value, value))
