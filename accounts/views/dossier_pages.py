"""What the pages of the dossier say, prepared from rows already chosen for the reader."""

from datetime import date
from typing import Any, cast

from django.forms import TypedChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries, rules
from accounts.forms.dossier import SectionForm
from accounts.models import Dossier, DossierAccess, HouseholdMember, SectionState
from accounts.services import SHARED
from alin.kit import french
from alin.kit.forms import NEVER_KEPT


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
    saved = {name for name, state in states.items() if state.version > 0}
    wanting = {fact.section for fact in missing}
    outdated = {"resources"} if queries.has_outdated_income(own, on) else set()
    return {
        "tasks": [
            {
                "title": title,
                "hint": _hint(hint, states.get(name), reader_id),
                "href": reverse(f"dossier_{name}"),
                **_progress(name, saved=saved, wanting=wanting, outdated=outdated),
            }
            for name, (title, hint) in _section_texts().items()
        ],
        "done": len(rules.NEEDED_SECTIONS) - len(wanting),
        "total": len(rules.NEEDED_SECTIONS),
        "missing": [_with_page(fact) for fact in missing],
        "advised": [_with_page(fact) for fact in rules.advised_facts(own, saved)],
        "carried_over": _carried_over(states),
        "saved_at": max((s.saved_at for s in states.values() if s.saved_at), default=None),
        "viewers": _viewers(own),
        "holder": own.applicant,
    }


def _progress(
    name: str, *, saved: set[str], wanting: set[str], outdated: set[str]
) -> dict[str, str]:
    """How far a section is, as `ui.task_list` writes it."""
    if name in rules.HELPFUL_SECTIONS and name not in saved:
        return {"status": _("Conseillé"), "tone": "neutral"}
    if name in wanting:
        begun = {"status": _("Commencé"), "tone": "warning"}
        return begun if name in saved else {"status": _("À faire"), "tone": "neutral"}
    if name in outdated:
        return {"status": _("À mettre à jour"), "tone": "warning"}
    return {"status": _("Complet"), "tone": "success"}


def _carried_over(states: dict[str, SectionState]) -> list[dict[str, str]]:
    """The sections that hold what was typed in the simulator, not looked at since."""
    return [
        {"title": title, "href": reverse(f"dossier_{name}")}
        for name, (title, _hint_text) in _section_texts().items()
        if name in states and states[name].carried_over
    ]


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
