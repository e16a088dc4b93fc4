"""The landlord's residences, and what is written of them and of their dwellings."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from .. import exports, services
from ..forms.stock import DwellingForm, ResidenceForm
from ..queries.landlord import (
    dwellings_of,
    dwellings_visible_to,
    residences_named,
    residences_visible_to,
)
from .staff import edited, form_page, page_of, written


@require_safe
def residences(request: ActorRequest) -> HttpResponse:
    require(request.actor, "listings.keep_stock")
    text = _asked_text(request)
    found = residences_named(request.actor, text)
    counted = found.annotate(homes=Count("dwellings")).order_by("name", "pk")
    page, neighbours = page_of(request, counted)
    context = {"page": page, "q": text, **neighbours}
    return render(request, "listings/landlord/residences.html", context)


@require_safe
def stock_export(request: ActorRequest, form: str) -> HttpResponse:
    """The homes of the residences that the list shows, as a file that the import reads again."""
    require(request.actor, "listings.keep_stock")
    found = dwellings_of(residences_named(request.actor, _asked_text(request)))
    try:
        return exports.stock_file(request.actor, found, form)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('residences')}?{request.GET.urlencode()}")


def _asked_text(request: ActorRequest) -> str:
    return request.GET.get("q", "").strip()[:80]


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def residence_create(request: ActorRequest) -> HttpResponse:
    require(request.actor, "listings.keep_stock")
    form = bind_form(ResidenceForm, request)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.create_residence(actor=request.actor, changes=form.changes())

        if made := written(form, write):
            messages.success(request, _("La résidence est enregistrée. Ajoutez ses logements."))
            return redirect("residence", made.public_id)
    context = {"back": reverse("residences"), "residence": None}
    return form_page(request, "listings/landlord/residence_edit.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def residence_edit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(residences_visible_to(request.actor), public_id=public_id)
    form = bind_form(ResidenceForm, request, initial=ResidenceForm.initial_of(shown))
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.update_residence(
                actor=request.actor,
                residence=shown,
                changes=form.changes(),
                expected_version=form.expected_version,
            )

        def fresh() -> Any:
            return ResidenceForm.initial_of(residences_visible_to(request.actor).get(pk=shown.pk))

        chain = f"residence:{shown.public_id}"
        if page := edited(request, form, write, fresh=fresh, chain=chain):
            return page
        if not form.errors:
            messages.success(request, _("La résidence est enregistrée."))
            return redirect("residence", shown.public_id)
    context = {"back": reverse("residence", args=[shown.public_id]), "residence": shown}
    return form_page(request, "listings/landlord/residence_edit.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def residence_delete(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(residences_visible_to(request.actor), public_id=public_id)
    refusal = ""
    if request.method == "POST":
        try:
            services.delete_residence(actor=request.actor, residence=shown)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("%(name)s est supprimée.") % {"name": shown.name})
            return redirect("residences")
    context = {
        "title": _("Supprimer la résidence %(name)s ?") % {"name": shown.name},
        "refusal": refusal,
        "back": reverse("residence", args=[shown.public_id]),
    }
    return render(request, "listings/landlord/delete.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def dwelling_create(request: ActorRequest, public_id: UUID) -> HttpResponse:
    home = get_object_or_404(residences_visible_to(request.actor), public_id=public_id)
    initial = {"kind": "flat", "floor": 0}
    form = bind_form(DwellingForm, request, residence=home, initial=initial)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.create_dwelling(
                actor=request.actor, residence=home, changes=form.changes()
            )

        if made := written(form, write):
            messages.success(request, _("Le logement est enregistré."))
            return redirect("dwelling", made.public_id)
    context = {
        "back": reverse("residence", args=[home.public_id]),
        "residence": home,
        "dwelling": None,
    }
    return form_page(request, "listings/landlord/dwelling_edit.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def dwelling_edit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(dwellings_visible_to(request.actor), public_id=public_id)
    initial = DwellingForm.initial_of(shown)
    form = bind_form(DwellingForm, request, residence=shown.residence, initial=initial)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.update_dwelling(
                actor=request.actor,
                dwelling=shown,
                changes=form.changes(),
                expected_version=form.expected_version,
            )

        def fresh() -> Any:
            return DwellingForm.initial_of(dwellings_visible_to(request.actor).get(pk=shown.pk))

        chain = f"dwelling:{shown.public_id}"
        if page := edited(request, form, write, fresh=fresh, chain=chain):
            return page
        if not form.errors:
            messages.success(request, _("Le logement est enregistré."))
            return redirect("dwelling", shown.public_id)
    context = {
        "back": reverse("dwelling", args=[shown.public_id]),
        "residence": shown.residence,
        "dwelling": shown,
    }
    return form_page(request, "listings/landlord/dwelling_edit.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def dwelling_delete(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(dwellings_visible_to(request.actor), public_id=public_id)
    refusal = ""
    if request.method == "POST":
        try:
            services.delete_dwelling(actor=request.actor, dwelling=shown)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(
                request, _("Le logement %(ref)s est supprimé.") % {"ref": shown.reference}
            )
            return redirect("residence", shown.residence.public_id)
    context = {
        "title": _("Supprimer le logement %(ref)s ?") % {"ref": shown.reference},
        "refusal": refusal,
        "back": reverse("dwelling", args=[shown.public_id]),
    }
    return render(request, "listings/landlord/delete.html", context, status=422 if refusal else 200)
