"""A residence seen from the street."""

from dataclasses import dataclass
from random import Random

from .svg import INK, circle, document, num, path, rect

WIDTH, HEIGHT, GROUND = 480, 300, 252
MOST_LEVELS = 10


@dataclass(frozen=True)
class Palette:
    wall: str
    shade: str
    roof: str
    accent: str
    trim: str = "#fdf6ea"
    glass: str = "#bfe0d6"


PALETTES = [
    Palette("#f4e4c8", "#e3cda6", "#9c452a", "#0e5a55"),
    Palette("#eccbb2", "#d9af90", "#70493a", "#2a5375", glass="#d3e6ee"),
    Palette("#0e5a55", "#0a4340", "#0a4340", "#f0b24a"),
    Palette("#b85536", "#99432a", "#6b2c19", "#0a4340", glass="#cfe5df"),
    Palette("#fdf6ea", "#e9dcc6", "#55625f", "#ab4126", trim="#ffffff"),
    Palette("#cfdcd0", "#b0c5b4", "#2f4f49", "#ab4126", glass="#e2f1ec"),
    Palette("#d8e2e8", "#b7c9d5", "#2a5375", "#ab4126", trim="#ffffff", glass="#f3f8fa"),
    Palette("#f0c777", "#d9a94f", "#744a00", "#0e5a55"),
]
SKIES = [
    ("#e3f0ec", "#f7cf7f"),
    ("#fdf1d6", "#f0b24a"),
    ("#e5eff6", "#fbe3ae"),
    ("#fae9e1", "#f3bf66"),
]
HILLS = [
    ("#dcd3b0", "#c8cda6"),
    ("#cfdcc0", "#b6cba8"),
    ("#e2d7c5", "#cdd3b4"),
    ("#c5dad3", "#b3cdb0"),
]
LEAVES = [
    ("#3f7d5c", "#2f6549"),
    ("#5d8f4e", "#4a773d"),
    ("#7f9b4a", "#68823a"),
    ("#c98a35", "#ab6f22"),
]


def facade(*, seed: str, storeys: int, house: bool, title: str) -> str:
    """A residence seen from the street, as an SVG document: `storeys` above the ground floor,
    or a house. `title` is what a screen reader says."""
    rng = Random(seed)
    palette = rng.choice(PALETTES)
    body = [
        *_landscape(rng),
        *(_house(rng, palette, storeys) if house else _building(rng, palette, storeys)),
        *_street(rng),
    ]
    return document(WIDTH, HEIGHT, title, body)


def _landscape(rng: Random) -> list[str]:
    sky, sun = rng.choice(SKIES)
    far, near = rng.choice(HILLS)
    a, b = rng.randint(150, 190), rng.randint(180, 215)
    drawn = [
        rect(0, 0, WIDTH, HEIGHT, sky),
        circle(rng.choice([70, 96, 392, 418]), rng.randint(48, 74), rng.randint(22, 32), sun),
    ]
    for _cloud in range(rng.randint(1, 2)):
        x, y = rng.randint(20, 380), rng.randint(24, 70)
        drawn.append(
            path(f"M{x} {y}h64a13 13 0 0 0-9-22 19 19 0 0 0-34-3 15 15 0 0 0-21 25z", "#fff",
                  ' fill-opacity=".75"')
        )  # fmt: skip
    drawn += [
        path(f"M0 {b}Q110 {a - 26} 230 {b - 12}T480 {a}V300H0z", far),
        path(f"M0 {b + 22}Q150 {b - 16} 290 {b + 16}T480 {b + 4}V300H0z", near),
    ]
    return drawn


