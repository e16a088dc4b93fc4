"""Preparing a session: homes and candidates put on its agenda, or taken off."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import bind_form, submitted_once
from applications.queries import ready_for_commission
from applications.workflow import TransitionRefused
from commission import queries, rules, services
from commission.forms import AgendaForm, RemovalForm
from commission.models import AgendaCandidate, AgendaItem
from eligibility.queries import parameters_at
from listings.models import Offer
from listings.queries import offers_visible_to

from .pages import add_errors, compared, refused_or_ok


@require_http_methods(["GET", "POST"])
@submitted_once
def prepare(request: ActorRequest, public_id: object) -> HttpResponse:
    """Put one home of the landlord on an agenda; the address takes the offer's identifier."""
    actor = request.actor
    social = offers_visible_to(actor).by_commission()
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
            compared(candidacy, offer, parameters, place)
            | {"chosen": str(candidacy.public_id) in chosen}
            for place, candidacy in enumerate(ready.prefetch_related("checks"), start=1)
        ],
        "has_session": sessions.exists(),
        "least": rules.LEAST_CANDIDATES,
    }
    return render(request, "commission/prepare.html", context, status=refused_or_ok(form))


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
        add_errors(form, error, {"": "candidacies"})
    except TransitionRefused as refusal:
        form.add_error("candidacies", refusal.reasons)
    return None


@require_http_methods(["GET", "POST"])
@submitted_once
def remove(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Take a candidate off the agenda, with a reason."""
    actor = request.actor
    entry = get_object_or_404(queries.entries_visible_to(actor), public_id=public_id)
    require(actor, "commission.prepare", entry.item.session)
    staying = queries.awaiting_on(entry.item).exclude(pk=entry.pk).count()
    too_few = 0 < staying < rules.LEAST_CANDIDATES and not entry.item.exception
    form = bind_form(RemovalForm, request, too_few=too_few)
    refused: list[str] = []
    if request.method == "POST" and form.is_valid():
        refused = _remove(actor, entry, form)
        if not refused and not form.errors:
            messages.success(
                request,
                _("%(name)s n'est plus à l'ordre du jour. Son dossier est de nouveau prêt.")
                % {"name": entry.candidacy.applicant},
            )
            return redirect("session", public_id=entry.item.session.public_id)
    context = {
        "entry": entry,
        "form": form,
        "refused": refused or services.what_stops_removal(entry),
        "staying": staying,
        "too_few": too_few,
    }
    status = 409 if refused else refused_or_ok(form)
    return render(request, "commission/remove.html", context, status=status)


def _remove(actor: Actor, entry: AgendaCandidate, form: RemovalForm) -> list[str]:
    """Why the candidate stays on the agenda; empty when gone, or when the form says it."""
    typed = form.cleaned_data
    try:
        services.take_candidate_off(
            actor=actor,
            entry=entry,
            reason=typed["reason"],
            exception=typed.get("exception", ""),
            exception_note=typed.get("exception_note", ""),
        )
    except ValidationError as error:
        add_errors(form, error, {"": "exception" if "exception" in form.fields else "reason"})
    except TransitionRefused as refusal:
        return refusal.reasons
    return []
