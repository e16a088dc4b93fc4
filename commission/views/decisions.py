"""A candidate before the commission, and what it decides."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alin.kit.access import require
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import bind_form, submitted_once
from applications import staff_words
from applications.models import PointCheck, State
from applications.queries import checks_of, verdict_on
from applications.workflow import NotYours, TransitionRefused
from commission import queries, services
from commission.forms import DecisionForm
from commission.models import AgendaCandidate
from commission.permissions import decides_in_it
from eligibility.queries import parameters_at

from .pages import add_errors, decision_day, decision_in_words


@require_http_methods(["GET", "POST"])
@submitted_once
def decide(request: ActorRequest, public_id: object) -> HttpResponse:
    actor = request.actor
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
        add_errors(form, error, {})
        return [], 422
    except NotYours:
        raise PermissionDenied from None
    except TransitionRefused as refusal:
        return refusal.reasons, 409
    return [], 200


def _candidate(
    request: ActorRequest,
    entry: AgendaCandidate,
    form: DecisionForm | None,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    sitting, candidacy = entry.item.session, entry.candidacy
    context: dict[str, Any] = {
        "entry": entry,
        "session": sitting,
        "candidacy": candidacy,
        "offer": entry.item.offer,
        "refused": refused or [],
        "following": queries.next_undecided(entry),
        "readable": queries.may_read(actor, entry),
        **decision_in_words(entry),
    }
    if form:
        context["form"] = form
    if context["readable"]:
        context |= _presented(entry, decision_day(sitting))
    return render(request, "commission/decide.html", context, status=status)


def _presented(entry: AgendaCandidate, on: date) -> dict[str, Any]:
    """The dossier as it was presented, and its verdict at the day of the session."""
    candidacy, offer = entry.candidacy, entry.item.offer
    told = candidacy.presented_snapshot or candidacy.dossier_snapshot
    checks = checks_of(candidacy)
    said = staff_words.claims_for_members(told, on, named=[candidacy.organisation_id])
    return {
        "assessment": staff_words.assess(verdict_on(told, offer, parameters_at(on))),
        "points": [
            {"label": p.label, "claims": said[p.value], "check": checks.get(p.value)}
            for p in PointCheck.Point
        ],
    }
