from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Dossier
from alin.kit import clock
from alin.kit.actor import Actor
from eligibility.queries import household_facts, parameters_at
from eligibility.rules import evaluate

from ..cards import offer_card
from ..filters import OfferFilter
from ..models import Offer
from ..queries import (
    Found,
    home_terms,
    open_offers,
    page_of,
    suggestions_for_unknown,
)
from ..rules import Word, eligibility_in_a_word


@login_not_required
@require_safe
def offer_search(request: HttpRequest) -> HttpResponse:
    search = OfferFilter(request.GET, queryset=open_offers(clock.now()))
    found = page_of(search.filtered(), _page_number(request))
    actor: Actor = request.actor  # type: ignore[attr-defined]
    words = _eligibility(actor, found.offers)
    suggestions = None
    if not found.total and search.place:
        suggestions = suggestions_for_unknown(search.place)
    return render(
        request,
        "listings/search.html",
        {
            "form": search.form,
            "found": found,
            "cards": [offer_card(offer, words.get(offer.pk)) for offer in found.offers],
            "place": search.place,
            "suggestions": suggestions,
            "filters_in_use": any(name != "page" and value for name, value in request.GET.items()),
            **_neighbouring_pages(request, found),
        },
    )


def _eligibility(actor: Actor, offers: Sequence[Offer]) -> dict[int, Word]:
    """A word for each offer; nothing for a visitor or somebody at work. The figures of the law
    and of the household are read once for all cards."""
    if not actor.is_applicant or not offers:
        return {}
    dossier = Dossier.objects.filter(applicant_id=actor.user_id).first()
    if dossier is None:
        return {}
    today = clock.today()
    facts = household_facts(dossier, today)
    parameters = parameters_at(today, employers=any(offer.employees_only for offer in offers))
    return {
        offer.pk: eligibility_in_a_word(evaluate(facts, home_terms(offer), parameters))
        for offer in offers
    }


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 1


def _neighbouring_pages(request: HttpRequest, found: Found) -> dict[str, str | None]:
    def address(page: int) -> str:
        query = request.GET.copy()
        query["page"] = str(page)
        return f"?{query.urlencode()}"

    return {
        "previous_href": address(found.page - 1) if found.page > 1 else None,
        "next_href": address(found.page + 1) if found.has_next else None,
    }