def _street(rng: Random) -> list[str]:
    leaf, trunk_side = rng.choice(LEAVES)
    left, right = rng.randint(26, 66), rng.randint(414, 456)
    drawn = [rect(0, GROUND, WIDTH, 48, "#d9cdb4"), rect(0, GROUND, WIDTH, 5, "#b9c294")]
    drawn += _tree(rng, left, leaf, trunk_side) + _tree(rng, right, leaf, trunk_side)
    for _bush in range(rng.randint(2, 4)):
        x = rng.choice([rng.randint(88, 150), rng.randint(330, 396)])
        drawn.append(path(f"M{x} {GROUND + 3}a11 11 0 0 1 20-8 10 10 0 0 1 18 8z", leaf))
    if rng.random() < 0.5:
        x = rng.randint(300, 380)
        drawn.append(
            f'<g transform="translate({x} {GROUND + 14})" fill="none" stroke="{INK}"'
            ' stroke-width="2"><circle cx="0" cy="9" r="8"/><circle cx="26" cy="9" r="8"/>'
            '<path d="M0 9l8-14h12l6 14M8-5l6 14 6-14M5-8h6M20-5l-1-5h5"/></g>'
        )
    else:
        x = rng.randint(90, 150)
        drawn.append(
            f'<g transform="translate({x} {GROUND + 10})">'
            + rect(0, 0, 44, 4, "#8a6a45")
            + rect(0, -9, 44, 4, "#8a6a45")
            + rect(5, 4, 4, 12, INK)
            + rect(35, 4, 4, 12, INK)
            + "</g>"
        )
    return drawn


def _tree(rng: Random, x: int, leaf: str, side: str) -> list[str]:
    height = rng.randint(52, 92)
    top = GROUND - height
    trunk = rect(x - 3, top + 14, 6, height - 10, "#7a5a3c")
    shape = rng.choice(["round", "pointed", "cloud"])
    if shape == "pointed":
        return [
            trunk,
            path(f"M{x} {top - 26}L{x + 24} {GROUND - 20}H{x - 24}z", leaf),
            path(f"M{x} {top - 26}L{x + 24} {GROUND - 20}H{x}z", side),
        ]
    if shape == "cloud":
        return [
            trunk,
            circle(x - 13, top + 12, 19, leaf),
            circle(x + 14, top + 14, 17, side),
            circle(x, top - 6, 21, leaf),
        ]
    return [
        trunk,
        f'<ellipse cx="{x}" cy="{top + 6}" rx="24" ry="30" fill="{leaf}"/>',
        path(f"M{x} {top - 24}a24 30 0 0 1 0 60z", side),
    ]


def _building(rng: Random, palette: Palette, storeys: int) -> list[str]:
    levels = max(2, min(storeys + 1, MOST_LEVELS))
    columns = rng.randint(4, 6)
    floor = min(42, 182 / levels)
    bay = min(46, floor * 1.25)
    width, height = columns * bay + 16, levels * floor + 8
    x, y = (WIDTH - width) / 2 + rng.randint(-22, 22), GROUND - height
    drawn = _neighbours(rng, x, width)
    drawn += _roof(rng, palette, x, y, width, bay)
    drawn.append(rect(x, y, width, height, palette.wall))
    drawn.append(rect(x + width * 0.72, y, width * 0.28, height, palette.shade))
    if rng.random() < 0.5:
        base = rng.choice([palette.shade, palette.roof])
        drawn.append(rect(x, GROUND - floor, width, floor, base))
        drawn.append(rect(x - 3, GROUND - floor - 3, width + 6, 4, palette.trim))
    drawn += _windows(rng, palette, x + 8, y + 4, columns, levels, bay, floor)
    return drawn


def _neighbours(rng: Random, x: float, width: float) -> list[str]:
    drawn = []
    for left, right in ((0, x), (x + width, WIDTH)):
        room = right - left
        if room > 70:
            w = rng.randint(52, int(min(room, 110)))
            start = right - w + 14 if left == 0 else left - 14
            h = rng.randint(60, 128)
            drawn.append(rect(start, GROUND - h, w, h, "#8aa39b", ' fill-opacity=".35"'))
            drawn.append(
                path(
                    f"M{num(start - 4)} {GROUND - h}l{num(w / 2 + 4)}-22 {num(w / 2 + 4)} 22z",
                    "#8aa39b",
                    ' fill-opacity=".45"',
                )
            )
    return drawn


