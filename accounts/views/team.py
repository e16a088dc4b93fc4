"""A team: its members, its invitations, and the page an invitation opens."""

from uuid import UUID

import rules as permission_rules
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, services
from accounts.forms.organisation import InvitationForm
from accounts.models import Organisation, User
from alin.kit.actor import ORGANISATION_KEY, ActorRequest
from alin.kit.forms import bind_form, submitted_once


@require_safe
def team(request: ActorRequest) -> HttpResponse:
    organisation = _managed(request)
    invitations = queries.invitations_visible_to(request.actor).filter(organisation=organisation)
    return render(
        request,
        "accounts/team.html",
        {
            "organisation": organisation,
            "members": queries.members_of(organisation),
            "invitations": invitations.select_related("invited_by"),
        },
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def invite(request: ActorRequest) -> HttpResponse:
    organisation = _managed(request)
    form = bind_form(InvitationForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            sent = services.invite(
                actor=request.actor,
                organisation=organisation,
                email=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Invitation envoyée à %(to)s.") % {"to": sent.email})
            return redirect("staff_team")
    context = {"form": form, "organisation": organisation}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/team_invite.html", context, status=status)


@require_POST
@submitted_once
def revoke_invitation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(
        queries.invitations_visible_to(request.actor), public_id=public_id
    )
    _check_managed(request, invitation.organisation)
    services.revoke_invitation(actor=request.actor, invitation=invitation)
    messages.success(request, _("L'invitation de %(to)s est annulée.") % {"to": invitation.email})
    if invitation.organisation_id == request.actor.organisation_id:
        return redirect("staff_team")
    return redirect("organisation", invitation.organisation.public_id)


@require_http_methods(["GET", "POST"])
@submitted_once
def end_membership(request: ActorRequest, public_id: UUID) -> HttpResponse:
    membership = get_object_or_404(queries.team_visible_to(request.actor), public_id=public_id)
    _check_managed(request, membership.organisation)
    refusal = ""
    if request.method == "POST":
        try:
            services.end_membership(actor=request.actor, membership=membership)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(
                request,
                _("%(who)s ne fait plus partie de l'équipe.") % {"who": membership.user},
            )
            leaves = membership.user_id == request.actor.user_id
            return redirect("welcome" if leaves else "staff_team")
    context = {"membership": membership, "refusal": refusal}
    status = 422 if refusal else 200
    return render(request, "accounts/membership_end.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: ActorRequest, secret: str) -> HttpResponse:
    """Who invites, and to what. Accepting needs the account of the invited address."""
    if request.method == "POST":
        return _accept(request, secret)
    found = queries.open_invitation(secret)
    if found is None:
        return _refused(request, "", 404)
    here = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "is_for_reader": isinstance(request.user, User)
        and request.user.email.lower() == found.email,
        "login_href": f"{reverse('account_login')}?{here}",
        "signup_href": f"{reverse('account_signup')}?{here}&{urlencode({'email': found.email})}",
    }
    return render(request, "accounts/invitation.html", context)


def _accept(request: ActorRequest, secret: str) -> HttpResponse:
    if not request.actor.is_authenticated:
        return redirect_to_login(request.path)
    try:
        membership = services.accept_invitation(actor=request.actor, secret=secret)
    except services.InvitationRefused as refusal:
        return _refused(request, str(refusal), 422)
    request.session[ORGANISATION_KEY] = str(membership.organisation.public_id)
    request.session.cycle_key()
    messages.success(
        request,
        _("Bienvenue ! Vous faites partie de %(name)s.") % {"name": membership.organisation},
    )
    return redirect("welcome")


def _refused(request: ActorRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_refused.html", {"reason": reason}, status=status)


def _managed(request: ActorRequest) -> Organisation:
    """The organisation whose team the person manages."""
    organisation = request.actor.organisation
    if organisation is None:
        raise Http404
    _check_managed(request, organisation)
    return organisation


def _check_managed(request: ActorRequest, organisation: Organisation) -> None:
    if not permission_rules.has_perm("accounts.manage_team", request.actor, organisation):
        raise PermissionDenied(
            _("Seuls les responsables d'une organisation invitent et retirent des personnes.")
        )
