"""Where the homes of a page are: a map without an outside server.

Seen from afar, the outlines are one light picture (`static/img/france.svg`, drawn by `manage.py
draw_map` from territory/data/departements.geojson) that every search shares; seen from near, the
page holds those of the few départements in view, in full. The coordinates are those of a *sheet*:
the mainland on the right, each overseas département in a box of its own on the left."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from .outlines import (
    Box,
    Scale,
    bounds,
    box_of,
    inside,
    on_sheet,
    outline_path,
    outlines,
    scales,
)

# A wider view shows the picture; from here on, outlines in full are lighter than it.
NEAR_VIEW = 260.0
SMALLEST_VIEW = 60.0
# Of the width of the view: wide enough for a finger on the narrowest screen.
MARKER_RADIUS = 0.042
TILE = 256


@dataclass(frozen=True)
class Home:
    """What is put on the map: where it stands and where it leads, which is the page of the home;
    `anchor` is its card on the page of the map."""

    latitude: float
    longitude: float
    departement: str
    place: str
    href: str
    title: str
    anchor: str = ""


@dataclass
class Marker:
    """One or several homes near each other, in sheet coordinates."""

    x: float
    y: float
    departement: str
    homes: list[Home] = field(default_factory=list)

    @property
    def places(self) -> list[str]:
        return sorted({home.place for home in self.homes})


@dataclass(frozen=True)
class TileImage:
    href: str
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Ground:
    """The outline of a département seen from near; `meant`: one that is asked for, or holds a
    home."""

    path: str
    meant: bool


@dataclass(frozen=True)
class View:
    """The part of the sheet to show (a square), with its markers. Without `grounds`, over the
    shared picture."""

    left: float
    top: float
    size: float
    markers: list[Marker]
    grounds: list[Ground] = field(default_factory=list)
    tiles: list[TileImage] = field(default_factory=list)

    @property
    def radius(self) -> float:
        return self.size * MARKER_RADIUS


def view_of(homes: Sequence[Home], departements: Iterable[str] = ()) -> View | None:
    """The view that holds the homes, and the départements asked for; None when no home can be
    put on it."""
    known = outlines()
    homes = [home for home in homes if home.departement in known]
    if not homes:
        return None
    shown = {home.departement for home in homes} | {code for code in departements if code in known}
    left, top, size = _square([bounds(code) for code in shown])
    return View(
        left,
        top,
        size,
        _markers(homes, size),
        _grounds(left, top, size, shown) if size <= NEAR_VIEW else [],
        _tiles(left, top, size, shown),
    )


def _grounds(left: float, top: float, size: float, meant: set[str]) -> list[Ground]:
    """Those in view, the ones meant above the others whose borders they share."""
    seen = [
        Ground(outline_path(code), code in meant)
        for code in sorted(outlines())
        if _overlaps(bounds(code), left, top, size)
    ]
    return sorted(seen, key=lambda ground: ground.meant)


def _overlaps(box: Box, left: float, top: float, size: float) -> bool:
    west, north, east, south = box
    return west < left + size and east > left and north < top + size and south > top


def _square(boxes: Sequence[Box]) -> tuple[float, float, float]:
    west, north = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, south = max(box[2] for box in boxes), max(box[3] for box in boxes)
    size = max(east - west, south - north, SMALLEST_VIEW) * 1.06
    return (west + east - size) / 2, (north + south - size) / 2, size


def _markers(homes: Sequence[Home], size: float) -> list[Marker]:
    """One marker for the homes whose circles would touch, each inside its département."""
    markers: list[Marker] = []
    apart = 2.2 * MARKER_RADIUS * size
    for home in homes:
        at = inside(on_sheet(home.departement, home.latitude, home.longitude), home.departement)
        near = next(
            (
                marker
                for marker in markers
                if marker.departement == home.departement
                and math.dist(at, (marker.x, marker.y)) < apart
            ),
            None,
        )
        if near is None:
            near = Marker(*at, home.departement)
            markers.append(near)
        near.homes.append(home)
    return markers


# --- tiles, when an installation has a source of them ----------------------------------------


def _tiles(left: float, top: float, size: float, departements: set[str]) -> list[TileImage]:
    source = settings.MAP_TILES
    boxes = {box_of(code) for code in departements}
    if not source or len(boxes) > 1:
        return []
    return list(_cover(scales()[boxes.pop()], left, top, size, source))


def _cover(scale: Scale, left: float, top: float, size: float, source: str) -> Iterator[TileImage]:
    """The tiles of a square, some three across."""
    west, north = scale.to_world(left, top)
    east, south = scale.to_world(left + size, top + size)
    zoom = max(0, min(18, math.ceil(math.log2(2.2 / (east - west)))))
    count = 2**zoom
    side = scale.factor / count
    for column in range(int(west * count), int(east * count) + 1):
        for row in range(int(north * count), int(south * count) + 1):
            x, y = scale.to_sheet((column / count, row / count))
            href = source.format(z=zoom, x=column, y=row)
            yield TileImage(href, x, y, side)
