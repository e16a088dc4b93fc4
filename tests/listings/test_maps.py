"""The map of homes: each marker where its département is, and nothing asked of another server but
the source of tiles that an installation chose."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from listings import maps, outlines
from tests.listings.test_search_views import home, search
from tests.territory.factories import CommuneFactory, DepartementFactory

TILES = "https://tuiles.example/{z}/{x}/{y}.png"


def around(path: str) -> list[list[tuple[float, float]]]:
    """The corners of an SVG path of relative lines (`M x y l dx dy … z`), ring by ring."""
    rings = []
    for ring in path.split("M")[1:]:
        numbers = [float(each) for each in re.findall(r"-?\d*\.?\d+", ring)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        x, y = pairs[0]
        corners = [(x, y)]
        for dx, dy in pairs[1:]:
            x, y = x + dx, y + dy
            corners.append((x, y))
        rings.append(corners)
    return rings


def winds_around(ring: list[tuple[float, float]], x: float, y: float) -> bool:
    """By the sum of the turns, which is nothing for a point outside."""
    turns = 0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        side = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        if ay <= y < by and side > 0:
            turns += 1
        elif by <= y < ay and side < 0:
            turns -= 1
    return turns != 0


# A town, its coordinates, its département: on the sea, on an island, on a border, overseas.
PLACES = [
    ("Le Havre", 49.4944, 0.1079, "76"),
    ("Marseille", 43.2965, 5.3698, "13"),
    ("Saint-Malo", 48.6493, -2.0257, "35"),
    ("Hendaye", 43.3590, -1.7750, "64"),
    ("Menton", 43.7765, 7.5048, "06"),
    ("Villeurbanne", 45.7667, 4.8799, "69"),
    ("Paris", 48.8566, 2.3522, "75"),
    ("Ouessant", 48.4560, -5.0960, "29"),
    ("Bonifacio", 41.3870, 9.1590, "2A"),
    ("Saint-Denis", -20.8789, 55.4481, "974"),
    ("Cayenne", 4.9224, -52.3135, "973"),
]


@pytest.mark.parametrize(("name", "latitude", "longitude", "code"), PLACES)
def test_a_marker_stands_inside_the_outline_drawn_for_its_departement(
    name: str, latitude: float, longitude: float, code: str
) -> None:
    view = maps.view_of([maps.Home(latitude, longitude, code, name, "/", name)])
    assert view is not None
    (marker,) = view.markers
    (ground,) = [each for each in view.grounds if each.meant]
    assert any(winds_around(ring, marker.x, marker.y) for ring in around(ground.path))
    # Near enough to be the town: twenty units are some twenty kilometres on the mainland.
    x, y = outlines.on_sheet(code, latitude, longitude)
    assert abs(marker.x - x) + abs(marker.y - y) < 20
    assert view.left < marker.x < view.left + view.size
    assert view.top < marker.y < view.top + view.size


def test_each_outline_is_that_of_its_departement() -> None:
    """A corner of the file, seen from the map, is a corner of the drawing."""
    source = Path(outlines.OUTLINES).read_text()
    features = {each["properties"]["dep"]: each for each in json.loads(source)["features"]}
    longitude, latitude = features["69"]["geometry"]["coordinates"][0][0]
    view = maps.view_of([maps.Home(45.76, 4.87, "69", "Lyon", "/", "T2")])
    assert view is not None
    (rhone,) = [each.path for each in view.grounds if each.meant]
    x, y = outlines.on_sheet("69", latitude, longitude)
    assert around(rhone)[0][0] == (round(x, 1), round(y, 1))
    neighbours = len([each for each in view.grounds if not each.meant])
    assert 3 < neighbours < 20, "those around, and not the whole country"


def test_from_afar_the_shared_picture_is_shown() -> None:
    homes = [
        maps.Home(50.63, 3.06, "59", "Lille", "/", "T1"),
        maps.Home(43.30, 5.37, "13", "Marseille", "/", "T2"),
    ]
    view = maps.view_of(homes)
    assert view is not None
    assert (view.grounds, len(view.markers)) == ([], 2)


# --- tiles ---------------------------------------------------------------------------------


def outside(body: str) -> set[str]:
    """The hosts that a page loads something from."""
    loaded = re.findall(r'(?:<image|<img|<script|<link)[^>]*(?:href|src)="(https?://[^/"]+)', body)
    return set(loaded)


def loads_images_from(**environment: str) -> list[str]:
    """What the security policy lets an installation show, started with these settings."""
    said = subprocess.run(
        [sys.executable, "-c",
         "import json; from alin.settings import base;"
         "print(json.dumps(base.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src']))"],
        cwd=django_settings.BASE_DIR, env={**os.environ, **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return list(json.loads(said.stdout.splitlines()[-1]))


@pytest.mark.django_db
def test_by_default_no_other_server_learns_what_is_searched(
    client: Client, cast: SimpleNamespace
) -> None:
    home("Du centre")
    body = search(client)
    assert ("map__ground--meant" in body, outside(body)) == (True, set())
    assert loads_images_from() == ["'self'"]


@pytest.mark.django_db
def test_a_source_of_tiles_is_shown_and_let_in(
    client: Client, cast: SimpleNamespace, settings: Any
) -> None:
    settings.MAP_TILES = TILES
    home("Du centre")
    body = search(client)
    assert outside(body) == {"https://tuiles.example"}
    tiles = re.findall(r'href="https://tuiles\.example/(\d+)/(\d+)/(\d+)\.png"', body)
    assert 4 <= len(set(tiles)) == len(tiles) <= 25
    # The tile of Villeurbanne at that zoom, as the slippy maps count: x from the longitude.
    zoom = int(tiles[0][0])
    assert str(int((4.8799 + 180) / 360 * 2**zoom)) in {x for _zoom, x, _y in tiles}
    assert loads_images_from(ALIN_MAP_TILES=TILES) == ["'self'", "https://tuiles.example"]


@pytest.mark.django_db
def test_homes_of_two_seas_have_no_tiles(
    client: Client, cast: SimpleNamespace, settings: Any
) -> None:
    """The sheet puts overseas départements where they are not: no tile goes under it."""
    settings.MAP_TILES = TILES
    home("Du centre")
    reunion = DepartementFactory(code="974", name="La Réunion", region_name="La Réunion")
    home("Du Sud", CommuneFactory(insee_code="97411", name="Saint-Denis", departement=reunion,
                                  latitude=-20.88, longitude=55.45))  # fmt: skip
    assert outside(search(client)) == set()
