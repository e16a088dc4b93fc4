"""A dossier for two: invite the other, follow the invitation, accept it, end it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries, services
from accounts.forms.couple import CoApplicantForm
from accounts.models import CoApplicantInvitation, Dossier, User
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import ALONE, ORGANISATION_KEY, ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import section


@require_http_methods(["GET", "POST"])
@submitted_once
def couple(request: ActorRequest) -> HttpResponse:
    """Who shares the dossier, who is invited; POST invites."""
    own = section.own_dossier(request)
    form = bind_form(
        CoApplicantForm,
        request,
        adults=queries.adults(queries.household(own), clock.today()),
        holder_email=own.applicant.email,
    )
    if request.method == "POST":
        _only_the_holder(request, own)
        if form.is_valid() and (sent := _invited(request, own, form)):
            messages.success(request, _("Invitation envoyée à %(to)s.") % {"to": sent.email})
            return redirect("dossier_couple")
    context = {
        "form": form,
        "holder": own.applicant,
        "link": queries.co_applicant_of(own),
        "invitation": queries.pending_co_applicant_invitation(own),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/couple.html", context, status=status)


def _invited(
    request: ActorRequest, own: Dossier, form: CoApplicantForm
) -> CoApplicantInvitation | None:
    try:
        return services.invite_co_applicant(
            actor=request.actor,
            dossier=own,
            email=form.cleaned_data["email"],
            member=form.member,
            newcomer=services.Newcomer(**form.newcomer) if form.newcomer else None,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None


@require_POST
@submitted_once
def resend(request: ActorRequest) -> HttpResponse:
    invitation = _waiting(request)
    try:
        services.resend_co_applicant_invitation(actor=request.actor, invitation=invitation)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        said = _("Invitation renvoyée à %(to)s. Le lien d'avant ne marche plus.")
        messages.success(request, said % {"to": invitation.email})
    return redirect("dossier_couple")


@require_POST
@submitted_once
def revoke(request: ActorRequest) -> HttpResponse:
    invitation = _waiting(request)
    try:
        services.revoke_co_applicant_invitation(actor=request.actor, invitation=invitation)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(
            request, _("L'invitation de %(to)s est annulée.") % {"to": invitation.email}
        )
    return redirect("dossier_couple")


@require_http_methods(["GET", "POST"])
@submitted_once
def end(request: ActorRequest) -> HttpResponse:
    """Ask, saying what each will still see; then end it at once."""
    own = section.own_dossier(request)
    link = queries.co_applicant_of(own)
    if link is None:
        messages.info(request, _("Ce dossier n'est tenu que par vous."))
        return redirect("dossier_couple")
    if request.method == "POST":
        services.end_shared_dossier(actor=request.actor, link=link)
        messages.success(request, _("C'est fait : le dossier n'est plus commun."))
        return redirect("dossier")
    return render(request, "accounts/couple_end.html", {"link": link, "holder": own.applicant})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: ActorRequest, secret: str) -> HttpResponse:
    """Who proposes to share a dossier, and what it changes. Needs the account of the invited
    address."""
    if request.method == "POST":
        return _accept(request, secret)
    found = queries.open_co_applicant_invitation(secret)
    if found is None:
        return _refused(request, "", 404)
    user = request.user if isinstance(request.user, User) else None
    is_for_reader = user is not None and user.email.lower() == found.email
    here = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "holder": found.dossier.applicant,
        "is_for_reader": is_for_reader,
        "stop": services.what_keeps_from_sharing(user) if user and is_for_reader else "",
        "keeps_one": is_for_reader and Dossier.objects.filter(applicant=user).exists(),
        "login_href": f"{reverse('account_login')}?{here}",
        "signup_href": f"{reverse('account_signup')}?{here}&{urlencode({'email': found.email})}",
    }
    return render(request, "accounts/couple_invitation.html", context)


def _accept(request: ActorRequest, secret: str) -> HttpResponse:
    if not request.actor.is_authenticated:
        return redirect_to_login(request.path)
    try:
        link = services.accept_co_applicant_invitation(actor=request.actor, secret=secret)
    except services.InvitationRefused as refusal:
        return _refused(request, str(refusal), 422)
    # The dossier is personal: somebody at work comes back to herself.
    request.session[ORGANISATION_KEY] = ALONE
    request.session.cycle_key()
    messages.success(
        request, _("Vous partagez un dossier avec %(name)s.") % {"name": link.dossier.applicant}
    )
    return redirect("dossier")


def _refused(request: ActorRequest, reason: str, status: int) -> HttpResponse:
    context = {"reason": reason}
    return render(request, "accounts/couple_invitation_refused.html", context, status=status)


def _waiting(request: ActorRequest) -> CoApplicantInvitation:
    own = section.own_dossier(request)
    _only_the_holder(request, own)
    found = queries.pending_co_applicant_invitation(own)
    if found is None:
        raise Http404
    return found


def _only_the_holder(request: ActorRequest, own: Dossier) -> None:
    try:
        require(request.actor, "accounts.hold_dossier", own)
    except PermissionDenied:
        raise PermissionDenied(
            _("Seule la personne qui a ouvert le dossier, %(name)s, peut y inviter.")
            % {"name": cast(User, own.applicant)}
        ) from None
