"""The sessions: their list, their agenda, their end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alin.kit.access import require
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import bind_form, submitted_once
from applications.workflow import TransitionRefused
from commission import queries, services
from commission.forms import CloseForm, SessionForm
from commission.models import Session
from commission.permissions import manages_the_landlord, works_for_its_landlord

from .pages import add_errors, compared_agenda, refused_or_ok

PER_PAGE = 25


@require_GET
def commission_home(request: ActorRequest) -> HttpResponse:
    actor = request.actor
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
        "keeps": manages_the_landlord(actor),
    }
    return render(request, "commission/home.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def create_session(request: ActorRequest) -> HttpResponse:
    actor = request.actor
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
            add_errors(form, error, {"scheduled_at": "day"})
        else:
            messages.success(request, _("Séance créée. Ajoutez les logements à son ordre du jour."))
            return redirect("session", public_id=made.public_id)
    context = {
        "form": form,
        "has_commission": commissions.exists(),
        "keeps": manages_the_landlord(actor),
    }
    return render(request, "commission/create_session.html", context, status=refused_or_ok(form))


@require_GET
def session(request: ActorRequest, public_id: object) -> HttpResponse:
    actor = request.actor
    found = get_object_or_404(queries.sessions_visible_to(actor), public_id=public_id)
    members = list(queries.members_in_force(found.commission))
    deciding = [member.user_id for member in members if member.decides]
    prepares = works_for_its_landlord(actor, found) and not found.closed_at
    agenda = queries.agenda(found, actor)
    context = {
        "session": found,
        "items": compared_agenda(found, agenda),
        "members": members,
        "deciding": len(deciding),
        "decides": actor.user_id in deciding and not found.closed_at,
        "stops": [] if found.closed_at else services.what_is_undecided(agenda),
        "prepares": prepares,
        "keeps": prepares and manages_the_landlord(actor),
        "offers": list(queries.offers_to_present(actor, found)) if prepares else [],
    }
    return render(request, "commission/session.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def close(request: ActorRequest, public_id: object) -> HttpResponse:
    """Read every decision once more, then apply and notify them all."""
    actor = request.actor
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
    agenda = queries.agenda(found, actor)
    context = {
        "session": found,
        "items": compared_agenda(found, agenda),
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
