"""An offer, from its draft to its archive: the landlord's side."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once
from territory.queries import folded

from .. import services
from ..forms.offers import EVENING, MORNING, CloseForm, OfferPageForm, WindowForm
from ..models import Dwelling, Offer
from ..queries import offers_visible_to
from ..queries.landlord import (
    dwellings_visible_to,
    last_offer_of,
    rent_verdict,
    revisions_of,
    rivals_of,
)
from ..rules import PROGRAMMES
from .staff import edited, form_page, home_shown, page_of, version_shown, written

USUAL_WINDOW = timedelta(days=10)
USUAL_VACANCY = timedelta(days=45)


@require_safe
def offer_new(request: ActorRequest) -> HttpResponse:
    """Which dwelling is to let?"""
    require(request.actor, "listings.keep_stock")
    text = request.GET.get("q", "").strip()[:80]
    found = dwellings_visible_to(request.actor)
    if text:
        found = found.filter(
            Q(reference__icontains=text)
            | Q(residence__name__icontains=text)
            | Q(residence__reference__iexact=text)
            | Q(residence__commune__search_key__startswith=folded(text))
        )
    page, neighbours = page_of(request, found.order_by("residence__name", "reference", "pk"))
    context = {"page": page, "q": text, **neighbours}
    return render(request, "listings/landlord/offer_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def offer_create(request: ActorRequest, public_id: UUID) -> HttpResponse:
    dwelling = get_object_or_404(dwellings_visible_to(request.actor), public_id=public_id)
    last = last_offer_of(request.actor, dwelling)
    form = bind_form(OfferPageForm, request, dwelling=dwelling, initial=_first_words(last))
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.create_draft(
                actor=request.actor, dwelling=dwelling, changes=form.changes()
            )

        if made := written(form, write):
            messages.success(
                request, _("Le brouillon est enregistré. Relisez-le avant de le publier.")
            )
            return redirect("offer_preview", made.public_id)
    back = reverse("dwelling", args=[dwelling.public_id])
    return _offer_page(request, form, dwelling, back=back, like=last)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def offer_edit(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    initial = OfferPageForm.initial_of(shown)
    form = bind_form(OfferPageForm, request, dwelling=shown.dwelling, initial=initial)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.update_offer(
                actor=request.actor,
                offer=shown,
                changes=form.changes(),
                expected_version=form.expected_version,
            )

        def fresh() -> Any:
            return OfferPageForm.initial_of(offers_visible_to(request.actor).get(pk=shown.pk))

        chain = f"offer:{shown.public_id}"
        if page := edited(request, form, write, fresh=fresh, chain=chain):
            return page
        if not form.errors:
            messages.success(request, _("L'offre est enregistrée."))
            return redirect("staff_offer" if shown.published_at else "offer_preview", public_id)
    back = reverse("staff_offer", args=[public_id])
    return _offer_page(request, form, shown.dwelling, back=back, offer=shown)


def _first_words(last: Offer | None) -> dict[str, Any]:
    """What a new offer says before anybody types: what the last one like it said."""
    today = clock.today()
    said = (
        OfferPageForm.initial_of(last)
        if last
        else {
            "programme": "ordinary",
            "proposed_for": "ordinary",
            "parking": "none",
        }
    )
    return said | {
        "version": 0,
        "available_on": today + USUAL_VACANCY,
        "opens_on": today,
        "opens_hour": MORNING,
        "closes_on": today + USUAL_WINDOW,
        "closes_hour": EVENING,
    }


def _offer_page(
    request: ActorRequest,
    form: OfferPageForm,
    dwelling: Dwelling,
    *,
    back: str,
    offer: Offer | None = None,
    like: Offer | None = None,
) -> HttpResponse:
    context = {
        "dwelling": dwelling,
        "offer": offer,
        "like": like,
        "back": back,
        "verdict": rent_verdict(_as_typed(form, dwelling, offer or like)),
        "programmes": [(label, PROGRAMMES[value]) for value, label in Offer.Programme.choices],
    }
    return form_page(request, "listings/landlord/offer_edit.html", form, **context)


def _as_typed(form: OfferPageForm, dwelling: Dwelling, saved: Offer | None) -> Offer:
    """The offer whose rent the page explains: the one typed, even refused, as far as it is
    understood."""
    typed = {name: _understood(form, name) for name in ("programme", "funding", "rent", "charges")}
    shown = Offer(dwelling=dwelling, rent=Decimal(0))
    for name, value in typed.items():
        if value is None and saved:
            value = getattr(saved, name)
        if value is not None:
            setattr(shown, name, value)
    return shown


def _understood(form: OfferPageForm, name: str) -> Any:
    """What was typed in one field; None when nothing was, or nothing that can be read."""
    if not form.is_bound:
        return None
    try:
        return form.fields[name].clean(form[name].data)
    except ValidationError:
        return None


@require_POST
@submitted_once
def offer_publish(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    try:
        services.publish_offer(
            actor=request.actor,
            offer=shown,
            expected_version=version_shown(request),
            expected_home=home_shown(request),
        )
    except services.StaleVersion:
        context = {"offer": shown, "changed_meanwhile": True, "reasons": [], "rivals": []}
        return render(request, "listings/landlord/not_published.html", context, status=409)
    except ValidationError as error:
        context = {
            "offer": shown,
            "changed_meanwhile": False,
            "reasons": error.messages,
            "rivals": list(rivals_of(shown, clock.now())),
        }
        return render(request, "listings/landlord/not_published.html", context, status=422)
    messages.success(request, _("L'offre est publiée."))
    return redirect("staff_offer", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def offer_extend(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    closes = shown.closes_at.astimezone(clock.PARIS)
    initial = {
        "closes_on": (closes + timedelta(days=7)).date(),
        "closes_hour": closes.time(),
        "version": shown.version,
    }
    form = bind_form(WindowForm, request, initial=initial)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.extend_offer(
                actor=request.actor,
                offer=shown,
                closes_at=form.cleaned_data["closes_at"],
                expected_version=form.expected_version,
            )

        def fresh() -> Any:
            return OfferPageForm.initial_of(offers_visible_to(request.actor).get(pk=shown.pk))

        chain = f"offer:{shown.public_id}"
        if page := edited(request, form, write, fresh=fresh, chain=chain):
            return page
        if not form.errors:
            messages.success(request, _("La clôture est repoussée."))
            return redirect("staff_offer", public_id)
    return form_page(request, "listings/landlord/offer_extend.html", form, offer=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def offer_close(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    form = bind_form(CloseForm, request)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.close_early(
                actor=request.actor, offer=shown, reason=form.cleaned_data["reason"]
            )

        if written(form, write):
            messages.success(request, _("L'offre est close."))
            return redirect("staff_offer", public_id)
    return form_page(request, "listings/landlord/offer_close.html", form, offer=shown)


@require_POST
@submitted_once
def offer_archive(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    try:
        services.archive_offer(actor=request.actor, offer=shown)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("staff_offer", public_id)
    messages.success(request, _("L'offre est archivée."))
    return redirect("staff_offers")


@require_POST
@submitted_once
def offer_duplicate(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    copy = services.duplicate_offer(actor=request.actor, offer=shown)
    messages.success(request, _("Voici la copie : un brouillon, que vous seul voyez."))
    return redirect("offer_edit", copy.public_id)


@require_safe
def offer_history(request: ActorRequest, public_id: UUID) -> HttpResponse:
    shown = get_object_or_404(offers_visible_to(request.actor), public_id=public_id)
    context = {"offer": shown, "revisions": revisions_of(shown)}
    return render(request, "listings/landlord/offer_history.html", context)
