"""Bulk import and update of dwellings and offers, looked at line by line before it is done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L
from django.views.decorators.http import require_http_methods, require_safe

from alin.kit import sheets
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from alin.kit.forms import submitted_once

from .. import services
from ..forms.imports import ApplyForm, ImportForm
from ..imports import COLUMNS, EXAMPLE, explained
from ..models import StockImportLine
from ..queries.landlord import imports_visible_to, outcomes_of
from .staff import address_with, form_page, page_of, written

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


HELP_TITLES = [_L("Titre"), _L("Ce que c'est"), _L("Ce qu'on y écrit"), _L("Exemple")]


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def stock_import(request: ActorRequest) -> HttpResponse:
    require(request.actor, "listings.keep_stock")
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]

        def write() -> Any:
            content = file.read(sheets.MOST_BYTES + 1)
            return services.send_import(actor=request.actor, name=file.name, content=content)

        if made := written(form, write, main_field="file"):
            return redirect("stock_import_result", made.public_id)
    context = {
        "columns": explained(),
        "column_titles": HELP_TITLES,
        "imports": list(imports_visible_to(request.actor)[:10]),
    }
    return form_page(request, "listings/landlord/import.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def stock_import_result(request: ActorRequest, public_id: UUID) -> HttpResponse:
    batch = get_object_or_404(imports_visible_to(request.actor), public_id=public_id)
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():

        def write() -> Any:
            return services.ask_to_apply(
                actor=request.actor,
                batch=batch,
                without_refused=form.cleaned_data["without_refused"],
            )

        if done := written(form, write, main_field="without_refused"):
            if done.state == "applied":
                messages.success(request, _("Le fichier est enregistré."))
            return redirect("stock_import_result", public_id)
    outcomes = outcomes_of(batch)
    asked = request.GET.get("lignes", "")
    lines = batch.lines.order_by("number")
    page, neighbours = page_of(request, lines.filter(outcome=asked) if asked in outcomes else lines)
    context = {
        "batch": batch,
        "page": page,
        "outcomes": outcomes,
        "tabs": [
            {
                "label": label,
                "href": address_with(request, lignes=key or None, page=None),
                "current": key == asked,
                "badge": str(sum(outcomes.values()) if not key else outcomes[key]),
            }
            for key, label in [("", _("Toutes")), *StockImportLine.Outcome.choices]
        ],
        **neighbours,
    }
    return form_page(request, "listings/landlord/import_result.html", form, **context)


@require_safe
def import_template(request: ActorRequest, form: str) -> HttpResponse:
    """A file to fill in: the titles, one line as an example, and in a workbook a sheet that
    explains each column."""
    require(request.actor, "listings.keep_stock")
    rows = [[EXAMPLE[column] for column in COLUMNS]]
    if form == "xlsx":
        notes = (_("Aide"), HELP_TITLES, explained())
        book = sheets.as_xlsx(_("Parc"), COLUMNS, rows, notes=notes)
        answer = HttpResponse(book, content_type=XLSX_TYPE)
    else:
        answer = HttpResponse(sheets.as_csv(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="modele-parc.{form}"'
    return answer
