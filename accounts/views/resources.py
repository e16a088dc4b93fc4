"""What the household earns, which figure counts and why."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import queries, rules, services
from accounts.forms.resources import LATELY, MONTHLY, N1, N2, TOGETHER, ResourcesForm, name_for
from accounts.models import Dossier, HouseholdMember, RecentIncome
from alin.kit import clock
from alin.kit.actor import ActorRequest
from alin.kit.forms import bind_form, submitted_once

from . import resources_pages as pages
from . import section


@require_http_methods(["GET", "POST"])
@submitted_once
def resources(request: ActorRequest) -> HttpResponse:
    own = section.own_dossier(request)
    today = clock.today()
    year = rules.reference_income_year(today)
    members = queries.household(own)
    declaring = [m for m in members if rules.is_adult(m, today)]

    def initial(dossier: Dossier) -> dict[str, Any]:
        return _initial(dossier, declaring, year)

    recent = queries.recent_incomes(own)
    form = bind_form(
        ResourcesForm,
        request,
        members=declaring,
        year=year,
        asks_again=pages.grows_old(recent, today),
        initial=initial(own),
    )

    def write(typed: dict[str, Any]) -> None:
        services.save_resources(
            actor=request.actor,
            dossier=own,
            expected_version=typed["version"],
            page=typed["page"],
            told=form.told(),
            separation_ground=typed["separation_ground"],
        )

    if answer := section.saved(request, form, write, now=initial):
        return answer
    counted = pages.what_counts(queries.resources(own, members, today), members)
    proofs = pages.proofs(queries.incomes(own), recent, declaring, today)
    context = {"year": year, "counted": counted, "proofs": proofs}
    return section.form_page(request, "accounts/resources.html", form, **context)


def _initial(own: Dossier, declaring: list[HouseholdMember], year: int) -> dict[str, Any]:
    rfr = {(each.member_id, each.year): each.rfr_eur for each in queries.incomes(own)}
    recent = {(each.member_id, each.kind): each.amount_eur for each in queries.recent_incomes(own)}
    initial = section.version(own, "resources") | {"separation_ground": own.separation_ground}
    for person in [None, *declaring]:
        key = person.pk if person else None
        initial |= {
            name_for(N2, person): rfr.get((key, year)),
            name_for(N1, person): rfr.get((key, year + 1)),
            name_for(LATELY, person): recent.get((key, RecentIncome.Kind.LAST_12_MONTHS)),
            name_for(MONTHLY, person): recent.get((key, RecentIncome.Kind.MONTHLY)),
        }
        if person:
            initial[name_for(TOGETHER, person)] = person.shares_tax_notice
    return initial
