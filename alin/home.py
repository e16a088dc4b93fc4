"""The front door: the home page, where each person lands, for whom they act."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.queries import own_dossier, what_is_missing
from alin.kit import clock
from alin.kit.actor import ALONE, ORGANISATION_KEY, ActorRequest


@login_not_required
@require_safe
def home(request: ActorRequest) -> HttpResponse:
    return render(request, "home.html")


@require_safe
def welcome(request: ActorRequest) -> HttpResponse:
    """After login, each kind of person finds what they came for."""
    actor = request.actor
    if actor.is_operator:
        return redirect("platform_home")
    if actor.is_landlord_staff:
        return redirect("staff_home")
    if actor.sits_on_commission:
        return redirect("commission_home")
    if actor.is_applicant and what_is_missing(own_dossier(actor), clock.today()):
        return redirect("dossier")
    return redirect("offer_search")


@require_POST
def switch_organisation(request: ActorRequest) -> HttpResponse:
    """Act for another organisation one belongs to, or for oneself (`organisation=moi`)."""
    chosen = request.POST.get("organisation", "")
    own = {str(membership.organisation.public_id) for membership in request.actor.memberships}
    if chosen not in own | {ALONE}:
        raise Http404
    request.session[ORGANISATION_KEY] = chosen
    request.session.cycle_key()
    return redirect("welcome")
