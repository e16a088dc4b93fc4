"""The ceilings of a new year: an operator loads a file, looks at what it changes, publishes it for
a date, watches the work, and may withdraw it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from .. import publication_words as words
from .. import services
from ..exports import ceilings_csv, changes_csv
from ..forms import CeilingsFileForm, PublishForm, WithdrawForm
from ..models import CeilingPublication
from ..queries.publications import (
    ceilings_of_the_latest_year,
    compare,
    history_of,
    loaded_years,
    progress_of,
    publications_visible_to,
)

PERMISSION = "eligibility.publish_ceilings"
PER_PAGE = 25


@require_safe
def home(request: ActorRequest) -> HttpResponse:
    """The years that are loaded, and every publication."""
    require(request.actor, PERMISSION)
    found = Paginator(publications_visible_to(request.actor), PER_PAGE)
    context = {"years": loaded_years(), "page": found.get_page(request.GET.get("page"))}
    return render(request, "eligibility/ceilings.html", context)


@require_safe
def example(request: ActorRequest) -> HttpResponse:
    """The format, by example: the ceilings of the latest year that is loaded."""
    require(request.actor, PERMISSION)
    content = ceilings_csv(ceilings_of_the_latest_year())
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plafonds-exemple.csv"'
    return response


@require_http_methods(["GET", "POST"])
@submitted_once
def load(request: ActorRequest) -> HttpResponse:
    require(request.actor, PERMISSION)
    files = request.FILES if request.method == "POST" else None
    form = bind_form(CeilingsFileForm, request, files=files)
    if request.method == "POST" and form.is_valid():
        publication = services.draft_publication(
            actor=request.actor,
            lines=form.read.lines,
            year=form.read.year,
            file_name=form.cleaned_data["file"].name,
            rent_index=form.cleaned_data["rent_index"],
            departure=form.cleaned_data["departure"],
            checks=form.checks,
        )
        messages.success(request, _("Fichier contrôlé. Rien ne compte avant la publication."))
        return redirect("ceilings_publication", publication.public_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "eligibility/ceilings_load.html", {"form": form}, status=status)


@require_safe
def publication(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    return _show(request, found, PublishForm(publication=found))


@require_POST
@submitted_once
def publish(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    form = PublishForm(request.POST, publication=found)
    if form.is_valid():
        try:
            services.publish_ceilings(
                actor=request.actor, publication=found, valid_from=form.cleaned_data["valid_from"]
            )
        except services.PublicationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Plafonds publiés. La liste des droits se prépare."))
            return redirect("ceilings_publication", found.public_id)
    found.refresh_from_db()
    return _show(request, found, form, status=422)


@require_http_methods(["GET", "POST"])
@submitted_once
def withdraw(request: ActorRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    form = bind_form(WithdrawForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_ceilings(
                actor=request.actor, publication=found, reason=form.cleaned_data["reason"]
            )
        except services.PublicationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Plafonds retirés : ils ne comptent plus."))
            return redirect("ceilings_publication", found.public_id)
    status = 422 if request.method == "POST" else 200
    context = {"publication": found, "form": form}
    return render(request, "eligibility/ceilings_withdraw.html", context, status=status)


@require_POST
@submitted_once
def resume(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """Do the next steps without waiting for the scheduler."""
    found = _find(request, public_id)
    services.resume(actor=request.actor, publication=found)
    messages.success(request, _("Le travail reprend."))
    return redirect("ceilings_publication", found.public_id)


@require_safe
def progress(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The fragment that the page asks for again and again while the work goes on."""
    found = _find(request, public_id)
    context = {"publication": found, "progress": progress_of(found)}
    return render(request, "eligibility/_ceilings_progress.html", context)


@require_safe
def changes(request: ActorRequest, public_id: UUID) -> StreamingHttpResponse:
    found = _find(request, public_id)
    response = StreamingHttpResponse(changes_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="droits-{found.year}.csv"'
    return response


def _find(request: ActorRequest, public_id: UUID) -> CeilingPublication:
    found = get_object_or_404(publications_visible_to(request.actor), public_id=public_id)
    require(request.actor, PERMISSION)
    return found


def _show(
    request: ActorRequest, found: CeilingPublication, form: PublishForm, status: int = 200
) -> HttpResponse:
    comparison = compare(found)
    context: dict[str, Any] = {
        "publication": found,
        "form": form,
        "tables": [words.table_view(table) for table in comparison.tables],
        "concerned": comparison.concerned,
        "progress": progress_of(found),
        "history": [words.event_line(entry) for entry in history_of(found)],
    }
    return render(request, "eligibility/ceilings_publication.html", context, status=status)
