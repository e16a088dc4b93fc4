"""Following one's candidacies, and answering."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import snapshot
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.forms import bind_form, submitted_once
from documents.queries import requests_to

from .. import services
from ..applicant_words import (
    CONTESTABLE_STATES,
    early_closing,
    motive,
    offered,
    place,
    sheets,
    timeline,
    what_happens_now,
)
from ..forms.applicant import AnswerForm, RefusalForm, RenunciationForm
from ..messages import appeal
from ..models import Candidacy, State
from ..queries import candidacies_of_applicant, history, live_count, soonest_answer_first
from ..staff_words import changes
from ..workflow import TONES, StaleCandidacy, TransitionRefused, choices_for

PAGE_SIZE = 20


@require_safe
def my_candidacies(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = soonest_answer_first(candidacies_of_applicant(actor))
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    live = live_count(actor)
    return render(
        request,
        "applications/my_candidacies.html",
        {
            "page": page,
            "cards": [_card(candidacy) for candidacy in page],
            "live": live,
            "most": settings.MAX_LIVE_CANDIDACIES,
            "pieces_asked": list(requests_to(actor)),
            "left": max(0, settings.MAX_LIVE_CANDIDACIES - live),
        },
    )


def _card(candidacy: Candidacy) -> dict[str, Any]:
    proposal = getattr(candidacy, "current_proposal", None)
    awaited = candidacy.state == State.PROPOSAL
    return {
        "candidacy": candidacy,
        "place": place(candidacy),
        "label": State(candidacy.state).label,
        "tone": TONES[State(candidacy.state)],
        "deadline": proposal.deadline if awaited and proposal else None,
        "sitting": candidacy.commission_at if candidacy.state == State.COMMISSION else None,
    }


@require_safe
def candidacy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _page(request, _mine(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _answer(request, public_id, "accept", AnswerForm, _("Vous avez accepté ce logement."))


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _answer(request, public_id, "refuse", RefusalForm, _("Vous avez refusé ce logement."))


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _answer(request, public_id, "withdraw", AnswerForm, _("Votre candidature est retirée."))


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def renounce(request: HttpRequest, public_id: UUID) -> HttpResponse:
    said = _("Vous avez renoncé à ce logement.")
    return _answer(request, public_id, "renounce", RenunciationForm, said)


@require_POST
@submitted_once
def resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Replace the copy of the dossier that the landlord studies by the dossier of today."""
    asked = _mine(request, public_id)
    require(request.actor, "applications.answer", asked)  # type: ignore[attr-defined]
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, [_("Relisez la page, puis envoyez à nouveau.")], 422)
    try:
        services.resend_dossier(
            actor=request.actor,  # type: ignore[attr-defined]
            candidacy=asked,
            expected_version=form.cleaned_data["version"],
        )
    except (TransitionRefused, services.CannotApply) as refused:
        return _page(request, _mine(request, public_id), refused.reasons, 409)
    messages.success(request, _("Votre dossier à jour est envoyé."))
    return redirect("candidacy", public_id)


PAGES = {
    "accept": "applications/answer_accept.html",
    "refuse": "applications/answer_refuse.html",
    "withdraw": "applications/withdraw.html",
    "renounce": "applications/renounce.html",
}


def _mine(request: HttpRequest, public_id: UUID) -> Candidacy:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = candidacies_of_applicant(actor)
    return get_object_or_404(
        mine.select_related("current_proposal", "suspensive_condition"), public_id=public_id
    )


def _answer(
    request: HttpRequest, public_id: UUID, name: str, form_class: type[forms.Form], said: str
) -> HttpResponse:
    """Ask before answering; then answer, once, to what the page showed."""
    asked = _mine(request, public_id)
    require(request.actor, "applications.answer", asked)  # type: ignore[attr-defined]
    form = bind_form(form_class, request, initial={"version": asked.version})
    if request.method != "POST":
        if stops := _what_stops(request, asked, name):
            return _page(request, asked, stops)
        return render(request, PAGES[name], _asked(asked, form))
    if not form.is_valid():
        return render(request, PAGES[name], _asked(asked, form), status=422)
    try:
        _verb(request, asked, name, form.cleaned_data)
    except TransitionRefused as refused:
        return _refused(request, public_id, name, form, refused)
    messages.success(request, said)
    return redirect("candidacy", public_id)


def _verb(request: HttpRequest, asked: Candidacy, name: str, answer: dict[str, Any]) -> None:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    who: dict[str, Any] = {
        "actor": actor,
        "candidacy": asked,
        "expected_version": answer["version"],
    }
    if name == "accept":
        services.accept_proposal(**who)
    elif name == "refuse":
        services.refuse_proposal(reason=answer["reason"], **who)
    elif name == "renounce":
        services.renounce_home(reason=answer["reason"], **who)
    else:
        services.withdraw(**who)


def _refused(
    request: HttpRequest, public_id: UUID, name: str, form: forms.Form, refused: TransitionRefused
) -> HttpResponse:
    """409: where the candidacy stands now, or the same question again with what was typed when
    it may still be answered."""
    now = _mine(request, public_id)
    stops = _what_stops(request, now, name)
    if stops or not isinstance(refused, StaleCandidacy):
        return _page(request, now, stops or refused.reasons, status=409)
    again = type(form)({**form.data.dict(), "version": now.version})  # type: ignore[attr-defined]
    changed = _(
        "Cette candidature a changé pendant que vous lisiez cette page. Elle est maintenant "
        "« %(state)s ». Relisez, puis confirmez si c'est toujours votre choix."
    )
    again.add_error(None, changed % {"state": State(now.state).label})
    return render(request, PAGES[name], _asked(now, again), status=409)


def _what_stops(request: HttpRequest, asked: Candidacy, name: str) -> list[str]:
    """Why this answer cannot be given now; empty when it can."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    for choice in choices_for(actor, asked):
        if choice.transition.name == name:
            return choice.reasons
    return [
        _("Ce n'est plus possible : votre candidature est maintenant « %(state)s ».")
        % {"state": State(asked.state).label}
    ]


def _asked(asked: Candidacy, form: forms.Form) -> dict[str, Any]:
    return {
        "candidacy": asked,
        "place": place(asked),
        "form": form,
        "proposal": getattr(asked, "current_proposal", None),
    }


def _page(
    request: HttpRequest, shown: Candidacy, stops: list[str] | None = None, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today, steps = clock.today(), list(history(shown))
    told = shown.dossier_snapshot
    choices = {each.transition.name: each.reasons for each in choices_for(actor, shown)}
    return render(
        request,
        "applications/candidacy.html",
        {
            "candidacy": shown,
            "place": place(shown),
            "label": State(shown.state).label,
            "tone": TONES[State(shown.state)],
            "stops": stops or [],
            "choices": choices,
            "early": early_closing(shown.offer, applied=True) if shown.is_live else None,
            "may_resend": shown.state in (State.SUBMITTED, State.INSTRUCTION),
            "proposal": getattr(shown, "current_proposal", None),
            "now_text": what_happens_now(shown, clock.now()),
            "motive": motive(steps) if shown.state in CONTESTABLE_STATES else "",
            "appeal": appeal(shown) if shown.state in CONTESTABLE_STATES else "",
            "timeline": timeline(steps, reader_id=actor.user_id),
            "offered": offered(shown.offer_terms),
            "sheets": sheets(told, shown.submitted_at.astimezone(clock.PARIS).date()),
            "changes": changes(told, snapshot(shown.dossier, today), today)
            if shown.is_live
            else [],
        },
        status=status,
    )
