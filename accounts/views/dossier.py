"""The applicant's dossier: a task list, one subject per page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, rules, services
from accounts.forms.dossier import EmploymentForm, IdentityForm, NumeroForm, RenewalForm
from accounts.models import Dossier
from alin.kit import clock
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import dossier_pages as pages
from . import numero_pages, section


@require_safe
def dossier(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    told = pages.overview(own, clock.today(), reader_id=request.actor.user_id)
    return render(request, "accounts/dossier.html", told)


@require_http_methods(["GET", "POST"])
@submitted_once
def identity(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(IdentityForm, request, initial=_identity_initial(own))
    if own.applicant_id != request.actor.user_id:
        form.leave_name_to_the_holder()

    def write(typed: dict[str, Any]) -> None:
        services.save_section(
            actor=request.actor,
            dossier=own,
            section="identity",
            expected_version=typed["version"],
            page=typed["page"],
            changes={name: typed[name] for name in ("birth_date", "phone", "disabled")},
            person={name: typed[name] for name in ("first_name", "last_name") if name in typed},
        )

    if answer := section.saved(request, form, write, now=_identity_initial):
        return answer
    return section.form_page(request, "accounts/identity.html", form)


@require_http_methods(["GET", "POST"])
@submitted_once
def numero(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(NumeroForm, request, initial=_numero_initial(own))
    facts = numero_pages.numero_facts(own, clock.today())

    def write(typed: dict[str, Any]) -> None:
        _save_numero(request.actor, own, typed)

    if answer := section.saved(request, form, write, now=_numero_initial, main_field="numero"):
        return _numero_saved(own, answer)
    claims = queries.waiting_claims_of(own)
    taken = numero_pages.taken_numero(form, claims)
    return section.form_page(
        request,
        "accounts/numero.html",
        form,
        facts=facts,
        taken=taken,
        claims=claims,
        support=queries.support_contact() if taken else None,
    )


def _save_numero(actor: Actor, own: Dossier, typed: dict[str, Any]) -> None:
    """What the service refuses stands at the number: misread, or held by another dossier."""
    try:
        services.save_numero_unique(
            actor=actor,
            dossier=own,
            expected_version=typed["version"],
            page=typed["page"],
            text=typed["numero"],
            registered_on=typed["registered_on"],
            renewed_on=typed["renewed_on"],
            radiated_on=typed["radiated_on"],
            radiation_ground=typed["radiation_ground"],
        )
    except rules.MalformedNumeroUnique as error:
        raise ValidationError({"numero": str(error)}) from error
    except ValidationError as error:
        taken = ValidationError(" ".join(error.messages), code="taken")
        raise ValidationError({"numero": taken}) from error


def _numero_saved(own: Dossier, answer: HttpResponse) -> HttpResponse:
    """With a doubt about the number, the page comes back and says it; nothing is refused."""
    facts = numero_pages.numero_facts(own, clock.today())
    doubtful = answer.status_code == 302 and facts is not None and facts.warnings
    return redirect("dossier_numero") if doubtful else answer


@require_http_methods(["GET", "POST"])
@submitted_once
def renew(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(RenewalForm, request, initial=section.version(own, "numero"))

    def write(typed: dict[str, Any]) -> None:
        services.declare_renewal(
            actor=request.actor,
            dossier=own,
            expected_version=typed["version"],
            renewed_on=typed["renewed_on"],
            page=typed["page"],
        )

    def now(dossier: Dossier) -> dict[str, Any]:
        return section.version(dossier, "numero") | {"renewed_on": dossier.numero_renewed_on}

    if answer := section.saved(
        request, form, write, now=now, main_field="renewed_on", to="dossier_numero"
    ):
        return answer
    facts = numero_pages.numero_facts(own, clock.today())
    # A renewal is declared once, by the button; it changes what the whole page before says.
    return section.form_page(
        request, "accounts/renew.html", form, facts=facts, back="dossier_numero", autosave=False
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def employment(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(EmploymentForm, request, initial=_employment_initial(own))

    def write(typed: dict[str, Any]) -> None:
        services.save_section(
            actor=request.actor,
            dossier=own,
            section="employment",
            expected_version=typed["version"],
            page=typed["page"],
            changes={name: typed[name] for name in _EMPLOYMENT_FIELDS},
        )

    if answer := section.saved(request, form, write, now=_employment_initial):
        return answer
    return section.form_page(request, "accounts/employment.html", form)


# What is saved now, as the forms show it.

_EMPLOYMENT_FIELDS = (
    "employment_sector",
    "employment_contract",
    "employer_name",
    "employer_siret",
    "employer_headcount",
)


def _identity_initial(own: Dossier) -> dict[str, Any]:
    return section.version(own, "identity") | {
        "first_name": own.applicant.first_name,
        "last_name": own.applicant.last_name,
        "birth_date": own.birth_date,
        "phone": own.phone,
        "disabled": own.disabled,
    }


def _numero_initial(own: Dossier) -> dict[str, Any]:
    return section.version(own, "numero") | {
        "numero": own.numero_unique,
        "registered_on": own.numero_registered_on,
        "renewed_on": own.numero_renewed_on,
        "radiated_on": own.numero_radiated_on,
        "radiation_ground": own.numero_radiation_ground,
    }


def _employment_initial(own: Dossier) -> dict[str, Any]:
    return section.version(own, "employment") | {n: getattr(own, n) for n in _EMPLOYMENT_FIELDS}
