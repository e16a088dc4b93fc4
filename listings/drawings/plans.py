"""The floor plan of a dwelling, to scale."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from .svg import INK, circle, document, num, path, rect

PX_WIDE = 560
MARGIN = 36
DOOR = 0.82
FLOORS = {
    "living": "#fbf0db",
    "kitchen": "#fae5da",
    "bedroom": "#e9f2ec",
    "bath": "#e1edf5",
    "hall": "#f4eee3",
}
# The lines of furniture, and what one cooks on.
_EDGE = ' stroke="#b3a58d" stroke-width="1.6" rx="4"'
_FINE = ' stroke="#b3a58d" stroke-width="1.3"'
_PLATE = "#8a9a96"


@dataclass
class Room:
    """A room of a plan: `area` in m², then its rectangle in metres once it is placed."""

    kind: str
    name: str
    area: Decimal
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0


@dataclass
class Layout:
    """Bands of rooms from top to bottom, and the doors between them.

    A door is (x, y, horizontal wall or not, side it opens to), in metres."""

    width: float
    height: float
    rooms: list[Room]
    doors: list[tuple[float, float, bool, int]] = field(default_factory=list)


def rooms_of(rooms: int, surface_m2: Decimal) -> list[Room]:
    """The rooms of a dwelling of that typology; their areas add up to its surface exactly."""

    def share(part: float, most: float = 99) -> Decimal:
        raw = min(float(surface_m2) * part, most)
        return max(Decimal("0.5"), Decimal(round(raw * 2)) / 2)

    if rooms == 1:
        others = [
            Room("hall", _("Entrée"), share(0.11, 4)),
            Room("bath", _("Bains"), share(0.15, 5)),
        ]
    elif rooms == 2:
        others = [
            Room("kitchen", _("Cuisine"), share(0.15)),
            Room("hall", _("Entrée"), share(0.095)),
            Room("bath", _("Bains"), share(0.08)),
            Room("bedroom", _("Chambre"), share(0.25)),
        ]
    else:
        beds = rooms - 1
        part = {2: 0.33, 3: 0.4, 4: 0.44, 5: 0.47}.get(beds, 0.5) / beds
        others = [
            Room("kitchen", _("Cuisine"), share(0.1, 14)),
            Room("hall", _("Entrée"), share(0.115)),
            Room("wc", _("WC"), share(0.023, 2)),
            Room("bath", _("Bains"), share(0.075, 7)),
        ]
        for k in range(beds):
            bigger = 1.12 if k == 0 else 1 - 0.12 / (beds - 1)
            others.append(Room("bedroom", _("Chambre %(n)d") % {"n": k + 1}, share(part * bigger)))
    rest = surface_m2 - sum((room.area for room in others), Decimal(0))
    return [Room("living", _("Séjour"), rest), *others]


def plan(*, seed: str, rooms: int, surface_m2: Decimal, title: str) -> str:
    """The floor plan of a dwelling, to scale, as an SVG document. Its rooms are imagined."""
    rng = Random(seed)
    layout = _laid_out(rooms_of(rooms, surface_m2), surface_m2, rng)
    scale = PX_WIDE / layout.width
    if mirrored := rng.random() < 0.5:
        _mirror(layout)
    height = layout.height * scale + 2 * MARGIN
    body = [f'<g transform="translate({MARGIN} {MARGIN})">']
    for room in layout.rooms:
        body += _room(room, scale, layout)
    body.append(
        f'<rect x="0" y="0" width="{PX_WIDE}" height="{num(layout.height * scale)}" fill="none"'
        f' stroke="{INK}" stroke-width="9" stroke-linejoin="round"/>'
    )
    for room in layout.rooms:
        body += _outer_windows(room, scale, layout)
    for x, y, flat, side in layout.doors:
        size = min(DOOR, layout.width * 0.09) * scale
        body.append(_plan_door(x * scale, y * scale, flat, side, size))
    body += _entrance(layout, scale, mirrored)
    body += [_label(room, scale, layout) for room in layout.rooms]
    body.append("</g>")
    return document(PX_WIDE + 2 * MARGIN, height, title, body)


def _laid_out(rooms: list[Room], surface_m2: Decimal, rng: Random) -> Layout:
    surface = float(surface_m2)
    by_kind: dict[str, list[Room]] = {}
    for room in rooms:
        by_kind.setdefault(room.kind, []).append(room)
    living, hall, bath = by_kind["living"][0], by_kind["hall"][0], by_kind["bath"][0]
    beds = by_kind.get("bedroom", [])
    if not beds:
        width = (surface * rng.uniform(1.05, 1.25)) ** 0.5
        bands = [[living], [hall, bath]]
    elif len(beds) == 1:
        width = (surface * rng.uniform(1.25, 1.4)) ** 0.5
        bands = [[living, beds[0]], [by_kind["kitchen"][0], hall, bath]]
    else:
        width = (surface * rng.uniform(1.35, 1.6)) ** 0.5
        # The day side keeps the kitchen; bedrooms go where the two sides stay even.
        day, night = [living, by_kind["kitchen"][0]], [beds[0], bath]
        for bed in beds[1:]:
            lighter = day if _area(day) + float(bed.area) / 2 < _area(night) else night
            lighter.append(bed)
        bands = [day, [hall, by_kind["wc"][0]], night]
    layout = Layout(width, surface / width, rooms)
    top = 0.0
    for band in bands:
        depth = _area(band) / width
        left = 0.0
        for room in band:
            room.x, room.y, room.h = left, top, depth
            room.w = float(room.area) / depth
            left += room.w
        top += depth
    _connect(layout, living, hall, bath, by_kind)
    return layout


def _area(band: list[Room]) -> float:
    return float(sum((room.area for room in band), Decimal(0)))


def _connect(
    layout: Layout, living: Room, hall: Room, bath: Room, by_kind: dict[str, list[Room]]
) -> None:
    """Every room is entered from the hall."""
    beds = by_kind.get("bedroom", [])
    if len(beds) < 2:
        sideways = hall.y + min(0.65, hall.h / 2)
        layout.doors.append((_shared(hall, living), hall.y, True, -1))
        layout.doors.append((bath.x, sideways, False, 1))
        if beds:
            kitchen = by_kind["kitchen"][0]
            layout.doors.append((_shared(hall, beds[0]), hall.y, True, -1))
            layout.doors.append((kitchen.x + kitchen.w, sideways, False, -1))
        return
    for room in layout.rooms:
        if room.kind == "wc":
            # Opens outwards, as it must when somebody falls inside.
            layout.doors.append((room.x, room.y + room.h / 2, False, -1))
        elif room.kind != "hall":
            above = room.y < hall.y
            y = hall.y if above else hall.y + hall.h
            layout.doors.append((_shared(hall, room), y, True, -1 if above else 1))


def _shared(hall: Room, room: Room) -> float:
    """Where a door stands in the wall that two rooms share: near its end, else in its middle."""
    start, end = max(hall.x, room.x), min(hall.x + hall.w, room.x + room.w)
    return start + DOOR * 0.75 if end - start > 2 * DOOR else (start + end) / 2


def _mirror(layout: Layout) -> None:
    for room in layout.rooms:
        room.x = layout.width - room.x - room.w
    layout.doors = [
        (layout.width - x, y, flat, side if flat else -side) for x, y, flat, side in layout.doors
    ]


def _room(room: Room, scale: float, layout: Layout) -> list[str]:
    x, y, w, h = (value * scale for value in (room.x, room.y, room.w, room.h))
    fill = FLOORS["bath" if room.kind == "wc" else room.kind]
    walls = f' stroke="{INK}" stroke-width="5"'
    return [rect(x, y, w, h, fill, walls), *_furniture(room, x, y, w, h, scale, layout)]


@dataclass(frozen=True)
class Spot:
    """Where the furniture of a room goes, in the drawing's units: along its outer wall, which is
    at the top (`up`) or at the bottom, from `near` and `depth` deep."""

    x: float
    y: float
    w: float
    h: float
    scale: float
    up: bool
    near: float
    depth: float


def _furniture(
    room: Room, x: float, y: float, w: float, h: float, scale: float, layout: Layout
) -> list[str]:
    """A few things against the outer wall, that tell what the room is for."""
    up, depth = room.y < 0.01, _depth(room, scale)
    spot = Spot(x, y, w, h, scale, up, y + 8 if up else y + h - 8 - depth, depth)
    if room.kind == "bedroom":
        return _bed(spot)
    if room.kind == "living":
        open_kitchen = not any(other.kind == "kitchen" for other in layout.rooms)
        return [*(_cooking_corner(spot) if open_kitchen else []), *_sofa_and_table(spot)]
    if room.kind == "kitchen":
        return _worktop(spot)
    if room.kind == "bath":
        return _tub(spot)
    return []


def _bed(spot: Spot) -> list[str]:
    w, h = min(1.4 * spot.scale, spot.w * 0.6), spot.depth
    x, y = spot.x + spot.w - w - 12, spot.near
    pillow = y + 5 if spot.up else y + h - 5 - h * 0.2
    cover = y + h * 0.38 if spot.up else y
    return [
        rect(x, y, w, h, "#fff", _EDGE),
        rect(x + w * 0.12, pillow, w * 0.76, h * 0.2, "#f7efe2", _FINE),
        rect(x, cover, w, h * 0.62, "#bcd9cb", _EDGE),
    ]


def _sofa_and_table(spot: Spot) -> list[str]:
    w, depth = min(2.1 * spot.scale, spot.w * 0.4), spot.depth
    x, y = spot.x + 14, spot.near
    back = y if spot.up else y + depth * 0.66
    tx, ty, r = spot.x + spot.w * 0.82, spot.y + spot.h * 0.42, min(0.5 * spot.scale, 24)
    chairs = "".join(
        circle(tx + dx * (r + 5), ty + dy * (r + 5), 7, "#e8d3b4")
        for dx, dy in ((0, -1), (0, 1), (-1, 0), (1, 0))
    )
    return [
        rect(x, y, w, depth, "#f0b24a", _EDGE),
        rect(x, back, w, depth * 0.34, "#dd9c33", _EDGE),
        chairs,
        f'<circle cx="{num(tx)}" cy="{num(ty)}" r="{num(r)}" fill="#fff"{_FINE}/>',
    ]


def _cooking_corner(spot: Spot) -> list[str]:
    """Of a living room without a kitchen beside it."""
    w, depth = min(1.8 * spot.scale, spot.w * 0.3), spot.depth
    x, y = spot.x + spot.w - w - 10, spot.near
    return [
        rect(x, y, w, depth, "#fff", _EDGE),
        rect(x + w * 0.1, y + depth * 0.2, w * 0.35, depth * 0.6, "#e1edf5"),
        circle(x + w * 0.68, y + depth / 2, depth * 0.18, _PLATE),
        circle(x + w * 0.88, y + depth / 2, depth * 0.18, _PLATE),
    ]


def _worktop(spot: Spot) -> list[str]:
    x, y, w, depth = spot.x, spot.near, spot.w, spot.depth
    return [
        rect(x + 8, y, w - 16, depth, "#fff", _EDGE),
        rect(x + w * 0.16, y + depth * 0.2, w * 0.2, depth * 0.6, "#e1edf5", _FINE),
        circle(x + w * 0.62, y + depth / 2, depth * 0.22, _PLATE),
        circle(x + w * 0.8, y + depth / 2, depth * 0.22, _PLATE),
    ]


def _tub(spot: Spot) -> list[str]:
    w, depth = min(spot.w - 18, 1.5 * spot.scale), spot.depth
    x, y = spot.x + (spot.w - w) / 2, spot.near
    return [
        rect(x, y, w, depth, "#fff", _EDGE),
        rect(x + 5, y + 5, w - 10, max(4, depth - 10), "#cfe3ef", ' rx="9"'),
    ]


def _depth(room: Room, scale: float) -> float:
    """How far the furniture along the outer wall comes into the room, in the drawing's units."""
    metres, part = {
        "bedroom": (1.9, 0.44),
        "living": (0.85, 0.2),
        "kitchen": (0.6, 0.3),
        "bath": (0.7, 0.34),
    }.get(room.kind, (0, 0))
    return min(metres * scale, room.h * scale * part)


