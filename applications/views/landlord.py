"""The landlord's back-office: its queues, its dossiers, its offers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.queries import snapshot
from accounts.rules import with_verifications
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.forms import bind_form, kept_input, submitted_once
from alin.kit.models import JournalEntry
from documents.staff_words import requests_made
from eligibility.queries import parameters_at

from .. import queries, services, staff_words
from ..filters import QUEUES, queue_of
from ..forms.landlord import PointForm, ReasonForm, StepForm
from ..models import Candidacy, PointCheck, State
from ..workflow import (
    STAFF_LABELS,
    TONES,
    Choice,
    NotYours,
    StaleCandidacy,
    TransitionRefused,
    choices_for,
)

Step = Callable[[int], Any]


def _own(request: HttpRequest, public_id: object) -> Candidacy:
    """The landlord's own candidacy, which its staff may instruct; 404 for anybody else's."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = get_object_or_404(
        queries.candidacies_of_landlord(actor).select_related(
            "offer__dwelling__residence__commune",
            "applicant",
            "organisation",
            "dossier__applicant",
            "taken_by",
            "suspensive_condition",
            "current_proposal",
        ),
        public_id=public_id,
    )
    require(actor, "applications.instruct", found)
    return found


@require_GET
def candidacy(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)
    return _show(request, found, point_form=_kept_point(request, found))


def _kept_point(request: HttpRequest, candidacy: Candidacy) -> tuple[str, PointForm] | None:
    """What was typed on a point when the session ended, back in its place."""
    for point in PointCheck.Point.values:
        typed = kept_input(request, reverse("staff_point", args=[candidacy.public_id, point]))
        if typed is not None:
            request.restored_input = True  # type: ignore[attr-defined]
            return point, PointForm(typed, auto_id=f"{point}_%s")
    return None


