"""What composes an offer and its candidacies, for the landlord: the preview of a page that says
whether one may apply, the list with its numbers, its export."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alin.kit import clock, french, sheets
from alin.kit.access import require
from alin.kit.actor import ActorRequest
from listings.exports import refuse_beyond_a_file
from listings.queries import matching_count, offers_visible_to
from listings.queries.landlord import rent_verdict
from listings.rules import publication_warnings

from .. import queries
from ..landlord_filters import OfferListFilter, with_numbers
from ..queries import read_by
from .landlord_lists import days_left, neighbours_of, offer_state, page_of
from .offers import offer_page

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def offer_preview(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The very page of the offer, as a visitor will read it once it is published."""
    own = read_by(request.actor, offers_visible_to(request.actor), clock.now())
    shown: Any = get_object_or_404(own, public_id=public_id)
    is_draft = shown.published_at is None and shown.archived_at is None
    verdict = rent_verdict(shown)
    if is_draft:
        shown.published_at = clock.now()
    matching = matching_count(shown)
    warnings = publication_warnings(shown) if is_draft else []
    return offer_page(
        request,
        shown,
        preview=True,
        is_draft=is_draft,
        rent=verdict,
        matching=matching,
        warnings=warnings,
    )


@require_safe
def staff_offers(request: ActorRequest) -> HttpResponse:
    require(request.actor, "applications.open_inbox")
    search, found = _searched(request)
    page = page_of(request, found)
    counts = queries.states_per_offer([offer.pk for offer in page])
    rows = [
        {
            "offer": offer,
            "counts": counts[offer.pk],
            "days_left": days_left(offer),
            **offer_state(offer),
        }
        for offer in page
    ]
    context = {
        "search": search,
        "page": page,
        "rows": rows,
        "query": request.GET.urlencode(),
        **neighbours_of(request, page),
    }
    return render(request, "bailleur/offers.html", context)


@require_safe
def offers_export(request: ActorRequest, form: str) -> HttpResponse:
    """The list as it is narrowed, without its pages."""
    require(request.actor, "applications.open_inbox")
    _search, found = _searched(request)
    try:
        refuse_beyond_a_file(found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('staff_offers')}?{request.GET.urlencode()}")
    rows = [_line(offer) for offer in found]
    headers = [str(each) for each in _headers()]
    if form == "xlsx":
        answer = HttpResponse(sheets.as_xlsx(_("Offres"), headers, rows), content_type=XLSX_TYPE)
    else:
        answer = HttpResponse(sheets.as_csv(headers, rows), content_type="text/csv; charset=utf-8")
    name = f"offres-{clock.today().isoformat()}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _searched(request: ActorRequest) -> tuple[OfferListFilter, Any]:
    search = OfferListFilter(request.GET)
    own = with_numbers(offers_visible_to(request.actor))
    return search, search.narrowed(own, clock.now())


def _headers() -> list[str]:
    return [
        _("Résidence"),
        _("Référence"),
        _("Commune"),
        _("Type"),
        _("Surface"),
        _("Type d'offre"),
        _("Financement"),
        _("Loyer"),
        _("Charges"),
        _("État"),
        _("Ouverture"),
        _("Clôture"),
        _("Consultations"),
        _("Candidatures"),
    ]


def _line(offer: Any) -> list[Any]:
    dwelling, residence = offer.dwelling, offer.dwelling.residence
    return [
        residence.name,
        dwelling.reference,
        residence.commune.name,
        dwelling.typology,
        french.number(dwelling.surface_m2),
        offer.get_programme_display(),
        offer.funding,
        f"{offer.rent}".replace(".", ","),
        f"{offer.charges}".replace(".", ","),
        offer_state(offer)["state"],
        f"{offer.opens_at.astimezone(clock.PARIS):%d/%m/%Y %H:%M}",
        f"{offer.effective_closing().astimezone(clock.PARIS):%d/%m/%Y %H:%M}",
        offer.seen,
        offer.applied,
    ]
