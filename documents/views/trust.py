"""The certificates that seals are verified with: an operator looks at them, replaces them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once
from documents import queries, services, trust_words
from documents.forms import TrustListForm
from documents.models import TrustList

PERMISSION = "documents.choose_trust"
PER_PAGE = 25


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    require(request.actor, PERMISSION)
    found = Paginator(queries.trust_lists(request.actor), PER_PAGE)
    context = {
        "page": found.get_page(request.GET.get("page")),
        **trust_words.in_force(clock.today()),
    }
    return render(request, "documents/trust.html", context)


@require_http_methods(["GET", "POST"])
@submitted_once
def load(request: ActorRequest) -> HttpResponse:
    require(request.actor, PERMISSION)
    files = request.FILES if request.method == "POST" else None
    form = bind_form(TrustListForm, request, files=files)
    if request.method == "POST" and form.is_valid():
        try:
            loaded = services.load_trust_list(
                actor=request.actor,
                chain=form.chain,
                issued_on=form.cleaned_data["issued_on"],
                next_update=form.cleaned_data["next_update"],
            )
        except ValidationError as error:
            form.add_error("next_update", error.messages)
        else:
            messages.success(request, _("Liste contrôlée. Elle ne compte pas encore."))
            return redirect("trust_list", loaded.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/trust_load.html", {"form": form}, status=status)


@require_safe
def trust_list(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    context = {"trust_list": found, **trust_words.compared(found)}
    return render(request, "documents/trust_list.html", context)


@require_POST
@submitted_once
def apply(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    try:
        services.put_in_force(actor=request.actor, trust_list=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Les sceaux sont maintenant vérifiés avec cette liste."))
    return redirect("trust")


@require_POST
@submitted_once
def leave(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    try:
        services.set_aside(actor=request.actor, trust_list=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("La liste livrée avec le portail compte de nouveau."))
    return redirect("trust")


def _find(request: ActorRequest, public_id: UUID) -> TrustList:
    require(request.actor, PERMISSION)
    return get_object_or_404(queries.trust_lists(request.actor), public_id=public_id)
