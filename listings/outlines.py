"""The sheet that maps are drawn on: how the world is laid on it, the outlines of the départements,
and what is inside them."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Ring = list[Point]
# West, north, east, south: y grows southwards.
Box = tuple[float, float, float, float]

OUTLINES = Path(__file__).resolve().parents[1] / "territory" / "data" / "departements.geojson"
SHEET = (1000.0, 900.0)
# Left, top, width, height of each box of the sheet; the mainland is what is in no other.
BOXES = {
    "971": (0.0, 0.0, 120.0, 120.0),
    "972": (0.0, 140.0, 120.0, 120.0),
    "973": (0.0, 280.0, 120.0, 160.0),
    "974": (0.0, 460.0, 120.0, 120.0),
    "976": (0.0, 600.0, 120.0, 120.0),
}
MAINLAND = "metropole"
MAINLAND_BOX = (150.0, 0.0, 850.0, 900.0)
# Sheet units (about a kilometre) that the outlines of the picture may be off. At 2.2 it weighs
# 10 kB as served; in full it would be twice that.
TOLERANCE = 2.2


# --- projection ----------------------------------------------------------------------------


def mercator(latitude: float, longitude: float) -> Point:
    """Fractions of the world's square, from its north-west corner."""
    sine = math.sin(math.radians(latitude))
    return longitude / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


@dataclass(frozen=True)
class Scale:
    """From fractions of the world to the sheet."""

    factor: float
    dx: float
    dy: float

    def to_sheet(self, point: Point) -> Point:
        return point[0] * self.factor + self.dx, point[1] * self.factor + self.dy

    def to_world(self, x: float, y: float) -> Point:
        return (x - self.dx) / self.factor, (y - self.dy) / self.factor


@cache
def scales() -> dict[str, Scale]:
    found = {}
    for name in (MAINLAND, *BOXES):
        rings = [
            ring for code, its in _world_rings().items() if box_of(code) == name for ring in its
        ]
        points = [point for ring in rings for point in ring]
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        left, top, width, height = BOXES.get(name, MAINLAND_BOX)
        factor = 0.96 * min(width / (max(xs) - min(xs)), height / (max(ys) - min(ys)))
        found[name] = Scale(
            factor,
            left + width / 2 - factor * (min(xs) + max(xs)) / 2,
            top + height / 2 - factor * (min(ys) + max(ys)) / 2,
        )
    return found


def on_sheet(departement: str, latitude: float, longitude: float) -> Point:
    return scales()[box_of(departement)].to_sheet(mercator(latitude, longitude))


def box_of(departement: str) -> str:
    return departement if departement in BOXES else MAINLAND


# --- outlines ------------------------------------------------------------------------------


@cache
def _world_rings() -> dict[str, list[Ring]]:
    features = json.loads(OUTLINES.read_text())["features"]
    rings = {}
    for feature in features:
        geometry = feature["geometry"]
        polygons = (
            [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        )
        rings[feature["properties"]["dep"]] = [
            [mercator(latitude, longitude) for longitude, latitude in polygon[0]]
            for polygon in polygons
        ]
    return rings


@cache
def outlines() -> dict[str, list[Ring]]:
    """The outer rings of each département, in sheet coordinates."""
    return {
        code: [
            [_to_tenths(scales()[box_of(code)].to_sheet(point)) for point in ring] for ring in rings
        ]
        for code, rings in _world_rings().items()
    }


@cache
def bounds(code: str) -> Box:
    """The smallest box that holds a département."""
    corners = [point for ring in outlines()[code] for point in ring]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


@cache
def outline_path(code: str) -> str:
    """A département as a page draws it: written once, for every search shows some."""
    return "".join(_path(ring) for ring in outlines()[code])


def _to_tenths(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _simplified_outlines() -> dict[str, list[Ring]]:
    drawn = {}
    for code, rings in outlines().items():
        simple = [_simplified(ring) for ring in rings]
        # An islet of two corners is a speck; the département keeps at least its largest ring.
        drawn[code] = [ring for ring in simple if len(ring) > 3] or [max(simple, key=len)]
    return drawn


def _simplified(ring: Ring) -> Ring:
    """Douglas and Peucker's, without recursion: an outline has hundreds of corners."""
    # A ring begins where it ends: its farthest corner cuts it in two.
    far = max(range(len(ring)), key=lambda i: math.dist(ring[0], ring[i]))
    kept, spans = {0, far, len(ring) - 1}, [(0, far), (far, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        middle = max(
            range(first + 1, last),
            key=lambda i: _to_segment(ring[i], ring[first], ring[last])[0],
        )
        if _to_segment(ring[middle], ring[first], ring[last])[0] > TOLERANCE:
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return [ring[i] for i in sorted(kept)]


def _to_segment(point: Point, start: Point, end: Point) -> tuple[float, Point]:
    """How far a point is from a segment, and the nearest point of the segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    nearest = (start[0] + along * dx, start[1] + along * dy)
    return math.dist(point, nearest), nearest


def contains(rings: Iterable[Ring], point: Point) -> bool:
    return any(_crosses_odd(ring, point) for ring in rings)


def _crosses_odd(ring: Ring, point: Point) -> bool:
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def inside(point: Point, departement: str) -> Point:
    """The point itself, or when the outline leaves it out (a harbour, a border town), the nearest
    one inside."""
    rings = outlines()[departement]
    if contains(rings, point):
        return point
    ring, (_distance, edge) = min(
        (
            (ring, _to_segment(point, start, end))
            for ring in rings
            for start, end in zip(ring, [*ring[1:], ring[0]], strict=True)
        ),
        key=lambda found: found[1][0],
    )
    middle = (sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring))
    for step in range(1, 51):
        share = step / 50
        moved = (
            edge[0] + (middle[0] - edge[0]) * share,
            edge[1] + (middle[1] - edge[1]) * share,
        )
        if contains(rings, moved):
            return moved
    return edge


def sheet_as_svg() -> str:
    """The whole sheet, as the picture that every map shares."""
    paths = "".join(
        f'<path d="{"".join(_path(ring) for ring in rings)}"/>'
        for _code, rings in sorted(_simplified_outlines().items())
    )
    frames = "".join(
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="10"'
        ' fill="none" stroke="#e2d7c5"/>'
        for left, top, width, height in BOXES.values()
    )
    width, height = SHEET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">{frames}'
        '<g fill="#fffdf9" stroke="#b9a98f" stroke-width=".5" stroke-linejoin="round">'
        f"{paths}</g></svg>\n"
    )


def _path(ring: Ring) -> str:
    """Relative moves in tenths: shorter than absolute ones."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
    moves = "".join(
        f"l{_short(bx - ax)} {_short(by - ay)}" for (ax, ay), (bx, by) in pairwise(tenths[:-1])
    )
    x, y = tenths[0]
    return f"M{_short(x)} {_short(y)}{moves}z"


def _short(tenths: int) -> str:
    return f"{tenths / 10:g}"
