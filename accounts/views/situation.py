"""Where the applicant lives, why another home is asked for, which one is wished."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, services
from accounts.forms.situation import HousingForm, ReasonsForm
from accounts.forms.wishes import WishesForm
from accounts.models import Dossier
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once
from territory.queries import label, search_communes

from . import section

_HOUSING = (
    "housing_status",
    "housing_since",
    "housing_rent_eur",
    "housing_surface_m2",
    "housing_persons",
)
_REASONS = ("reasons", "reasons_note")
_WISHES = (
    "wish_kinds",
    "wish_sizes",
    "wish_max_rent_eur",
    "wish_floor",
    "wish_lift",
    "wish_accessible",
)
LONGEST_QUERY = 60


@require_http_methods(["GET", "POST"])
@submitted_once
def housing(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(HousingForm, request, initial=_initial(own, "housing", _HOUSING))

    def write(typed: dict[str, Any]) -> None:
        _save(request, own, "housing", typed, _HOUSING)

    def now(dossier: Dossier) -> dict[str, Any]:
        return _initial(dossier, "housing", _HOUSING)

    if answer := section.saved(request, form, write, now=now):
        return answer
    return section.form_page(request, "accounts/housing.html", form)


@require_http_methods(["GET", "POST"])
@submitted_once
def reasons(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(ReasonsForm, request, initial=_initial(own, "reasons", _REASONS))

    def write(typed: dict[str, Any]) -> None:
        _save(request, own, "reasons", typed, _REASONS)

    def now(dossier: Dossier) -> dict[str, Any]:
        return _initial(dossier, "reasons", _REASONS)

    if answer := section.saved(request, form, write, now=now):
        return answer
    return section.form_page(request, "accounts/reasons.html", form)


@require_http_methods(["GET", "POST"])
@submitted_once
def wishes(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(WishesForm, request, initial=_wishes_initial(own))

    def write(typed: dict[str, Any]) -> None:
        services.save_wishes(
            actor=request.actor,
            dossier=own,
            expected_version=typed["version"],
            page=typed["page"],
            changes={name: typed[name] for name in _WISHES},
            communes=form.communes().values(),
        )

    if answer := section.saved(request, form, write, now=_wishes_initial, main_field="commune_1"):
        return answer
    return section.form_page(request, "accounts/wishes.html", form)


@login_not_required
@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """The communes that `q` may mean, as a fragment to choose from."""
    found = search_communes(request.GET.get("q", "")[:LONGEST_QUERY], limit=6)
    context = {"communes": [label(each) for each in found]}
    return render(request, "accounts/_communes.html", context)


def _save(
    request: ActorRequest, own: Dossier, name: str, typed: dict[str, Any], fields: tuple[str, ...]
) -> None:
    services.save_section(
        actor=request.actor,
        dossier=own,
        section=name,
        expected_version=typed["version"],
        page=typed["page"],
        changes={field: typed[field] for field in fields},
    )


def _initial(own: Dossier, name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    return section.version(own, name) | {field: getattr(own, field) for field in fields}


def _wishes_initial(own: Dossier) -> dict[str, Any]:
    wished = {f"commune_{w.slot}": label(w.commune) for w in queries.wished_communes(own)}
    return _initial(own, "wishes", _WISHES) | wished
