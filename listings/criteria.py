"""A search as it is kept: the criteria of an address, in columns and in words."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .filters import OfferFilter
from .maps import Marker
from .models import Offer, SavedSearch
from .queries.places import ANYWHERE, commune_label

# What an address says of the page, not of what is searched.
PAGING = ("page", "apres", "avant")
FLOORS: dict[str, dict[str, int]] = {
    "rdc": {"floor_max": 0},
    "bas": {"floor_max": 2},
    "haut": {"floor_min": 1},
}


def criteria_of(search: OfferFilter) -> dict[str, Any]:
    """The columns of `SavedSearch` for a search whose `narrowed` ran. Places without spots are
    places nobody knows: the list is then empty."""
    asked = search.form.cleaned_data
    typed = bool((asked.get("q") or "").strip())
    return {
        "spots": search.place.spots if search.place else [ANYWHERE],
        "wishes": _wishes(search, typed),
        "kinds": asked.get("categorie") or [],
        "programmes": asked.get("type") or [],
        "fundings": asked.get("financement") or [],
        "rooms": [int(each) for each in asked.get("pieces") or []],
        "rent_min": asked.get("loyer_min"),
        "rent_max": asked.get("loyer_max"),
        "surface_min": asked.get("surface_min"),
        "surface_max": asked.get("surface_max"),
        "home_kind": asked.get("bien") or "",
        "lift": bool(asked.get("ascenseur")),
        "accessible": bool(asked.get("accessible")),
        "dpe": asked.get("dpe") or "",
        "available_before": asked.get("disponible"),
        **FLOORS.get(asked.get("etage") or "", {}),
    }


def _wishes(search: OfferFilter, typed: bool) -> str:
    if search.chosen("ou") == "communes":
        return "only"
    return "around" if search.grouped and not typed else ""


def kept_query(data: Any) -> str:
    """The address of a search without its page."""
    return query_with(data)


def query_with(data: Any, **asked: str) -> str:
    """The address of the same search but for what is `asked` ("" leaves a criterion out), from
    its first page."""
    query = data.copy()
    for name in PAGING:
        query.pop(name, None)
    for name, value in asked.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return str(query.urlencode())


def narrower_place(search: OfferFilter, marker: Marker) -> str:
    """What one would type to search where the homes of a marker are: their commune, or their
    département when they are in several. "" when that is what is searched already, or is wider.
    For a search whose `narrowed` ran."""
    place = search.place
    if len(marker.places) == 1:
        (here,) = marker.places
        alone = place.centre if place and not place.radius_km and len(place.spots) == 1 else None
        return "" if alone and commune_label(alone) == here else here
    spots = place.spots if place else []
    if any(spot.startswith("c:") for spot in spots):
        return ""
    within = [spot.removeprefix("d:") for spot in spots] or [
        each.departement_id for each in search.wished
    ]
    return "" if set(within) == {marker.departement} else marker.departement


def query_of(search: SavedSearch) -> str:
    """The address of what a kept search finds. Whether it asks for rights is its owner's to change
    afterwards."""
    return query_with(QueryDict(search.query), droits="on" if search.eligible_only else "")


def in_words(search: OfferFilter) -> str:
    """A short name for a search, that its owner may change."""
    asked = search.form.cleaned_data
    parts = []
    if rooms := asked.get("pieces"):
        parts.append(", ".join(f"T{each}" for each in rooms))
    labels = dict(Offer.Programme.choices)
    parts += [str(labels[each]) for each in asked.get("type") or []]
    if typed := (asked.get("q") or "").strip():
        radius = search.place.radius_km if search.place else 0
        parts.append(_("%(place)s et %(km)s km autour") % {"place": typed, "km": radius}
                     if radius else typed)  # fmt: skip
    elif search.chosen("ou") == "communes":
        parts.append(_("mes communes"))
    elif search.grouped:
        parts.append(_("mes communes et autour"))
    else:
        parts.append(_("toute la France"))
    if rent := asked.get("loyer_max"):
        parts.append(_("%(rent)s € au plus") % {"rent": rent})
    words = ", ".join(parts)[:80]
    return words[:1].upper() + words[1:]
