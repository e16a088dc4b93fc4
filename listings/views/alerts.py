"""My alerts: searches that are kept, and that tell of new homes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.forms import bind_form, submitted_once

from .. import services
from ..cards import row_card
from ..criteria import criteria_of, in_words, kept_query, query_of
from ..filters import OfferFilter
from ..forms.alerts import SavedSearchForm
from ..models import SavedSearch
from ..queries import Reader, found_for, open_rows
from ..queries.alerts import has_paused_alerts, searches_of
from ..queries.matching import counts_today, finds_nothing

PAGE_SIZE = 20


@gzip_page
@require_safe
def my_alerts(request: HttpRequest) -> HttpResponse:
    actor = _applicant(request)
    searches = list(searches_of(actor))
    person = searches[0].person if searches else None
    dossier = getattr(person, "dossier", None)
    if dossier is not None and dossier.set_aside_at is not None:
        dossier = None  # she shares another one meanwhile
    reader = Reader(actor, dossier)
    return render(
        request,
        "listings/alerts.html",
        {
            "searches": searches,
            "counts": counts_today(searches, reader),
            "queries": {search.pk: query_of(search) for search in searches},
            "lacking": {search.pk: finds_nothing(search, reader) for search in searches},
            "subscription": getattr(person, "alert_subscription", None),
            "most": SavedSearch.MOST,
            **_found(request, reader),
        },
    )


def _found(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    """The homes that the alerts found, which a mail tells once and this page as long as they
    last."""
    found = found_for(reader.actor, clock.now())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    words = reader.words(row.offer for row in page)
    return {"page": page, "found": [row_card(row, words.get(row.offer_id)) for row in page]}


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def create_alert(request: HttpRequest) -> HttpResponse:
    """From the criteria in the address; what is asked here is only how to tell."""
    actor = _applicant(request)
    search = OfferFilter(request.GET, queryset=open_rows(clock.now()), reader=Reader(actor))
    search.narrowed()
    criteria, query = criteria_of(search), kept_query(request.GET)
    if search.form.errors or not criteria["spots"]:
        messages.error(request, _("Corrigez d'abord votre recherche : un critère n'est pas clair."))
        return redirect(f"/logements/?{query}")
    initial = {"name": in_words(search), "eligible_only": bool(search.chosen("droits"))}
    form = bind_form(SavedSearchForm, request, initial={"frequency": "daily", **initial})
    if request.method == "POST" and form.is_valid():
        try:
            criteria["query"] = query
            kept = services.save_search(actor=actor, criteria=criteria, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused.messages[0])
        else:
            messages.success(request, _("Votre alerte est créée.") + _when_paused(actor, kept))
            return redirect("my_alerts")
    return _alert_page(
        request, form, title=_("Créer une alerte"), query=query, dropped=search.radius_left_out
    )


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def edit_alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor = _applicant(request)
    search = get_object_or_404(searches_of(actor), public_id=public_id)
    initial = {name: getattr(search, name) for name in SavedSearchForm.base_fields}
    form = bind_form(SavedSearchForm, request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            forgotten = services.update_search(actor=actor, search=search, **form.cleaned_data)
        except SavedSearch.DoesNotExist:
            messages.error(request, _("Cette alerte a été supprimée entre-temps."))
        else:
            messages.success(request, _("Votre alerte est modifiée.") + _untold(forgotten))
        return redirect("my_alerts")
    title = _("Modifier l'alerte « %(name)s »") % {"name": search.name}
    return _alert_page(request, form, title=title, query=query_of(search))


@require_POST
@submitted_once
def delete_alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor = _applicant(request)
    search = get_object_or_404(searches_of(actor), public_id=public_id)
    name = search.name
    try:
        forgotten = services.delete_search(actor=actor, search=search)
    except SavedSearch.DoesNotExist:
        messages.success(request, _("Cette alerte est déjà supprimée."))
        return redirect("my_alerts")
    done = _("L'alerte « %(name)s » est supprimée.") % {"name": name}
    messages.success(request, done + _untold(forgotten))
    return redirect("my_alerts")


@require_POST
def pause_alerts(request: HttpRequest) -> HttpResponse:
    """Mute all alerts, or hear them again (`reprendre=1`)."""
    actor = _applicant(request)
    if request.POST.get("reprendre"):
        services.unmute_alerts(actor=actor)
        messages.success(request, _("Vos alertes reprennent."))
    else:
        services.mute_alerts(actor=actor)
        messages.success(request, _("Vos alertes sont en pause."))
    return redirect("my_alerts")


def _applicant(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "listings.keep_searches")
    return actor


def _when_paused(actor: Actor, search: SavedSearch) -> str:
    """An alert is created like any other during a pause: it would seem to write at once."""
    if search.frequency == SavedSearch.Frequency.NEVER or not has_paused_alerts(actor):
        return ""
    return " " + _(
        "Vos alertes sont en pause : celle-ci cherche déjà, et vous écrira quand vous les "
        "reprendrez."
    )


def _untold(number: int) -> str:
    """The homes that no alert will tell her of: she may still look for them."""
    if not number:
        return ""
    told = ngettext(
        "Elle avait trouvé %(n)d logement pas encore annoncé : la recherche le montre "
        "quand il est ouvert aux candidatures.",
        "Elle avait trouvé %(n)d logements pas encore annoncés : la recherche les montre "
        "quand ils sont ouverts aux candidatures.",
        number,
    )
    return " " + told % {"n": number}


def _alert_page(
    request: HttpRequest, form: Any, *, title: str, query: str, dropped: bool = False
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "title": title, "query": query, "radius_left_out": dropped}
    return render(request, "listings/alert.html", context, status=status)
