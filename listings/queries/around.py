"""What else is to let around a home, told by the statement that reads its page."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, ExpressionWrapper, F, FloatField, OuterRef, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cos, JSONObject, Power, Radians, Sqrt

from territory.queries import KM_PER_DEGREE_OF_LATITUDE

from ..models import SearchRow, hides_address
from ..pictures import photo_of_home
from .search import open_rows

NEAR_KM = 30
MOST_NEAR = 3
_RESIDENCE = "offer__dwelling__residence"
_LATITUDE = OuterRef("dwelling__residence__commune__latitude")
_LONGITUDE = OuterRef("dwelling__residence__commune__longitude")


def homes_around(at: datetime) -> ArraySubquery:
    """For statements over offers: a few open homes at most thirty kilometres away, the nearest
    first, as `cards.told_card` reads them. Distances are those of town halls; their keys are
    chosen in the search table alone, before what the cards show is joined. Of an address that is
    hidden nothing leaves the database but the commune."""
    nearest = (
        open_rows(at)
        .alias(km=_kilometres(OuterRef(_LATITUDE), OuterRef(_LONGITUDE)))
        .filter(
            # A band of latitudes first: the index spares the rest of France.
            commune__latitude__gte=_degrees_from(-NEAR_KM),
            commune__latitude__lte=_degrees_from(NEAR_KM),
            km__lte=NEAR_KM,
        )
        .exclude(pk=OuterRef(OuterRef("pk")))
        .order_by("km", "ends_at", "pk")
        .values("pk")[:MOST_NEAR]
    )
    cards = (
        SearchRow.objects.filter(pk__in=nearest)
        .annotate(
            km=_kilometres(_LATITUDE, _LONGITUDE),
            photo=photo_of_home("offer__"),
        )
        .order_by("km", "ends_at", "pk")
    )
    return ArraySubquery(cards.values(told=_as_card()))


def _as_card() -> JSONObject:
    hidden = hides_address("offer__")
    as_they_are = ("public_id", "kind", "funding", "programme", "rooms", "surface_m2", "total_rent",
                   "ends_at", "photo")  # fmt: skip
    return JSONObject(
        **{name: name for name in as_they_are},
        hidden=Case(When(hidden, then=Value(True)), default=Value(False)),
        residence=Case(When(~hidden, then=f"{_RESIDENCE}__name")),
        residence_id=Case(When(~hidden, then=f"{_RESIDENCE}__public_id")),
        commune="commune__name",
        departement="departement_id",
    )


def _degrees_from(km: float) -> Combinable:
    latitude = OuterRef(_LATITUDE)
    return ExpressionWrapper(latitude + km / KM_PER_DEGREE_OF_LATITUDE, output_field=FloatField())


def _kilometres(latitude: Combinable, longitude: Combinable) -> Any:
    """On a plane: over thirty kilometres the Earth is flat."""
    north = F("commune__latitude") - latitude
    east = (F("commune__longitude") - longitude) * Cos(Radians(latitude))
    return ExpressionWrapper(
        Sqrt(Power(north, 2) + Power(east, 2)) * KM_PER_DEGREE_OF_LATITUDE,
        output_field=FloatField(),
    )
