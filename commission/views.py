"""The commission: its sessions, their agenda, what it decides."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.forms import bind_form, submitted_once
from applications import staff_words
from applications.models import Candidacy, PointCheck, State
from applications.queries import checks_of, ready_for_commission, verdict_on
from applications.workflow import STAFF_LABELS, NotYours, TransitionRefused
from eligibility.queries import parameters_at
from eligibility.rules import Parameters
from listings.models import Offer
from listings.queries import offers_visible_to

from . import queries, rules, services
from .forms import AgendaForm, CloseForm, DecisionForm, SessionForm
from .models import AgendaCandidate, AgendaItem, Session
from .permissions import decides_in_it, works_for_its_landlord

PER_PAGE = 25


@require_GET
def commission_home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "commission.open")
    sessions = queries.with_counts(queries.sessions_visible_to(actor))
    past = Paginator(
        sessions.filter(closed_at__isnull=False).order_by("-scheduled_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "coming": sessions.filter(closed_at=None).order_by("scheduled_at", "pk"),
        "past": past,
        "seats": {
            seat.commission_id: seat.get_capacity_display() for seat in queries.seats_of(actor)
        },
        "prepares": actor.is_landlord_staff,
    }
    return render(request, "commission/home.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def create_session(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "commission.schedule")
    commissions = queries.commissions_of_landlord(actor)
    form = bind_form(SessionForm, request, commissions=commissions)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.schedule_session(
                actor=actor,
                commission=form.cleaned_data["commission"],
                scheduled_at=form.scheduled_at,
                place=form.cleaned_data["place"],
            )
        except ValidationError as error:
            _add_errors(form, error, {"scheduled_at": "day"})
        else:
            messages.success(request, _("Séance créée. Ajoutez les logements à son ordre du jour."))
            return redirect("session", public_id=made.public_id)
    context = {"form": form, "has_commission": commissions.exists()}
    return render(request, "commission/create_session.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _add_errors(form: Any, error: ValidationError, renamed: dict[str, str]) -> None:
    """Put a service's refusal beside its fields; `renamed[""]` is where the rest goes."""
    if not hasattr(error, "error_dict"):
        form.add_error(renamed.get(""), error.messages)
        return
    for name, texts in error.message_dict.items():
        field = renamed.get(name, name if name in form.fields else renamed.get(""))
        form.add_error(field, texts)