def _show(
    request: HttpRequest,
    candidacy: Candidacy,
    *,
    refused: list[str] | None = None,
    point_form: tuple[str, PointForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a candidacy; after a refused step, with the reasons and what was typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    journal = list(queries.history(candidacy))
    queue = QUEUES.get(request.GET.get("file", ""), queue_of(candidacy))
    waiting = queries.candidacies_of_landlord(actor).filter(queue.where)
    context = {
        "candidacy": candidacy,
        "state": STAFF_LABELS[State(candidacy.state)],
        "tone": TONES[State(candidacy.state)],
        "refused": refused or [],
        "faster": _last_line(journal) if status == 409 else None,
        "actions": _actions(actor, candidacy),
        "condition": getattr(candidacy, "suspensive_condition", None),
        "proposal": getattr(candidacy, "current_proposal", None),
        "timeline": staff_words.timeline(journal),
        "queue": queue,
        "following": queries.next_in_queue(waiting, candidacy),
        **_dossier(actor, candidacy, point_form),
        **({"form": point_form[1]} if point_form else {}),
    }
    return render(request, "bailleur/candidacy.html", context, status=status)


def _last_line(journal: list[JournalEntry]) -> dict[str, Any]:
    """What somebody did last, for who arrives a moment too late."""
    return staff_words.timeline(journal[-1:])[0]


def _dossier(
    actor: Actor, candidacy: Candidacy, point_form: tuple[str, PointForm] | None
) -> dict[str, Any]:
    """What the landlord may read of the dossier: nothing once its access has ended."""
    if not queries.dossier_is_visible(actor, candidacy):
        return {"visible": False}
    today = clock.today()
    told = candidacy.dossier_snapshot
    now = snapshot(candidacy.dossier, today) if candidacy.is_live else told
    parameters = parameters_at(today)
    changed = staff_words.changes(told, now, today)
    verdict = queries.verdict_on(told, candidacy.offer, parameters)
    return {
        "visible": True,
        "requests": requests_made(actor, candidacy.dossier),
        "points": _points(candidacy, with_verifications(told, now), point_form),
        "changes": changed,
        "assessment": staff_words.assess(verdict),
        "assessment_now": staff_words.assess(queries.verdict_on(now, candidacy.offer, parameters))
        if changed
        else None,
        "may_conclude": candidacy.state == State.INSTRUCTION and not candidacy.ready_at,
    }


def _points(
    candidacy: Candidacy, told: dict[str, Any], point_form: tuple[str, PointForm] | None
) -> list[dict[str, Any]]:
    checks = queries.checks_of(candidacy)
    said = staff_words.claims(told, clock.today(), named=[candidacy.organisation_id])
    refused_point, form = point_form or ("", None)
    return [
        {
            "key": point.value,
            "label": point.label,
            "claims": said[point.value],
            "check": checks.get(point.value),
            "form": form if form and point.value == refused_point else _empty(point.value),
            "open": bool(form) and point.value == refused_point,
        }
        for point in PointCheck.Point
    ]


def _empty(point: str) -> PointForm:
    return PointForm(auto_id=f"{point}_%s")


def _actions(actor: Actor, candidacy: Candidacy) -> list[Choice]:
    """The steps that make sense here: not those of the other path, nor one already made."""
    other_path = "choose" if candidacy.offer.path == candidacy.offer.Path.CALEOL else "present"
    hidden = {other_path, "take_off_agenda"} | ({"mark_ready"} if candidacy.ready_at else set())
    return [
        choice for choice in choices_for(actor, candidacy) if choice.transition.name not in hidden
    ]


def _step(request: HttpRequest, candidacy: Candidacy, act: Step, done: str) -> HttpResponse:
    """Make one step with the version that the page showed, and come back to the candidacy.

    409 when somebody was faster, 422 when the step is refused; the page says why."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return _show(request, candidacy, refused=[_("Le formulaire était incomplet.")], status=422)
    queue = queue_of(candidacy)
    try:
        act(form.cleaned_data["version"])
    except NotYours:
        raise PermissionDenied from None
    except TransitionRefused as refusal:
        status = 409 if isinstance(refusal, StaleCandidacy) else 422
        now = _own(request, candidacy.public_id)
        return _show(request, now, refused=refusal.reasons, status=status)
    messages.success(request, done)
    return redirect(f"{_address(candidacy)}?file={queue.key}")


def _address(candidacy: Candidacy) -> str:
    return reverse("staff_candidacy", args=[candidacy.public_id])


@require_POST
@submitted_once
def take(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)

    def act(version: int) -> None:
        services.take_in_instruction(
            actor=request.actor,  # type: ignore[attr-defined]
            candidacy=found,
            expected_version=version,
        )

    return _step(request, found, act, _("Candidature prise en instruction."))


@require_POST
@submitted_once
def ready(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)

    def act(version: int) -> None:
        services.mark_ready(
            actor=request.actor,  # type: ignore[attr-defined]
            candidacy=found,
            expected_version=version,
        )

    return _step(request, found, act, _("Dossier marqué prêt."))


@require_POST
@submitted_once
def meet_condition(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)

    def act(version: int) -> None:
        services.meet_condition(actor=request.actor, candidacy=found)  # type: ignore[attr-defined]

    return _step(request, found, act, _("La pièce attendue est notée comme fournie."))


@require_http_methods(["GET", "POST"])
@submitted_once
def sign_lease(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)
    if request.method == "GET":
        form = StepForm(initial={"version": found.version})
        return render(request, "bailleur/sign_lease.html", {"candidacy": found, "form": form})

    def act(version: int) -> None:
        services.sign_lease(
            actor=request.actor,  # type: ignore[attr-defined]
            candidacy=found,
            expected_version=version,
        )

    return _step(request, found, act, _("Signature du bail constatée : la candidature est close."))


@require_POST
@submitted_once
def conclude(request: HttpRequest, public_id: object, point: str) -> HttpResponse:
    if point not in PointCheck.Point.values:
        raise Http404
    found = _own(request, public_id)
    form = PointForm(request.POST, auto_id=f"{point}_%s")
    if not form.is_valid():
        return _show(request, found, point_form=(point, form), status=422)
    try:
        services.conclude_point(
            actor=request.actor,  # type: ignore[attr-defined]
            candidacy=found,
            point=point,
            outcome=form.cleaned_data["outcome"],
            reason=_reason(form),
            expected_version=form.cleaned_data["version"],
            seen=form.cleaned_data["seen"],
        )
    except TransitionRefused as refusal:
        status = 409 if isinstance(refusal, StaleCandidacy) else 422
        now, typed = _own(request, public_id), (point, form)
        return _show(request, now, refused=refusal.reasons, point_form=typed, status=status)
    except ValidationError as error:
        form.add_error("reason", error)
        return _show(request, found, point_form=(point, form), status=422)
    return redirect(_address(found) + _next_point(found, point))


def _reason(form: PointForm) -> str:
    """A verified point keeps no reason, even if one was typed in the folded field."""
    refused = form.cleaned_data["outcome"] == PointCheck.Outcome.REFUSED
    return form.cleaned_data["reason"] if refused else ""


def _next_point(candidacy: Candidacy, point: str) -> str:
    """Where the eye and the keyboard go on: the next point nobody concluded, else the actions."""
    done = queries.checks_of(candidacy)
    order = PointCheck.Point.values
    turn = order[order.index(point) + 1 :] + order[: order.index(point)]
    return next((f"#point-{left}" for left in turn if left not in done), "#actions")


@require_http_methods(["GET", "POST"])
@submitted_once
def set_aside(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)
    return _with_reason(
        request,
        found,
        services.set_aside,
        "bailleur/set_aside.html",
        _("Candidature non retenue. Le candidat en est informé avec votre motif."),
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def choose(request: HttpRequest, public_id: object) -> HttpResponse:
    found = _own(request, public_id)
    return _with_reason(
        request,
        found,
        services.choose_directly,
        "bailleur/choose.html",
        _("Logement proposé. Le candidat a dix jours pour répondre."),
    )


def _with_reason(
    request: HttpRequest,
    candidacy: Candidacy,
    service: Callable[..., Candidacy],
    template: str,
    done: str,
) -> HttpResponse:
    """The page of a decision that carries a reason: what was typed survives a refusal."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = bind_form(ReasonForm, request)
    context = {"candidacy": candidacy, "form": form, "version": candidacy.version, "faster": None}
    if request.method == "GET":
        return render(request, template, context)
    queue, status = queue_of(candidacy), 422
    if form.is_valid():
        typed = form.cleaned_data
        try:
            service(
                actor=actor,
                candidacy=candidacy,
                reason=typed["reason"],
                expected_version=typed["version"],
            )
        except NotYours:
            raise PermissionDenied from None
        except TransitionRefused as refusal:
            status = 409 if isinstance(refusal, StaleCandidacy) else 422
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, done)
            return redirect(f"{_address(candidacy)}?file={queue.key}")
    now = _own(request, candidacy.public_id)
    context |= {"candidacy": now, "version": now.version}
    if status == 409:
        context["faster"] = _last_line(list(queries.history(now)))
    return render(request, template, context, status=status)
