"""Who will live in the home with the applicant."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries, services
from accounts.forms.dossier import MemberForm, SectionForm
from accounts.models import Dossier, HouseholdMember
from accounts.services import SectionConflict
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import dossier_pages as pages
from . import section


@require_http_methods(["GET", "POST"])
@submitted_once
def household(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    form = bind_form(SectionForm, request, initial=section.version(own, "household"))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.save_section(
                actor=request.actor,
                dossier=own,
                section="household",
                expected_version=form.cleaned_data["version"],
            )
            return section.back_to_dossier(request)
        except SectionConflict:
            messages.warning(request, _household_moved())
            form, status = SectionForm(initial=section.version(own, "household")), 409
    context = {
        "form": form,
        "members": pages.people(queries.household(own)),
        "holder": own.applicant,
    }
    return render(request, "accounts/household.html", context, status=status)


@require_http_methods(["GET", "POST"])
@submitted_once
def add_member(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    return _member_form(
        request, own, HouseholdMember(dossier=own), section.version(own, "household")
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def edit_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own = section.own_dossier(request)
    member = get_object_or_404(queries.own_members(request.actor), public_id=public_id)
    initial = section.version(own, "household") | MemberForm.initial_of(member)
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

    if answer := section.saved(
        request, form, write, now=now, main_field="link", to="dossier_household"
    ):
        return answer
    return section.form_page(
        request,
        "accounts/member.html",
        form,
        back="dossier_household",
        # Somebody half typed is nobody yet: a person is added by the button.
        autosave=False,
        name=name if member.pk else "",
    )


@require_http_methods(["GET", "POST"])
@submitted_once
def remove_member(request: ActorRequest, public_id: UUID) -> HttpResponse:
    own = section.own_dossier(request)
    member = get_object_or_404(queries.own_members(request.actor), public_id=public_id)
    form = bind_form(SectionForm, request, initial=section.version(own, "household"))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.remove_member(
                actor=request.actor,
                dossier=own,
                expected_version=form.cleaned_data["version"],
                member=member,
            )
            return section.back_to_dossier(request, "dossier_household")
        except SectionConflict:
            messages.warning(request, _household_moved())
            form, status = SectionForm(initial=section.version(own, "household")), 409
        except ValidationError as error:
            form.add_error(None, error)
            status = 422
    context = {"form": form, "member": member}
    return render(request, "accounts/member_remove.html", context, status=status)


def _household_moved() -> str:
    return _(
        "Votre foyer a été modifié entre-temps, dans une autre fenêtre ou sur un autre appareil. "
        "Voici ce qui est enregistré : vérifiez avant de continuer."
    )
