"""What composes an offer and its candidacies, for the landlord: the preview of a page that says
whether one may apply, the list with its numbers, its export."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from alin.kit import clock
from alin.kit.actor import ActorRequest
from listings.queries import offers_visible_to
from listings.queries.landlord import rent_verdict

from ..queries import read_by
from .offers import offer_page


@require_safe
def offer_preview(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """The very page of the offer, as a visitor will read it once it is published."""
    own = read_by(request.actor, offers_visible_to(request.actor))
    shown: Any = get_object_or_404(own, public_id=public_id)
    is_draft = shown.published_at is None and shown.archived_at is None
    verdict = rent_verdict(shown)
    if is_draft:
        shown.published_at = clock.now()
    return offer_page(request, shown, preview=True, is_draft=is_draft, rent=verdict)
