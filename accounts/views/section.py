"""What the pages of every section do alike: find one's dossier, save it, say what was saved."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import rules as permission_rules
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import queries, services
from accounts.forms.dossier import SectionForm
from accounts.models import Dossier, SectionState, User
from accounts.services import SectionConflict
from alin.kit import clock
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import TOKEN_FIELD

from . import dossier_pages as pages

AUTOSAVE_HEADER = "X-Autosave"


def own_dossier(request: ActorRequest) -> Dossier:
    """The dossier of the person, made at the first POST: reading a page writes nothing."""
    actor = request.actor
    if not permission_rules.has_perm("accounts.keep_own_dossier", actor):
        raise PermissionDenied(
            _(
                "Vous travaillez en ce moment pour %(name)s : le dossier de demande de logement "
                "est personnel. Passez d'abord à « vous-même », en haut de la page."
            )
            % {"name": actor.organisation}
        )
    if request.method == "POST":
        services.open_dossier(user=cast(User, actor.user))
    own = queries.own_dossier(actor)
    # In whose name it is, for the pages that say “vous”.
    request.holder = own.applicant  # type: ignore[attr-defined]
    return own


def saved(
    request: ActorRequest,
    form: SectionForm,
    write: Callable[[dict[str, Any]], None],
    *,
    now: Callable[[Dossier], dict[str, Any]],
    main_field: str = NON_FIELD_ERRORS,
    to: str = "dossier",
) -> HttpResponse | None:
    """Write a valid form and answer; None when the form must be shown (again).

    `now` reads what is saved at present, to be set beside what was typed when somebody was
    faster. Errors that name no field go to `main_field`. A page that saves as one types is
    answered in JSON: the new `version` and what was `saved`, or the `reason` why not."""
    if request.method != "POST":
        return None
    autosaving = AUTOSAVE_HEADER in request.headers
    if not form.is_valid():
        return _not_saved(form) if autosaving else None
    form.cleaned_data["page"] = _page(request)
    try:
        with transaction.atomic():
            write(form.cleaned_data)
    except SectionConflict as conflict:
        if autosaving:
            return JsonResponse({"reason": _moved(conflict.state, request.actor)}, status=409)
        fresh = now(queries.own_dossier(request.actor))
        context = pages.conflict(form, fresh, conflict.state, reader_id=request.actor.user_id)
        return render(request, "accounts/conflict.html", context, status=409)
    except ValidationError as error:
        _put_errors(form, error, main_field)
        return _not_saved(form) if autosaving else None
    if autosaving:
        fresh = now(queries.own_dossier(request.actor))
        return JsonResponse({"version": fresh["version"], "saved": _saved_now()})
    return back_to_dossier(request, to)


def _page(request: ActorRequest) -> str:
    """Which form, as shown once, saves: its one-use token tells it from every other."""
    text = request.headers.get(AUTOSAVE_HEADER) or request.POST.get(TOKEN_FIELD, "")
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _not_saved(form: SectionForm) -> HttpResponse:
    """Nothing is wrong yet: somebody is in the middle of a date."""
    labels = [f"« {form.fields[name].label} »" for name in form.errors if name in form.fields]
    reason = _("Pas encore enregistré. À corriger : %(fields)s.") % {"fields": ", ".join(labels)}
    return JsonResponse({"reason": reason}, status=422)


def _moved(state: SectionState, reader: Actor) -> str:
    if state.saved_by is not None and state.saved_by_id != reader.user_id:
        return _(
            "Pas enregistré : %(name)s a modifié cette page entre-temps. Appuyez sur "
            "« Enregistrer » pour voir les deux versions ; rien n'est perdu."
        ) % {"name": state.saved_by}
    return _(
        "Pas enregistré : cette page a été modifiée dans une autre fenêtre ou sur un autre "
        "appareil. Appuyez sur « Enregistrer » pour voir les deux versions ; rien n'est perdu."
    )


def _saved_now() -> str:
    local = clock.now().astimezone(clock.PARIS)
    return _("Enregistré à %(hour)s.") % {"hour": f"{local.hour}\u00a0h\u00a0{local:%M}"}


def _put_errors(form: Form, error: ValidationError, main_field: str) -> None:
    if not hasattr(error, "error_dict"):
        error = ValidationError({main_field: error.messages})
    for name, said in error.error_dict.items():
        field = name if name in form.fields else main_field
        form.add_error(field if field in form.fields else None, ValidationError(said))


def back_to_dossier(request: ActorRequest, to: str = "dossier") -> HttpResponse:
    messages.success(request, _saved_now())
    return redirect(to)


def form_page(request: ActorRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    refused = request.method == "POST"
    context = {"form": form, "back": "dossier", "autosave": True, **context}
    context["holder"] = request.holder  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if refused else 200)


def version(own: Dossier, section: str) -> dict[str, Any]:
    return {"version": queries.section_state(own, section).version}
