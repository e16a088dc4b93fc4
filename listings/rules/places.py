"""Where a residence stands, against where its commune is."""

from math import asin, cos, radians, sin, sqrt

from django.utils.translation import gettext as _

from territory.models import Commune

from ..models import Dwelling, Residence

EARTH_KM = 6371
# Salin-de-Giraud, of Arles, is 36 km from its town hall: nowhere in metropolitan France is farther.
FARTHEST_KM = 40
# Maripasoula alone is as wide as a région.
WIDE_COMMUNES = ("973", "988")


def too_far(commune: Commune, point: tuple[float, float]) -> bool:
    """Whether a point (latitude, longitude) cannot be in that commune."""
    if commune.latitude is None or commune.longitude is None:
        return False
    if commune.insee_code.startswith(WIDE_COMMUNES):
        return False
    return kilometres((commune.latitude, commune.longitude), point) > FARTHEST_KM


def floor_refusal(*, kind: str, floor: int | None, residence: Residence) -> str:
    """Why no flat of this residence is on that floor; "" when one may be."""
    if kind == Dwelling.Kind.FLAT and floor is not None and floor > residence.storeys:
        return _("La résidence a %(n)d étages : corrigez l'étage, ou la résidence d'abord.") % {
            "n": residence.storeys
        }
    return ""


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, each)) for each in (here, there))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
