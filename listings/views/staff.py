"""What the landlord's pages do alike: pages of a list, a form saved, refused, or in conflict."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.forms.boundfield import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from alin.kit import french
from alin.kit.actor import ActorRequest
from alin.kit.forms import NEVER_KEPT
from alin.kit.models import JournalEntry

from ..forms.stock import VersionedForm
from ..services import StaleVersion

PER_PAGE = 25
# Where the message of a field that the page shows otherwise goes.
_SHOWN_AS = {
    "opens_at": "opens_on",
    "closes_at": "closes_on",
    "commune_id": "commune",
    "reservataire_id": "reservataire",
}


def page_of(request: ActorRequest, rows: Any) -> tuple[Page[Any], dict[str, str | None]]:
    """One page of rows, and the addresses of its neighbours."""
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    before = page.previous_page_number() if page.has_previous() else None
    after = page.next_page_number() if page.has_next() else None
    return page, {
        "previous_href": address_with(request, page=before) if before else None,
        "next_href": address_with(request, page=after) if after else None,
    }


def address_with(request: ActorRequest, **parameters: str | int | None) -> str:
    """The address of this page with other parameters; None takes one away."""
    query = request.GET.copy()
    for name, value in parameters.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}"


def version_shown(request: ActorRequest) -> int:
    """The version that the page of a button showed; a page that showed none has shown nothing."""
    return _version(request.POST.get("version", ""))


def home_shown(request: ActorRequest) -> tuple[int, int]:
    """The versions of the dwelling and of its residence that the page of a button showed."""
    dwelling, _dot, residence = request.POST.get("home", "").partition(".")
    return _version(dwelling), _version(residence)


def _version(typed: str) -> int:
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else -1


def written(
    form: forms.Form, write: Callable[[], Any], *, main_field: str | None = None
) -> Any | None:
    """What `write` makes, or None with its refusal put on the form, field by field; what names no
    field goes to `main_field`."""
    try:
        with transaction.atomic():
            return write() or True
    except ValidationError as error:
        put_errors(form, error, main_field)
        return None


def put_errors(form: forms.Form, error: ValidationError, main_field: str | None = None) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(main_field, error)
        return
    for name, said in error.error_dict.items():
        field = _SHOWN_AS.get(name, name)
        known = field in form.fields and field != NON_FIELD_ERRORS
        form.add_error(field if known else None, ValidationError(said))


def form_page(
    request: ActorRequest, template: str, form: forms.Form, **context: Any
) -> HttpResponse:
    status = 422 if form.is_bound and request.method == "POST" else 200
    return render(request, template, {"form": form, **context}, status=status)


def edited(
    request: ActorRequest,
    form: VersionedForm,
    write: Callable[[], Any],
    *,
    fresh: Callable[[], Mapping[str, Any]],
    chain: str,
) -> HttpResponse | None:
    """None once written or when the form is to be shown again (its errors tell which); the page
    of the conflict when somebody was faster. `fresh`: what is saved now, as initial values."""
    try:
        written(form, write)
    except StaleVersion:
        context = conflict(form, fresh(), chain)
        return render(request, "listings/landlord/conflict.html", context, status=409)
    return None


def conflict(form: VersionedForm, saved: Mapping[str, Any], chain: str) -> dict[str, Any]:
    """Both versions side by side, and the form that sends the typed one again."""
    rows = []
    for bound in form.visible_fields():
        mine = _shown(bound, form[bound.name].data)
        theirs = _shown(bound, bound.field.prepare_value(saved.get(bound.name)))
        rows.append((str(bound.label), mine, theirs, mine != theirs))
    return {
        "rows": rows,
        "version": saved.get("version"),
        "last": JournalEntry.objects.filter(chain=chain).order_by("-sequence").first(),
        "hidden": [
            (name, value)
            for name, values in cast(QueryDict, form.data).lists()
            if name not in NEVER_KEPT and name != "version"
            for value in values
        ],
    }


def _shown(bound: BoundField, value: Any) -> str:
    if isinstance(bound.field, forms.BooleanField):
        return _("Oui") if value in (True, "on", "true", "True", "1") else _("Non")
    if value in (None, "", []):
        return _("Rien")
    choices = {str(key): text for key, text in getattr(bound.field, "choices", [])}
    if isinstance(value, (list, tuple)):
        return ", ".join(str(choices.get(str(each), each)) for each in value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return french.number(value)
    return str(choices.get(str(value), value))