# --- the agenda ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@submitted_once
def prepare(request: HttpRequest, public_id: object) -> HttpResponse:
    """Put one home of the landlord on an agenda; the address takes the offer's identifier."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    social = offers_visible_to(actor).filter(kind=Offer.Kind.SOCIAL)
    offer = get_object_or_404(social, public_id=public_id)
    sessions = queries.sessions_open_for(actor, offer)
    ready = ready_for_commission(actor, offer.pk)
    initial = {"session": request.GET.get("seance", "")}
    form = bind_form(AgendaForm, request, sessions=sessions, candidacies=ready, initial=initial)
    if request.method == "POST" and form.is_valid() and (item := _present(actor, offer, form)):
        messages.success(request, _("%(home)s est à l'ordre du jour.") % {"home": offer})
        return redirect("session", public_id=item.session.public_id)
    parameters = parameters_at(clock.today())
    chosen = set(form["candidacies"].value() or [])
    context = {
        "offer": offer,
        "form": form,
        "rows": [
            _compared(candidacy, offer, parameters, place)
            | {"chosen": str(candidacy.public_id) in chosen}
            for place, candidacy in enumerate(ready.prefetch_related("checks"), start=1)
        ],
        "has_session": sessions.exists(),
        "least": rules.LEAST_CANDIDATES,
    }
    return render(request, "commission/prepare.html", context, status=_status(form))


def _present(actor: Actor, offer: Offer, form: AgendaForm) -> AgendaItem | None:
    """The item put on the agenda; None when refused, with the reasons in the form."""
    typed = form.cleaned_data
    try:
        return services.put_on_agenda(
            actor=actor,
            session=typed["session"],
            offer=offer,
            candidacies=list(typed["candidacies"]),
            exception=typed["exception"],
            exception_note=typed["exception_note"] if typed["exception"] else "",
        )
    except ValidationError as error:
        _add_errors(form, error, {"": "candidacies"})
    except TransitionRefused as refusal:
        form.add_error("candidacies", refusal.reasons)
    return None


def _compared(
    candidacy: Candidacy, offer: Offer, parameters: Parameters, place: int
) -> dict[str, Any]:
    """A candidate's line in a table of comparison, from the dossier as it was presented (or, not
    presented yet, as it was received)."""
    told = candidacy.presented_snapshot or candidacy.dossier_snapshot
    checks = list(candidacy.checks.all())
    return {
        "candidacy": candidacy,
        "place": place,
        "persons": staff_words.household_size(told),
        "assessment": staff_words.assess(verdict_on(told, offer, parameters)),
        "numero": staff_words.numero_month(told, parameters.on),
        "employer": told["employer_name"] or told["employment_label"],
        "verified": sum(check.outcome == PointCheck.Outcome.VERIFIED for check in checks),
        "refused": [check for check in checks if check.outcome == PointCheck.Outcome.REFUSED],
    }


# --- the session ---------------------------------------------------------------------------


@require_GET
def session(request: HttpRequest, public_id: object) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(queries.sessions_visible_to(actor), public_id=public_id)
    members = list(queries.members_in_force(found.commission))
    deciding = [member.user_id for member in members if member.decides]
    prepares = works_for_its_landlord(actor, found) and not found.closed_at
    agenda = queries.agenda(found)
    context = {
        "session": found,
        "items": _compared_agenda(actor, found, agenda),
        "members": members,
        "deciding": len(deciding),
        "decides": actor.user_id in deciding and not found.closed_at,
        "stops": [] if found.closed_at else services.what_is_undecided(agenda),
        "prepares": prepares,
        "offers": list(queries.offers_to_present(actor, found)) if prepares else [],
    }
    return render(request, "commission/session.html", context)


def _decision_day(session: Session) -> date:
    """The day whose ceilings count: that of the session, in Paris."""
    return session.scheduled_at.astimezone(clock.PARIS).date()


def _compared_agenda(
    actor: Actor, session: Session, agenda: list[AgendaItem]
) -> list[dict[str, Any]]:
    """Each home with its candidates in the published order; a dossier the actor may not read
    leaves only the name and the decision."""
    readable = queries.dossiers_open_to(actor, session)
    parameters = parameters_at(_decision_day(session)) if readable else None
    items = []
    for item in agenda:
        entries = sorted(item.candidates.all(), key=_seniority)
        rows = []
        for place, entry in enumerate(entries, start=1):
            row = {"entry": entry, "candidacy": entry.candidacy, **decision_in_words(entry)}
            row["readable"] = entry.candidacy.dossier_id in readable
            if parameters and row["readable"]:
                row |= _compared(entry.candidacy, item.offer, parameters, place)
            rows.append(row)
        items.append({"item": item, "rows": rows, "readable": any(r["readable"] for r in rows)})
    return items


def _seniority(entry: AgendaCandidate) -> tuple[date, int]:
    return entry.candidacy.seniority_on or date.max, entry.candidacy_id


def decision_in_words(entry: AgendaCandidate) -> dict[str, Any]:
    """The decision recorded, as it is notified when the session closes."""
    state = State(entry.candidacy.state)
    awarded = entry.decision in services.AWARDS
    tone = "success" if awarded else "neutral"
    if entry.decision == AgendaCandidate.Decision.IRRECEVABILITE:
        tone = "danger"
    return {
        "decided": bool(entry.decision),
        # Withdrawn or released meanwhile: nothing is to be decided any more.
        "left": "" if entry.decision or state == State.COMMISSION else str(STAFF_LABELS[state]),
        "decision": entry.get_decision_display(),
        "tone": tone,
        "awarded": awarded,
        "reason": rules.motives_in_words(entry.motives, entry.motive_text),
    }


# --- the decision --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@submitted_once
def decide(request: HttpRequest, public_id: object) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entry = get_object_or_404(queries.entries_of_member(actor), public_id=public_id)
    sitting = entry.item.session
    may_decide = decides_in_it(actor, sitting)
    if request.method == "GET":
        awaited = entry.candidacy.state == State.COMMISSION and not sitting.closed_at
        form = bind_form(DecisionForm, request, initial=DecisionForm.of(entry))
        return _candidate(request, entry, form if may_decide and awaited else None)
    require(actor, "commission.decide", sitting)
    form = DecisionForm(request.POST)
    refusal, status = _record(actor, entry, form)
    if status == 200:
        messages.success(
            request,
            _("Décision enregistrée pour %(name)s.") % {"name": entry.candidacy.applicant},
        )
        following = queries.next_undecided(entry)
        if following:
            return redirect("decide", public_id=following.public_id)
        return redirect("session", public_id=sitting.public_id)
    now = get_object_or_404(queries.entries_of_member(actor), public_id=public_id)
    return _candidate(request, now, form, refused=refusal, status=status)


def _record(actor: Actor, entry: AgendaCandidate, form: DecisionForm) -> tuple[list[str], int]:
    """Stage the decision: what refuses it, and the status of the answer."""
    if not form.is_valid():
        return [], 422
    typed = dict(form.cleaned_data)
    version = typed.pop("version")
    try:
        services.record_decision(actor=actor, entry=entry, expected_version=version, **typed)
    except ValidationError as error:
        # What no field explains is a rank already given to somebody else.
        _add_errors(form, error, {"": "rank"})
        return [], 422
    except NotYours:
        raise PermissionDenied from None
    except TransitionRefused as refusal:
        return refusal.reasons, 409
    return [], 200


def _candidate(
    request: HttpRequest,
    entry: AgendaCandidate,
    form: DecisionForm | None,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sitting, candidacy = entry.item.session, entry.candidacy
    context: dict[str, Any] = {
        "entry": entry,
        "session": sitting,
        "candidacy": candidacy,
        "offer": entry.item.offer,
        "refused": refused or [],
        "following": queries.next_undecided(entry),
        "readable": candidacy.dossier_id in queries.dossiers_open_to(actor, sitting),
        **decision_in_words(entry),
    }
    if form:
        context["form"] = form
    if context["readable"]:
        context |= _presented(entry, _decision_day(sitting))
    return render(request, "commission/decide.html", context, status=status)


def _presented(entry: AgendaCandidate, on: date) -> dict[str, Any]:
    """The dossier as it was presented, and its verdict at the day of the session."""
    candidacy, offer = entry.candidacy, entry.item.offer
    told = candidacy.presented_snapshot or candidacy.dossier_snapshot
    checks = checks_of(candidacy)
    said = staff_words.claims_for_members(told, on)
    return {
        "assessment": staff_words.assess(verdict_on(told, offer, parameters_at(on))),
        "points": [
            {"label": p.label, "claims": said[p.value], "check": checks.get(p.value)}
            for p in PointCheck.Point
        ],
    }


# --- closing -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@submitted_once
def close(request: HttpRequest, public_id: object) -> HttpResponse:
    """Read every decision once more, then apply and notify them all."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(queries.sessions_visible_to(actor), public_id=public_id)
    require(actor, "commission.decide", found)
    refused: list[str] = []
    status = 200
    if request.method == "POST":
        refused, status = _close(actor, found, CloseForm(request.POST))
        if status == 200:
            messages.success(request, _("Séance close : chaque candidat est informé."))
            return redirect("session", public_id=found.public_id)
    if found.closed_at and request.method == "GET":
        return redirect("session", public_id=found.public_id)
    agenda = queries.agenda(found)
    context = {
        "session": found,
        "items": _compared_agenda(actor, found, agenda),
        "stops": services.what_is_undecided(agenda),
        "refused": refused,
        "version": queries.agenda_version(found),
    }
    return render(request, "commission/close.html", context, status=status)


def _close(actor: Actor, session: Session, form: CloseForm) -> tuple[list[str], int]:
    if not form.is_valid():
        return [_("Le formulaire était incomplet.")], 422
    try:
        services.close_session(
            actor=actor, session=session, expected_version=form.cleaned_data["version"]
        )
    except services.DecisionsChanged as changed:
        return changed.reasons, 409
    except TransitionRefused as refusal:
        return refusal.reasons, 422
    return [], 200