def _outer_windows(room: Room, scale: float, layout: Layout) -> list[str]:
    """A window in the outer wall above or below, for rooms that people live in."""
    if room.kind not in ("living", "bedroom", "kitchen"):
        return []
    top = room.y < 0.01
    if not top and abs(room.y + room.h - layout.height) > 0.01:
        return []
    y = 0 if top else layout.height * scale
    length = min(room.w * scale * 0.5, (2.2 if room.kind == "living" else 1.3) * scale)
    x = (room.x + room.w / 2) * scale - length / 2
    return [
        rect(x, y - 4.5, length, 9, "#fff", f' stroke="{INK}" stroke-width="1.5"'),
        rect(x, y - 0.8, length, 1.6, "#7fb3c9"),
    ]


def _plan_door(x: float, y: float, flat: bool, side: int, size: float) -> str:
    """An opening in a wall, its leaf and the quarter of a circle that it sweeps."""
    half = size / 2
    if flat:
        gap = rect(x - half, y - 3.5, size, 7, "#fdf8ee")
        leaf = f"M{num(x - half)} {num(y)}v{num(side * size)}"
        sweep = 1 if side < 0 else 0
        arc = f"A{num(size)} {num(size)} 0 0 {sweep} {num(x + half)} {num(y)}"
    else:
        gap = rect(x - 3.5, y - half, 7, size, "#fdf8ee")
        leaf = f"M{num(x)} {num(y - half)}h{num(side * size)}"
        sweep = 0 if side < 0 else 1
        arc = f"A{num(size)} {num(size)} 0 0 {sweep} {num(x)} {num(y + half)}"
    return gap + f'<path d="{leaf}{arc}" fill="none" stroke="#8a7b66" stroke-width="1.4"/>'