def _roof(rng: Random, palette: Palette, x: float, y: float, width: float, bay: float) -> list[str]:
    # Dormers need room; a tower ends flat.
    kind = rng.choice(["flat", "terrace"] if bay < 30 else ["flat", "hip", "mansard", "terrace"])
    if kind == "hip":
        return [
            rect(x + width * 0.68, y - 40, 13, 30, palette.roof),
            path(
                f"M{num(x - 8)} {num(y)}L{num(x + 26)} {num(y - 30)}H{num(x + width - 26)}"
                f"L{num(x + width + 8)} {num(y)}z",
                palette.roof,
            ),
        ]
    if kind == "mansard":
        drawn = [
            path(
                f"M{num(x - 4)} {num(y)}l11-34H{num(x + width - 7)}l11 34z",
                palette.roof,
            ),
            rect(x + 16, y - 48, 15, 18, palette.shade),
        ]
        centre = x + 8 + bay / 2
        while centre < x + width - 14:
            drawn.append(
                path(f"M{num(centre - 9)} {num(y - 4)}v-16l9-9 9 9v16z", palette.trim)
                + rect(centre - 5, y - 18, 10, 14, palette.glass)
            )
            centre += bay
        return drawn
    drawn = [rect(x - 5, y - 9, width + 10, 11, palette.roof, ' rx="3"')]
    if kind == "terrace":
        for k in range(4):
            drawn.insert(0, circle(x + 20 + k * 13, y - 11, rng.randint(5, 10), "#5d8f4e"))
        drawn.append(
            f'<path d="M{num(x + width * 0.6)} {num(y - 9)}v-15h{num(width * 0.36)}v15m'
            f'{num(-width * 0.12)} 0v-15m{num(-width * 0.12)} 0v15" fill="none"'
            f' stroke="{palette.roof}" stroke-width="2"/>'
        )
    else:
        drawn.insert(0, rect(x + width * 0.2, y - 27, 30, 20, palette.shade, ' rx="2"'))
    return drawn


def _windows(
    rng: Random,
    palette: Palette,
    x: float,
    y: float,
    columns: int,
    levels: int,
    bay: float,
    floor: float,
) -> list[str]:
    """The openings, each shape defined once and used where it stands; some are lit."""
    w, h = bay * 0.46, floor * 0.62
    shutters = rng.random() < 0.45
    balconies = set(rng.sample(range(columns), rng.randint(1, max(1, columns - 2))))
    flowers = rng.choice(["#d9654a", "#f0b24a", "#e59aa6"])
    shapes = [
        _opening("o", palette.glass, palette, w, h, shutters),
        _opening("l", "#ffd98a", palette, w, h, shutters),
        _balcony(palette, w, h),
        _pot(flowers),
    ]
    drawn = [f"<defs>{''.join(shapes)}</defs>"]
    door = rng.randint(1, columns - 2) if columns > 2 else 0
    for level in range(levels):
        for column in range(columns):
            cx, top = x + (column + 0.5) * bay, y + level * floor + floor * 0.2
            ground_floor = level == levels - 1
            if ground_floor and column == door:
                drawn += _door(palette, cx, floor, bay)
                continue
            shape = "l" if rng.random() < 0.2 else "o"
            drawn.append(f'<use href="#{shape}" x="{num(cx)}" y="{num(top)}"/>')
            if not ground_floor and column in balconies:
                drawn.append(f'<use href="#c" x="{num(cx)}" y="{num(top + h * 0.58)}"/>')
                if rng.random() < 0.3:
                    drawn.append(f'<use href="#p" x="{num(cx)}" y="{num(top + h * 0.5)}"/>')
            elif rng.random() < 0.12:
                drawn.append(f'<use href="#p" x="{num(cx)}" y="{num(top + h - 3)}"/>')
    return drawn


def _opening(name: str, glass: str, palette: Palette, w: float, h: float, shutters: bool) -> str:
    half = w / 2
    parts = rect(-half, 0, w, h, palette.trim, ' rx="1.5"')
    parts += rect(-half + 2, 2, w - 4, h - 4, glass)
    parts += rect(-0.7, 2, 1.4, h - 4, palette.trim)
    if shutters:
        leaf = w * 0.36
        parts += rect(-half - leaf - 1, 0, leaf, h, palette.accent, ' rx="1"')
        parts += rect(half + 1, 0, leaf, h, palette.accent, ' rx="1"')
    return f'<g id="{name}">{parts}</g>'


def _balcony(palette: Palette, w: float, h: float) -> str:
    rail = w * 0.9
    bars = "".join(f"M{num(-rail + k * rail / 4)} 0v{num(h * 0.42)}" for k in range(9))
    return (
        f'<g id="c"><path d="{bars}" stroke="{palette.accent}" stroke-width="1.2"/>'
        + rect(-rail - 1, -1.5, 2 * rail + 2, 2.4, palette.accent)
        + rect(-rail - 2, h * 0.42, 2 * rail + 4, 3, palette.trim)
        + "</g>"
    )


