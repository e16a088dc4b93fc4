"""Reading an offer, and applying to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import dossiers_of, snapshot, whole_dossier
from alin.kit import clock
from alin.kit.access import require
from alin.kit.actor import Actor
from alin.kit.forms import submitted_once
from eligibility.queries import figures_at, parameters_at
from eligibility.rules import Parameters
from eligibility.rules.budget import Budget
from eligibility.simulator_words import budget_rows
from listings import pictures
from listings.cards import told_card
from listings.models import Offer
from listings.queries import home_terms, revisions_told
from listings.rules import PROGRAMMES, charges_in_words, offer_conditions, published_ceilings
from listings.services import count_view
from listings.sizes import Fit, fit_of

from ..applicant_words import early_closing, missing_links, sheets, verdict_card
from ..models import State
from ..queries import budget_for, live_candidacy, published_offers_read_by
from ..services import CannotApply, Standing, standing_of, submit_candidacy


@gzip_page
@login_not_required
@require_safe
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    shown: Any = get_object_or_404(published_offers_read_by(actor, at), public_id=public_id)
    if shown.organisation_id != actor.organisation_id:
        count_view(shown.pk)
    return offer_page(request, shown)


def offer_page(
    request: HttpRequest, shown: Any, *, preview: bool = False, **more: Any
) -> HttpResponse:
    """The page of an offer as its reader sees it; in a `preview`, as those who are not chosen do.
    `shown` is one of `published_offers_read_by`."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    over = shown.effective_closing() <= at
    # Nobody asks any more whether a home that is gone was for them.
    reader = _as_read_by(request, shown) if actor.is_applicant and not over else None
    parameters = reader.parameters if reader else parameters_at(clock.today(), employers=False)
    hidden = shown.address_hidden and (preview or not _knows_address(actor, shown))
    told = {
        **_home(shown),
        **_openness(shown, at, over=over),
        **_terms(shown, parameters),
        **_place(shown, hidden=hidden),
        **_for(reader, shown),
        "mine": _own(shown),
        "near": [told_card(near) for near in shown.near_told],
        "preview": preview,
        **more,
    }
    return render(request, "applications/offer.html", told)


def _home(shown: Offer) -> dict[str, Any]:
    """The rows that a page of an offer names."""
    residence = shown.dwelling.residence
    return {
        "offer": shown,
        "dwelling": shown.dwelling,
        "residence": residence,
        "commune": residence.commune,
    }


def _openness(shown: Any, at: datetime, *, over: bool) -> dict[str, Any]:
    """Whether one may apply, and how many did."""
    is_open = shown.is_open(at)
    return {
        "is_open": is_open,
        "opens_later": not is_open and not over,
        "over": over,
        "early": early_closing(shown, applied=shown.mine is not None),
        # A home that is let has no living candidacy left: say how many there were.
        "candidates": shown.applied if over else shown.candidates,
    }


def _terms(shown: Offer, parameters: Parameters) -> dict[str, Any]:
    """What the home asks of whoever wants it, and what its rent pays for."""
    return {
        "ceilings": published_ceilings(home_terms(shown), parameters),
        "conditions": offer_conditions(shown),
        "programme": PROGRAMMES[shown.programme],
        "charges_cover": charges_in_words(shown),
    }


def _place(shown: Any, *, hidden: bool) -> dict[str, Any]:
    """What would tell where the home is: nothing when its address is hidden from the reader."""
    return {
        "hidden": hidden,
        "revisions": revisions_told(shown.revisions_before, hidden=hidden),
        "pictures": [] if hidden else pictures.views(shown.pictures_told),
    }


@dataclass(frozen=True)
class _Reading:
    """Where the reader of a page stands, and the figures of the law that say so."""

    parameters: Parameters
    standing: Standing
    budget: Budget | None


def _as_read_by(request: HttpRequest, shown: Any) -> _Reading:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    parameters, scale = figures_at(clock.today(), employers=shown.employees_only)
    standing = _standing(actor, shown, parameters)
    budget = budget_for(shown, standing.facts, standing.monthly.amount, scale)
    return _Reading(parameters, standing, budget)


def _for(reader: _Reading | None, shown: Offer) -> dict[str, Any]:
    """What the page says to an applicant of herself; of nobody else it says nothing."""
    if reader is None:
        return {"budget": None, "budget_rows": [], "monthly": None, "fit": None, **_explained(None)}
    return {
        "budget": reader.budget,
        "budget_rows": budget_rows(reader.budget) if reader.budget else [],
        "monthly": reader.standing.monthly,
        "fit": _fit(shown, reader.standing),
        **_explained(reader.standing),
    }


# Whom an address that is hidden is told to.
_CHOSEN = (State.PROPOSAL, State.ACCEPTED)


def _knows_address(actor: Actor, shown: Any) -> bool:
    """The landlord's own, and who is chosen to live there."""
    if shown.organisation_id == actor.organisation_id:
        return True
    return shown.mine is not None and shown.mine["state"] in _CHOSEN


def _own(shown: Any) -> dict[str, Any] | None:
    """Her candidacy for this home, from what the statement of the page told of it."""
    if shown.mine is None:
        return None
    sent = datetime.fromisoformat(shown.mine["submitted_at"])
    return {"public_id": shown.mine["public_id"], "submitted_at": sent}


def _fit(shown: Offer, standing: Standing) -> Fit | None:
    if not standing.facts.persons:
        return None
    return fit_of(standing.facts.to_house, shown.dwelling.rooms, shown.dwelling.surface_m2)


@require_http_methods(["GET", "HEAD", "POST"])
@submitted_once
def apply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = get_object_or_404(published_offers_read_by(actor, clock.now()), public_id=public_id)
    require(actor, "applications.apply")
    living = live_candidacy(actor, wanted.pk)
    if living is not None:
        return redirect("candidacy", living.public_id)
    if request.method != "POST":
        return _check_answers(request, wanted)
    try:
        made = submit_candidacy(actor=actor, offer=wanted)
    except CannotApply as refused:
        return _check_answers(request, wanted, refused.reasons, status=422)
    messages.success(request, _("Votre candidature est envoyée. Nous vous l'écrivons aussi."))
    return redirect("candidacy", made.public_id)


def _standing(actor: Actor, shown: Any, parameters: Parameters) -> Standing:
    """`shown` is one of `published_offers_read_by`, read by this applicant."""
    return standing_of(whole_dossier(actor), shown, clock.now(), parameters, live=shown.own_live)


def _explained(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"verdict": None, "reasons": [], "missing": []}
    return {
        "verdict": verdict_card(standing.verdict),
        "reasons": standing.reasons,
        "missing": missing_links(standing.missing),
    }


def _others(wanted: Any) -> list[dict[str, Any]]:
    at = clock.now()
    if wanted.is_open(at) or wanted.opens_later(at):
        return []
    return [told_card(told) for told in wanted.near_told]


def _check_answers(
    request: HttpRequest,
    wanted: Offer,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page where she reads what the landlord will read, before sending it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    dossier = dossiers_of(actor).select_related("applicant").first()
    today = clock.today()
    told = snapshot(dossier, today) if dossier else None
    return render(
        request,
        "applications/apply.html",
        {
            **_home(wanted),
            "sheets": sheets(told, today, editable=True) if told else [],
            "refused": refused or [],
            "opens_later": wanted.opens_later(clock.now()),
            # It closed while the page was open: there are others.
            "near": _others(wanted) if refused else [],
            **_explained(_standing(actor, wanted, parameters_at(today))),
        },
        status=status,
    )
