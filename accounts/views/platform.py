"""What operators do: open the portal to an organisation, and help its managers in."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, services
from accounts.forms.organisation import ManagerInvitationForm, OrganisationForm
from accounts.models import Membership
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

PER_PAGE = 25


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    require(request.actor, "accounts.create_organisation")
    words = request.GET.get("q", "").replace("\x00", "").strip()
    found = Paginator(queries.organisations_found(request.actor, words), PER_PAGE)
    context = {
        "page": found.get_page(request.GET.get("page")),
        "words": words,
        "claims": queries.waiting_claims_count(request.actor),
    }
    return render(request, "accounts/platform.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def create(request: ActorRequest) -> HttpResponse:
    require(request.actor, "accounts.create_organisation")
    form = bind_form(OrganisationForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = services.create_organisation(actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            for name, said in error.message_dict.items():
                form.add_error(None if name == NON_FIELD_ERRORS else name, said)
        else:
            messages.success(
                request,
                _("%(name)s est créée. Invitation envoyée à %(to)s.")
                % {"name": organisation, "to": form.cleaned_data["manager_email"].lower()},
            )
            return redirect("organisation", organisation.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/organisation_create.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@submitted_once
def organisation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Its people and invitations; POST invites one more manager."""
    found = get_object_or_404(queries.organisations_visible_to(request.actor), public_id=public_id)
    require(request.actor, "accounts.create_organisation")
    form = bind_form(ManagerInvitationForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            sent = services.invite(
                actor=request.actor,
                organisation=found,
                email=form.cleaned_data["email"],
                role=Membership.Role.MANAGER,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Invitation envoyée à %(to)s.") % {"to": sent.email})
            return redirect("organisation", found.public_id)
    context = {
        "organisation": found,
        "form": form,
        "members": queries.members_of(found),
        "invitations": queries.invitations_visible_to(request.actor).filter(organisation=found),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/organisation.html", context, status=status)
