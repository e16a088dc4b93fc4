"""Giving up the demande de logement social, in writing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import own_dossier
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from .. import services
from ..applicant_words import place
from ..forms.applicant import DemandRenunciationForm
from ..workflow import TransitionRefused


@require_http_methods(["GET", "POST"])
@submitted_once
def renounce_demand(request: ActorRequest) -> HttpResponse:
    """Say what it does, ask, then do it. For the holder of the dossier alone."""
    own = own_dossier(request.actor)
    try:
        require(request.actor, "accounts.hold_dossier", own)
    except PermissionDenied:
        said = _("Seule la personne au nom de qui est la demande peut y renoncer.")
        raise PermissionDenied(said) from None
    form = bind_form(DemandRenunciationForm, request)
    stops = services.what_stops_renouncing(own)
    status = 200
    if request.method == "POST":
        status = 409 if stops else 422
        if not stops and form.is_valid():
            try:
                services.renounce_demand(actor=request.actor, dossier=own)
            except TransitionRefused as refused:
                stops, status = refused.reasons, 409
            else:
                messages.success(request, _("Votre demande de logement social est abandonnée."))
                return redirect("dossier_numero")
    ending = [] if stops else [place(each) for each in services.to_withdraw(own)]
    context = {"form": form, "stops": stops, "ending": ending, "numero": own.numero_unique}
    return render(request, "applications/renounce_demand.html", context, status=status)