def _pot(flowers: str) -> str:
    return (
        f'<g id="p">{circle(-5, 0, 3.4, flowers)}{circle(1, -1.5, 3.6, flowers)}'
        f"{circle(6, 0, 3, '#5d8f4e')}{rect(-8, 1.5, 17, 3.5, '#8f3a22')}</g>"
    )


def _door(palette: Palette, x: float, floor: float, bay: float) -> list[str]:
    w, h = min(bay * 0.56, 24), min(floor * 0.86, 34)
    return [
        rect(x - w / 2 - 3, GROUND - h - 3, w + 6, h + 3, palette.trim, ' rx="2"'),
        rect(x - w / 2, GROUND - h, w, h, palette.accent, ' rx="1.5"'),
        rect(x - w / 2 + 3, GROUND - h + 4, w - 6, h * 0.4, palette.glass),
        circle(x + w / 2 - 4, GROUND - h * 0.38, 1.5, palette.trim),
        rect(x - w / 2 - 9, GROUND - h - 7, w + 18, 4, palette.roof, ' rx="2"'),
        rect(x - w / 2 - 5, GROUND - 2, w + 10, 4, "#b7a98e"),
    ]


def _house(rng: Random, palette: Palette, storeys: int) -> list[str]:
    """One to three houses side by side, and their fence."""
    count = rng.choice([1, 2, 2, 3])
    w = {1: 150, 2: 116, 3: 92}[count]
    wall = 74 if storeys <= 1 else 104
    x = (WIDTH - count * w) / 2
    drawn = []
    for k in range(count):
        skin = palette if k % 2 == 0 else rng.choice(PALETTES)
        left, top = x + k * w, GROUND - wall
        drawn += _gable(rng, skin, left, top, w)
        door = left + w * (0.26 if k % 2 == 0 else 0.74)
        pane = left + w * (0.68 if k % 2 == 0 else 0.32)
        drawn += _door(skin, door, 40, 40)
        drawn += _pane(rng, skin, pane, GROUND - 46)
        if wall > 90:
            drawn += _pane(rng, skin, left + w * 0.28, top + 8)
            drawn += _pane(rng, skin, left + w * 0.72, top + 8)
    fence = "".join(
        f"M{px} {GROUND + 12}v-19l3-4 3 4v19z"
        for px in range(int(x) - 34, int(x + count * w) + 34, 11)
    )
    drawn.append(path(fence, "#fdf6ea"))
    drawn.append(rect(x - 38, GROUND - 1, count * w + 72, 3, "#fdf6ea"))
    return drawn


def _gable(rng: Random, skin: Palette, left: float, top: float, w: float) -> list[str]:
    """The walls of a house, its chimney, its roof and the round window below it."""
    peak = w * 0.42
    middle, half = left + w / 2, num(w / 2)
    return [
        rect(left + w * 0.66, top - peak * 0.98, 14, peak, skin.shade),
        path(
            f"M{num(left)} {GROUND}V{num(top)}l{half}-{num(peak)} {half} {num(peak)}V{GROUND}z",
            skin.wall,
        ),
        path(
            f"M{num(middle)} {num(top - peak)}l{half} {num(peak)}V{GROUND}H{num(middle)}z",
            skin.shade,
            ' fill-opacity=".55"',
        ),
        path(
            f"M{num(left - 8)} {num(top + 5)}L{num(middle)} {num(top - peak - 6)}"
            f"L{num(left + w + 8)} {num(top + 5)}l-7 7"
            f"L{num(middle)} {num(top - peak + 8)}L{num(left - 1)} {num(top + 12)}z",
            skin.roof,
        ),
        circle(middle, top - peak * 0.32, 9, skin.trim),
        circle(middle, top - peak * 0.32, 6.5, rng.choice(["#ffd98a", skin.glass])),
    ]


def _pane(rng: Random, skin: Palette, x: float, y: float) -> list[str]:
    glass = "#ffd98a" if rng.random() < 0.35 else skin.glass
    return [
        rect(x - 25, y, 9, 26, skin.accent, ' rx="1"'),
        rect(x + 16, y, 9, 26, skin.accent, ' rx="1"'),
        rect(x - 15, y, 30, 26, skin.trim, ' rx="1.5"'),
        rect(x - 12.5, y + 2.5, 11.5, 21, glass) + rect(x + 1, y + 2.5, 11.5, 21, glass),
        rect(x - 17, y + 26, 34, 3, skin.trim),
    ]