def _entrance(layout: Layout, scale: float, mirrored: bool) -> list[str]:
    """The front door, in the outer wall of the hall, with an arrow."""
    hall = next(room for room in layout.rooms if room.kind == "hall")
    below = abs(hall.y + hall.h - layout.height) < 0.01
    if below:
        x, y = (hall.x + hall.w / 2) * scale, layout.height * scale
        half = min(0.45 * scale, hall.w * scale * 0.35)
        return [
            rect(x - half, y - 5, 2 * half, 10, "#ab4126"),
            path(f"M{num(x)} {num(y + 9)}l9 15h-18z", "#ab4126"),
        ]
    x, y = (PX_WIDE if mirrored else 0), (hall.y + hall.h / 2) * scale
    half = min(0.42 * scale, hall.h * scale * 0.4)
    tip = 9 if mirrored else -9
    return [
        rect(x - 5, y - half, 10, 2 * half, "#ab4126"),
        path(f"M{num(x + tip)} {num(y)}l{15 if mirrored else -15}-9v18z", "#ab4126"),
    ]


def _label(room: Room, scale: float, layout: Layout) -> str:
    """The room's name and area, where neither its furniture nor its door is."""
    left, right = room.x * scale + 6, (room.x + room.w) * scale - 6
    top, bottom = room.y * scale + 5, (room.y + room.h) * scale - 5
    outer_top = room.y < 0.01
    if (depth := _depth(room, scale)) > 0:
        top, bottom = (top + depth + 6, bottom) if outer_top else (top, bottom - depth - 6)
    swing = min(DOOR, layout.width * 0.09) * scale
    for x, _y, flat, side in layout.doors:
        if flat or room.kind in ("hall", "wc"):
            continue
        if side > 0 and abs(x * scale + 6 - left) < 0.1:
            left += swing
        elif side < 0 and abs(x * scale - 6 - right) < 0.1:
            right -= swing
    if room.kind in ("bedroom", "bath", "kitchen") and bottom - top > swing + 34:
        top, bottom = (top, bottom - swing) if outer_top else (top + swing, bottom)
    area = f"{room.area.normalize():f}".replace(".", ",") + " m²"
    name = escape(room.name)
    x, y = (left + right) / 2, (top + bottom) / 2
    start = f'<text text-anchor="middle" font-family="Figtree, system-ui, sans-serif" fill="{INK}"'
    if room.kind == "hall" and right - left > 2.4 * (bottom - top):
        size = min(15.0, (bottom - top) * 0.45)
        return (
            f'{start} x="{num(x)}" y="{num(y + size * 0.35)}" font-size="{num(size)}">'
            f'<tspan font-weight="700">{name}</tspan> {area}</text>'
        )
    longest = max(len(name), len(area))
    size = min(18.0, (right - left) / (longest * 0.68), (bottom - top) / 2.5)
    return (
        f'{start} x="{num(x)}" y="{num(y - size * 0.15)}" font-size="{num(size)}">'
        f'<tspan font-weight="700">{name}</tspan>'
        f'<tspan x="{num(x)}" dy="{num(size * 1.2)}">{area}</tspan></text>'
    )
