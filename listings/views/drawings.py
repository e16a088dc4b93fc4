"""Imagined fronts and plans, for homes without pictures."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from .. import drawings
from ..models import Dwelling, Residence

_drawing_is_kept = cache_control(public=True, max_age=30 * 24 * 3600)


@gzip_page
@login_not_required
@require_safe
@_drawing_is_kept
def facade(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The imagined front of a residence. Public: it says nothing but a number of storeys."""
    residence = get_object_or_404(Residence, public_id=public_id)
    drawing = drawings.facade(
        seed=str(public_id),
        storeys=residence.storeys,
        house=residence.dwellings.filter(kind=Dwelling.Kind.HOUSE).exists(),
        title=_("Dessin de la résidence"),
    )
    return HttpResponse(drawing, content_type="image/svg+xml")


@gzip_page
@login_not_required
@require_safe
@_drawing_is_kept
def plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The imagined floor plan of a dwelling. Public: its typology and its surface alone."""
    dwelling = get_object_or_404(Dwelling, public_id=public_id)
    drawing = drawings.plan(
        seed=str(public_id),
        rooms=dwelling.rooms,
        surface_m2=dwelling.surface_m2,
        title=_("Plan indicatif d'un %(typology)s") % {"typology": dwelling.typology},
    )
    return HttpResponse(drawing, content_type="image/svg+xml")
