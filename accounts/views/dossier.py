"""The applicant's dossier: a task list, one subject per page."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import rules as permission_rules
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, rules, services
from accounts.forms.dossier import (
    EmploymentForm,
    IdentityForm,
    MemberForm,
    NumeroForm,
    ResourcesForm,
    SectionForm,
)
from accounts.models import Dossier, HouseholdMember, User
from accounts.services import SectionConflict
from alin.kit import clock
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import dossier_pages as pages


@require_safe
def dossier(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    return render(request, "accounts/dossier.html", pages.overview(own, clock.today()))


@require_http_methods(["GET", "POST"])
@submitted_once
def identity(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    form = bind_form(IdentityForm, request, initial=_identity_initial(own))

    def write(typed: dict[str, Any]) -> None:
        services.save_section(
            actor=request.actor,
            dossier=own,
            section="identity",
            expected_version=typed["version"],
            changes={name: typed[name] for name in ("birth_date", "phone", "disabled")},
            person={name: typed[name] for name in ("first_name", "last_name")},
        )

    if answer := _saved(request, form, write, now=_identity_initial):
        return answer
    return _form_page(request, "accounts/identity.html", form)


@require_http_methods(["GET", "POST"])
@submitted_once
def numero(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    form = bind_form(NumeroForm, request, initial=_numero_initial(own))
    facts = pages.numero_facts(own, clock.today())

    def write(typed: dict[str, Any]) -> None:
        try:
            services.save_numero_unique(
                actor=request.actor,
                dossier=own,
                expected_version=typed["version"],
                text=typed["numero"],
                registered_on=typed["registered_on"],
                renewed_on=typed["renewed_on"],
            )
        except rules.MalformedNumeroUnique as error:
            raise ValidationError({"numero": str(error)}) from error
        except ValidationError as error:
            taken = ValidationError(" ".join(error.messages), code="taken")
            raise ValidationError({"numero": taken}) from error

    if answer := _saved(request, form, write, now=_numero_initial, main_field="numero"):
        return _numero_saved(own, answer)
    return _form_page(
        request,
        "accounts/numero.html",
        form,
        facts=facts,
        taken=(taken := form.has_error("numero", "taken")),
        support=queries.support_contact() if taken else None,
    )


def _numero_saved(own: Dossier, answer: HttpResponse) -> HttpResponse:
    """With a doubt about the number, the page comes back and says it; nothing is refused."""
    facts = pages.numero_facts(own, clock.today())
    doubtful = answer.status_code == 302 and facts is not None and facts.warnings
    return redirect("dossier_numero") if doubtful else answer


@require_http_methods(["GET", "POST"])
@submitted_once
def household(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    form = bind_form(SectionForm, request, initial=_version(own, "household"))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.save_section(
                actor=request.actor,
                dossier=own,
                section="household",
                expected_version=form.cleaned_data["version"],
            )
            return _back_to_dossier(request)
        except SectionConflict:
            messages.warning(request, _household_moved())
            form, status = SectionForm(initial=_version(own, "household")), 409
    context = {"form": form, "members": pages.people(queries.household(own))}
    return render(request, "accounts/household.html", context, status=status)


@require_http_methods(["GET", "POST"])
@submitted_once
def add_member(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    return _member_form(request, own, HouseholdMember(dossier=own), _version(own, "household"))


@require_http_methods(["GET", "POST"])
@submitted_once
def edit_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own = _own_dossier(request)
    member = get_object_or_404(queries.own_members(request.actor), public_id=public_id)
    initial = _version(own, "household") | MemberForm.initial_of(member)
    return _member_form(request, own, member, initial)


def _member_form(
    request: ActorRequest, own: Dossier, member: HouseholdMember, initial: dict[str, Any]
) -> HttpResponse:
    form = bind_form(MemberForm, request, initial=initial)
    name = str(member)

    def write(typed: dict[str, Any]) -> None:
        services.save_member(
            actor=request.actor,
            dossier=own,
            expected_version=typed["version"],
            member=form.apply_to(member),
        )

    def now(dossier: Dossier) -> dict[str, Any]:
        saved = queries.own_members(request.actor).filter(pk=member.pk).first()
        return MemberForm.initial_of(saved) if saved else {}

    if answer := _saved(request, form, write, now=now, main_field="link", to="dossier_household"):
        return answer
    return _form_page(
        request,
        "accounts/member.html",
        form,
        back="dossier_household",
        name=name if member.pk else "",
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def remove_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own = _own_dossier(request)
    member = get_object_or_404(queries.own_members(request.actor), public_id=public_id)
    form = bind_form(SectionForm, request, initial=_version(own, "household"))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_member(
                actor=request.actor,
                dossier=own,
                expected_version=form.cleaned_data["version"],
                member=member,
            )
            return _back_to_dossier(request, "dossier_household")
        except SectionConflict:
            messages.warning(request, _household_moved())
            form, status = SectionForm(initial=_version(own, "household")), 409
    context = {"form": form, "member": member}
    return render(request, "accounts/member_remove.html", context, status=status)


@require_http_methods(["GET", "POST"])
@submitted_once
def resources(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    today = clock.today()
    year = rules.reference_income_year(today)
    declaring = [m for m in queries.household(own) if rules.declares_income(m, today)]

    def initial(dossier: Dossier) -> dict[str, Any]:
        return _resources_initial(dossier, declaring, year)

    form = bind_form(ResourcesForm, request, members=declaring, initial=initial(own))

    def write(typed: dict[str, Any]) -> None:
        services.save_incomes(
            actor=request.actor,
            dossier=own,
            expected_version=typed["version"],
            year=year,
            rfr_by_member=form.rfr_by_member(),
        )

    if answer := _saved(request, form, write, now=initial):
        return answer
    return _form_page(request, "accounts/resources.html", form, year=year)


@require_http_methods(["GET", "POST"])
@submitted_once
def employment(request: ActorRequest) -> HttpResponse:
    own = _own_dossier(request)
    form = bind_form(EmploymentForm, request, initial=_employment_initial(own))

    def write(typed: dict[str, Any]) -> None:
        services.save_section(
            actor=request.actor,
            dossier=own,
            section="employment",
            expected_version=typed["version"],
            changes={name: typed[name] for name in _EMPLOYMENT_FIELDS},
        )

    if answer := _saved(request, form, write, now=_employment_initial):
        return answer
    return _form_page(request, "accounts/employment.html", form)


# What every section does alike.


def _own_dossier(request: ActorRequest) -> Dossier:
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
    return queries.own_dossier(actor)


def _saved(
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
    faster. Errors that name no field go to `main_field`."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            write(form.cleaned_data)
    except SectionConflict as conflict:
        fresh = now(queries.own_dossier(request.actor))
        context = pages.conflict(form, fresh, conflict.state, reader_id=request.actor.user_id)
        return render(request, "accounts/conflict.html", context, status=409)
    except ValidationError as error:
        _put_errors(form, error, main_field)
        return None
    return _back_to_dossier(request, to)


def _put_errors(form: Form, error: ValidationError, main_field: str) -> None:
    if not hasattr(error, "error_dict"):
        error = ValidationError({main_field: error.messages})
    for name, said in error.error_dict.items():
        field = name if name in form.fields else main_field
        form.add_error(field if field in form.fields else None, ValidationError(said))


def _back_to_dossier(request: ActorRequest, to: str = "dossier") -> HttpResponse:
    local = clock.now().astimezone(clock.PARIS)
    messages.success(
        request, _("Enregistré à %(hour)s.") % {"hour": f"{local.hour}\u00a0h\u00a0{local:%M}"}
    )
    return redirect(to)


def _form_page(request: ActorRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    refused = request.method == "POST"
    context = {"form": form, "back": "dossier", **context}
    return render(request, template, context, status=422 if refused else 200)


def _household_moved() -> str:
    return _(
        "Votre foyer a été modifié entre-temps, dans une autre fenêtre ou sur un autre appareil. "
        "Voici ce qui est enregistré : vérifiez avant de continuer."
    )


# What is saved now, as the forms show it.

_EMPLOYMENT_FIELDS = (
    "employment_sector",
    "employer_name",
    "employer_siret",
    "employer_headcount",
)


def _version(own: Dossier, section: str) -> dict[str, Any]:
    return {"version": queries.section_state(own, section).version}


def _identity_initial(own: Dossier) -> dict[str, Any]:
    return _version(own, "identity") | {
        "first_name": own.applicant.first_name,
        "last_name": own.applicant.last_name,
        "birth_date": own.birth_date,
        "phone": own.phone,
        "disabled": own.disabled,
    }


def _numero_initial(own: Dossier) -> dict[str, Any]:
    return _version(own, "numero") | {
        "numero": own.numero_unique,
        "registered_on": own.numero_registered_on,
        "renewed_on": own.numero_renewed_on,
    }


def _employment_initial(own: Dossier) -> dict[str, Any]:
    return _version(own, "employment") | {n: getattr(own, n) for n in _EMPLOYMENT_FIELDS}


def _resources_initial(own: Dossier, declaring: list[HouseholdMember], year: int) -> dict[str, Any]:
    amounts = {i.member_id: i.rfr_eur for i in queries.incomes(own) if i.year == year}
    return (
        _version(own, "resources")
        | {"rfr": amounts.get(None)}
        | {ResourcesForm.name_for(member): amounts.get(member.pk) for member in declaring}
    )
