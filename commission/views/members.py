"""The landlord keeps its commissions: their quorum, their members; what an invitation opens."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.services import InvitationRefused
from alin.kit.access import require
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import bind_form, submitted_once
from commission import queries, services
from commission.forms import CommissionForm, SeatForm
from commission.models import Commission, CommissionMember

from .pages import add_errors, refused_or_ok


def _check(actor: Actor, permission: str, commission: Commission | None = None) -> None:
    try:
        require(actor, permission, commission)
    except PermissionDenied:
        raise PermissionDenied(
            _("Seuls les responsables du bailleur créent ses commissions et nomment leurs membres.")
        ) from None


def _kept(request: ActorRequest, public_id: UUID) -> Commission:
    """A commission of the landlord, for its manager."""
    found = get_object_or_404(
        queries.commissions_of_landlord(request.actor).select_related("organisation"),
        public_id=public_id,
    )
    _check(request.actor, "commission.keep", found)
    return found


@require_safe
def commissions(request: ActorRequest) -> HttpResponse:
    _check(request.actor, "commission.create")
    context = {"commissions": queries.commissions_kept(request.actor)}
    return render(request, "commission/commissions.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def create_commission(request: ActorRequest) -> HttpResponse:
    _check(request.actor, "commission.create")
    form = bind_form(CommissionForm, request, initial={"quorum": 3})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_commission(
                actor=request.actor, organisation=request.actor.organisation, **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error, {"": "name"})
        else:
            messages.success(request, _("Commission créée. Nommez maintenant ses membres."))
            return redirect("commission_manage", made.public_id)
    context = {"form": form}
    return render(request, "commission/commission_create.html", context, status=refused_or_ok(form))


@require_http_methods(["GET", "POST"])
@submitted_once
def edit_commission(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    now = {"name": found.name, "quorum": found.quorum}
    form = bind_form(CommissionForm, request, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_commission(actor=request.actor, commission=found, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error, {"": "name"})
        else:
            messages.success(request, _("Modifications enregistrées."))
            return redirect("commission_manage", found.public_id)
    context = {"form": form, "commission": found}
    return render(request, "commission/commission_edit.html", context, status=refused_or_ok(form))


@require_safe
def commission(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    members = list(queries.members_in_force(found))
    context = {
        "commission": found,
        "members": members,
        "deciding": sum(member.decides for member in members),
        "invitations": queries.seat_invitations_kept(request.actor).filter(commission=found),
    }
    return render(request, "commission/commission.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def name_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    form = bind_form(SeatForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            named = services.name_member(actor=request.actor, commission=found, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error, {})
        else:
            text = (
                _("%(who)s siège désormais ; un message l'en informe.") % {"who": named.user}
                if isinstance(named, CommissionMember)
                else _("Invitation envoyée à %(to)s.") % {"to": named.email}
            )
            messages.success(request, text)
            return redirect("commission_manage", found.public_id)
    context = {"form": form, "commission": found}
    return render(request, "commission/name_member.html", context, status=refused_or_ok(form))


@require_http_methods(["GET", "POST"])
@submitted_once
def end_seat(request: ActorRequest, public_id: UUID) -> HttpResponse:
    seat = get_object_or_404(queries.seats_kept(request.actor), public_id=public_id)
    _check(request.actor, "commission.keep", seat.commission)
    if request.method == "POST":
        services.end_seat(actor=request.actor, seat=seat)
        messages.success(request, _("%(who)s ne siège plus.") % {"who": seat.user})
        return redirect("commission_manage", seat.commission.public_id)
    return render(request, "commission/seat_end.html", {"seat": seat})


@require_POST
@submitted_once
def revoke_invitation(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(queries.seat_invitations_kept(request.actor), public_id=public_id)
    _check(request.actor, "commission.keep", found.commission)
    services.revoke_seat_invitation(actor=request.actor, invitation=found)
    messages.success(request, _("L'invitation de %(to)s est annulée.") % {"to": found.email})
    return redirect("commission_manage", found.commission.public_id)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: ActorRequest, secret: str) -> HttpResponse:
    """Who invites, to sit where. Accepting needs the account of the invited address."""
    if request.method == "POST":
        return _accept(request, secret)
    found = queries.open_seat_invitation(secret)
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
    return render(request, "commission/seat_invitation.html", context)


def _accept(request: ActorRequest, secret: str) -> HttpResponse:
    if not request.actor.is_authenticated:
        return redirect_to_login(request.path)
    try:
        seat = services.accept_seat(actor=request.actor, secret=secret)
    except InvitationRefused as refusal:
        return _refused(request, str(refusal), 422)
    # Somebody who gained a right continues under another session key.
    request.session.cycle_key()
    messages.success(
        request, _("Bienvenue ! Vous siégez à : %(name)s.") % {"name": seat.commission}
    )
    return redirect("commission_home")


def _refused(request: ActorRequest, reason: str, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_refused.html", {"reason": reason}, status=status)
