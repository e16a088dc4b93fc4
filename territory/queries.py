"""Finding communes: by what people type, by département, by distance."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import (
    Case,
    F,
    FloatField,
    IntegerField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import (
    ASin,
    Cast,
    Cos,
    Least,
    Power,
    Radians,
    Round,
    Sin,
    Sqrt,
)

from .models import Commune, Departement

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE_OF_LATITUDE = 111.2
MOST_HOMONYMS = 40
MOST_CANDIDATES = 6
_SAINTS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def folded(text: str) -> str:
    """`text` without capitals, accents, hyphens or apostrophes; the same as `search_key`."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae")
    unaccented = unicodedata.normalize("NFKD", spelled)
    letters = "".join(c for c in unaccented if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def search_communes(text: str, limit: int = 10) -> list[Commune]:
    """The communes and arrondissements that `text` may mean, the likeliest first.

    One statement; none for an empty text."""
    return list(communes_like(text)[:limit])


def communes_like(text: str) -> QuerySet[Commune]:
    """The communes and arrondissements that `text` may mean, the likeliest first.

    `text` is a name, the beginning of a name or of a later word of it, a postal code or its
    beginning, or both. Accents, capitals and hyphens do not matter, “st” is “saint”, and a
    misspelt name finds the names like it. An exact name comes first, then a name that begins
    so, then a name with a word that begins so, then likeness; the most populous first in each."""
    name, postal_code = _name_and_code(text)
    if not (name or postal_code):
        return Commune.objects.none()
    found: QuerySet[Commune] = Commune.objects.select_related("departement")
    if postal_code:
        found = found.alias(postal_codes_as_text=Cast("postal_codes", TextField())).filter(
            _has_postal_code(postal_code)
        )
    if name:
        found = found.filter(
            Q(search_key=_in_full(name))
            | Q(search_key__startswith=name)
            | Q(search_key__contains=f" {name}")
            | Q(search_key__trigram_similar=name)
        )
    return found.annotate(
        likelihood=Case(
            When(search_key=_in_full(name), then=Value(0)),
            When(search_key__startswith=name, then=Value(1)),
            When(search_key__contains=f" {name}", then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
        likeness=Case(
            When(likelihood__lt=3, then=Value(1.0)),
            default=Round(
                Cast(TrigramSimilarity("search_key", name), FloatField()) * 10,
            ),
            output_field=FloatField(),
        ),
    ).order_by("likelihood", "-likeness", F("population").desc(nulls_last=True), "insee_code")


def _name_and_code(text: str) -> tuple[str, str]:
    """What was typed, taken apart: a name, and a postal code or its beginning."""
    words = [_SAINTS.get(word, word) for word in folded(text).split()]
    postal_code = next((word for word in words if re.fullmatch(r"[0-9]{2,5}", word)), "")
    if postal_code and len(words) > 1 and len(postal_code) < 4:
        # “Paris 15” is an arrondissement, not the postal codes of the Cantal.
        postal_code = ""
    return " ".join(word for word in words if word != postal_code), postal_code


def _in_full(name: str) -> str:
    """“paris 1”, “lyon 3eme” or “marseille 08” as the arrondissement is called, because “paris 1”
    begins eleven names; any other name as it is."""
    match = re.fullmatch(r"(paris|lyon|marseille) 0?([1-9][0-9]?)(er|e|eme)?", name)
    if match is None:
        return name
    return f"{match[1]} {match[2]}{'er' if match[2] == '1' else 'e'} arrondissement"


@dataclass(frozen=True)
class Meant:
    """What somebody who types one commune may mean: `commune` when there is no doubt, else the
    communes to choose from, possibly none."""

    commune: Commune | None
    candidates: list[Commune]


def commune_meant(text: str) -> Meant:
    """The commune that `text` names: its name, the beginning of a single name, its postal code,
    or what `label` writes (“Saint-Denis (93)”). One statement."""
    match = re.fullmatch(r"\s*(.+?)\s*\(\s*([0-9]{2,3}|2[ABab])\s*\)\s*", text)
    name, departement = (match[1], match[2].upper()) if match else (text, "")
    found = search_communes(name, limit=MOST_HOMONYMS)
    if departement:
        found = [each for each in found if each.departement_id == departement]
    exact = [each for each in found if getattr(each, "likelihood", None) == 0]
    begins = [each for each in found if getattr(each, "likelihood", None) == 1]
    only = exact or begins
    if len(only) == 1:
        return Meant(only[0], only)
    return Meant(None, (exact or found)[:MOST_CANDIDATES])


def label(commune: Commune) -> str:
    """The commune with its département, as people tell homonyms apart."""
    return f"{commune.name} ({commune.departement_id})"


def _has_postal_code(beginning: str) -> Q:
    if len(beginning) == 5:
        return Q(postal_codes__contains=[beginning])
    return Q(postal_codes_as_text__regex=f"[{{,]{beginning}")


def departements_by_region() -> list[tuple[str, list[Departement]]]:
    """Each region by name, with its départements by code. One statement."""
    ordered = sorted(
        Departement.objects.all(), key=lambda each: (folded(each.region_name), each.code)
    )
    return [(name, list(group)) for name, group in groupby(ordered, lambda each: each.region_name)]


def neighbours(commune: Commune, km: float) -> QuerySet[Commune]:
    """Communes and arrondissements at most `km` away as the crow flies, from town hall to town
    hall, the nearest first, annotated with `distance_km`; without `commune` itself. Empty when
    the position of `commune` is unknown."""
    if commune.latitude is None or commune.longitude is None:
        return Commune.objects.none()
    latitude, longitude = Value(commune.latitude), Value(commune.longitude)
    margin = km / KM_PER_DEGREE_OF_LATITUDE
    half_chord = Power(Sin(Radians(F("latitude") - latitude) / 2), 2) + Cos(
        Radians(latitude)
    ) * Cos(Radians(F("latitude"))) * Power(Sin(Radians(F("longitude") - longitude) / 2), 2)
    return (
        Commune.objects.exclude(pk=commune.pk)
        # A band of latitudes first: the index spares the trigonometry of the rest of France.
        .filter(latitude__range=(commune.latitude - margin, commune.latitude + margin))
        .annotate(
            distance_km=2 * EARTH_RADIUS_KM * ASin(Sqrt(Least(Value(1.0), half_chord))),
        )
        .filter(distance_km__lte=km)
        .order_by("distance_km", "insee_code")
    )
