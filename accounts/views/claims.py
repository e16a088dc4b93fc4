"""A numéro unique already in another dossier: ask for a check, settle it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries, services
from accounts.forms.claims import NumeroClaimForm, SettleClaimForm
from accounts.models import NumeroClaim
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import section

PERMISSION = "accounts.settle_numero"
PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@submitted_once
def claim(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(NumeroClaimForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            services.claim_numero(
                actor=request.actor,
                dossier=own,
                text=form.cleaned_data["numero"],
                note=form.cleaned_data["note"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Vérification demandée. Vous pouvez continuer votre dossier.")
            messages.success(request, said)
            return redirect("dossier_numero")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "holder": own.applicant}
    return render(request, "accounts/numero_claim.html", context, status=status)


@require_POST
@submitted_once
def withdraw(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own = section.own_dossier(request)
    found = get_object_or_404(NumeroClaim, dossier=own, public_id=public_id)
    try:
        services.withdraw_claim(actor=request.actor, claim=found)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("La demande de vérification est retirée."))
    return redirect("dossier_numero")


@require_safe
def claims(request: ActorRequest) -> HttpResponse:
    """What operators have to check, and what was decided."""
    require(request.actor, PERMISSION)
    found = Paginator(queries.numero_claims_visible_to(request.actor), PER_PAGE)
    context = {"page": found.get_page(request.GET.get("page"))}
    return render(request, "accounts/numero_claims.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def settle(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Both dossiers side by side; POST decides."""
    found = get_object_or_404(queries.numero_claims_visible_to(request.actor), public_id=public_id)
    require(request.actor, PERMISSION)
    form = bind_form(SettleClaimForm, request)
    if request.method == "POST" and form.is_valid() and _settled(request, found, form):
        messages.success(request, _("Décision enregistrée, les personnes sont prévenues."))
        return redirect("numero_claims")
    found.refresh_from_db()
    other = queries.holder_of_numero(found.numero_unique, other_than=found.dossier)
    context = {
        "form": form,
        "claim": found,
        "other": other,
        "stop": other is not None and queries.under_study(other),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/numero_settle.html", context, status=status)


def _settled(request: ActorRequest, found: NumeroClaim, form: SettleClaimForm) -> bool:
    typed = form.cleaned_data
    try:
        if typed["decision"] == "grant":
            services.grant_claim(
                actor=request.actor,
                claim=found,
                reason=typed["reason"],
                same_person=typed["same_person"],
            )
        else:
            services.refuse_claim(actor=request.actor, claim=found, reason=typed["reason"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
