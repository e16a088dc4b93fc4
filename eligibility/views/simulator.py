"""The public simulator: questions, then what one is entitled to. The result is a function of its
address, so that it can be kept, printed and shared; nothing is stored unless the person asks."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from alin.kit import clock
from alin.kit.actor import Actor, ActorRequest
from alin.kit.forms import submitted_once
from territory.models import Commune
from territory.queries import label

from .. import simulator_words as words
from ..forms import SimulationForm
from ..queries import aid_parameters_at, parameters_at
from ..rules import AidScale, Family, aid_zone, resource_base
from ..rules.budget import Budget, base_from_rfr, budget_of
from ..rules.simulation import Answers, employees_may_apply, facts_of, rights_of
from ..services import carry_over

SESSION_KEY = "kept_simulation"


@login_not_required
@require_safe
def simulator(request: ActorRequest) -> HttpResponse:
    """The questions, with the answers of the address if there are some."""
    return _questions(request, SimulationForm(initial=request.GET.dict()))


@login_not_required
@require_safe
def simulator_result(request: ActorRequest) -> HttpResponse:
    if not request.GET:
        return _resumed(request)
    form = SimulationForm(request.GET)
    if not form.is_valid():
        return _questions(request, form, status=422)
    kept = form.kept()
    if request.GET.dict() != kept:
        # The shortest address is the one to share: no empty answer, nothing that was not asked.
        return redirect(_result_address(kept))
    return render(request, "eligibility/result.html", _result(request, form, kept))


@login_not_required
@require_POST
@submitted_once
def keep_simulation(request: ActorRequest) -> HttpResponse:
    """Keep the answers for one's dossier: at once when logged in, else in the visitor's session
    until the account exists; they never enter the addresses of the account pages."""
    form = SimulationForm(request.POST)
    if not form.is_valid():
        return _questions(request, form, status=422)
    actor: Actor = request.actor
    if actor.is_applicant:
        return _carried(request, form)
    if actor.is_authenticated:
        messages.warning(request, _("Agissez d'abord pour vous-même : le dossier est personnel."))
        return redirect(_result_address(form.kept()))
    request.session[SESSION_KEY] = {"query": form.kept(), "income_year": form.income_year}
    if request.POST.get("compte") == "existant":
        return redirect(_with_query("account_login", {"next": reverse("simulator_result")}))
    return redirect("account_signup")


@dataclass(frozen=True)
class KeptSimulation:
    query: dict[str, str]
    income_year: int


def take_kept_simulation(request: HttpRequest) -> KeptSimulation | None:
    """The answers kept in the session of this visitor, which forgets them."""
    kept = request.session.pop(SESSION_KEY, None)
    return KeptSimulation(**kept) if kept else None


def _carried(request: ActorRequest, form: SimulationForm) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    filled = carry_over(
        user=cast(User, request.actor.user), kept=form.kept(), income_year=form.income_year
    )
    if filled:
        messages.success(request, _("Vos réponses sont reprises. Relisez les parties signalées."))
    else:
        messages.info(
            request,
            _(
                "Rien n'a été repris : ces parties de votre dossier sont déjà remplies, et ce que"
                " vous y avez écrit reste."
            ),
        )
    return redirect("dossier")


def _resumed(request: ActorRequest) -> HttpResponse:
    """Without answers in the address: those kept before logging in, else the questions."""
    kept = request.session.get(SESSION_KEY) if request.actor.is_authenticated else None
    return redirect(_result_address(kept["query"]) if kept else reverse("simulator"))


def _questions(request: HttpRequest, form: SimulationForm, status: int = 200) -> HttpResponse:
    choices = [
        (label(each), _result_address(_typed(form) | {"commune": label(each)}))
        for each in form.candidates
    ]
    context = {"form": form, "communes": choices, "income_year": form.income_year}
    return render(request, "eligibility/simulator.html", context, status=status)


def _typed(form: SimulationForm) -> dict[str, str]:
    """What was typed, right or wrong, to be corrected without being lost."""
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def _result(request: HttpRequest, form: SimulationForm, kept: dict[str, str]) -> dict[str, Any]:
    today = clock.today()
    answers, commune = form.answers(), cast(Commune, form.place)
    parameters = parameters_at(today)
    facts = facts_of(answers, today)
    rights = rights_of(
        answers,
        ceilings_zone=commune.ceilings_zone,
        zone_abc=commune.zone_abc,
        parameters=parameters,
    )
    scale = aid_parameters_at(today) if answers.rent is not None else None
    budget = _budget(answers, commune, facts.persons, scale)
    return {
        "commune": commune,
        "place": label(commune),
        "headline": words.headline(rights),
        "cards": [words.right_card(right) for right in rights],
        "indicative_year": next((r.year for r in rights if r.indicative), None),
        "asked_year": today.year,
        "told": words.told(answers, facts),
        "job": words.job_sentence(
            employees_may_apply(answers, parameters), dict(parameters.employer_minimum)
        ),
        "budget": budget,
        "budget_rows": words.budget_rows(budget) if budget else [],
        "scale_since": scale.known_since if scale else None,
        "kept": kept,
        "change_href": _with_query("simulator", kept),
        "share_href": request.build_absolute_uri(_result_address(kept)),
    }


def _budget(
    answers: Answers, commune: Commune, persons: int, scale: AidScale | None
) -> Budget | None:
    if answers.rent is None:
        return None
    return budget_of(
        rent=Decimal(answers.rent),
        charges=Decimal(answers.charges),
        family=Family(couple=answers.couple, dependants=answers.family_dependants),
        persons=persons,
        resource_base=_resource_base(answers),
        monthly_resources=None if answers.monthly is None else Decimal(answers.monthly),
        zone=aid_zone(commune.zone_123, commune.ceilings_zone),
        scale=scale,
    )


def _resource_base(answers: Answers) -> int | None:
    """Housing aid looks at the last twelve months: the latest income told stands for them."""
    for yearly in (answers.last_12_months, answers.rfr_n1, answers.rfr_n2):
        if yearly is not None:
            return base_from_rfr(yearly, receives_rsa=answers.receives_rsa)
    if answers.monthly is None:
        return None
    return resource_base(Decimal(answers.monthly * 12), receives_rsa=answers.receives_rsa)


def _result_address(query: dict[str, str]) -> str:
    return _with_query("simulator_result", query)


def _with_query(name: str, query: dict[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(query)}"
