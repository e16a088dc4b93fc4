"""Façades and plans: the same home keeps its face, and a plan tells the truth of its surface."""

import re
import uuid
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from listings import drawings
from tests import factories as f

TEXT = "{http://www.w3.org/2000/svg}text"
FORBIDDEN = re.compile(r"style=|<script|<style|\son\w+=|https?://(?!www\.w3\.org/2000/svg)")


@given(seed=st.uuids().map(str), storeys=st.integers(0, 40), house=st.booleans())
def test_any_facade_is_a_small_harmless_drawing_without_words(
    seed: str, storeys: int, house: bool
) -> None:
    drawn = drawings.facade(seed=seed, storeys=storeys, house=house, title="L'<Orée>")
    root = ET.fromstring(drawn)
    assert root[0].text == "L'<Orée>"
    assert list(root.iter(TEXT)) == []
    assert FORBIDDEN.findall(drawn) == []
    assert len(drawn) < 9_000
    assert drawn == drawings.facade(seed=seed, storeys=storeys, house=house, title="L'<Orée>")


def test_two_residences_do_not_look_alike() -> None:
    drawn = {
        drawings.facade(seed=str(number), storeys=4, house=False, title="") for number in range(50)
    }
    assert len(drawn) == 50


@given(
    seed=st.uuids().map(str),
    rooms=st.integers(1, 9),
    surface=st.decimals(12, 400, places=1),
)
def test_the_rooms_of_any_plan_add_up_to_its_surface(
    seed: str, rooms: int, surface: Decimal
) -> None:
    placed = drawings.rooms_of(rooms, surface)
    assert sum(room.area for room in placed) == surface
    assert min(room.area for room in placed) > 0
    assert sum(room.kind in ("living", "bedroom") for room in placed) == rooms
    drawn = drawings.plan(seed=seed, rooms=rooms, surface_m2=surface, title="Plan")
    written = [
        Decimal(text.removesuffix(" m²").strip().replace(",", "."))
        for text in re.findall(r">\s*([\d,]+ m²)<|</tspan> ([\d,]+ m²)<", drawn)
        for text in text
        if text
    ]
    assert sum(written) == surface
    assert FORBIDDEN.findall(drawn) == []
    assert len(drawn) < 14_000


def test_a_plan_says_what_each_room_is() -> None:
    names = [room.name for room in drawings.rooms_of(3, Decimal("64"))]
    assert names == ["Séjour", "Cuisine", "Entrée", "WC", "Bains", "Chambre 1", "Chambre 2"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["facade", "plan"])
def test_a_drawing_is_served_to_anybody_and_kept_long(client: Client, name: str) -> None:
    dwelling = f.DwellingFactory()
    home = dwelling.residence if name == "facade" else dwelling
    response = client.get(reverse(name, args=[home.public_id]))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Cache-Control"] == "public, max-age=2592000"
    assert response.content.startswith(b"<svg")
    # The name of a residence is not public before its offer is.
    assert dwelling.residence.name not in response.content.decode()
    assert client.get(reverse(name, args=[uuid.uuid4()])).status_code == 404


@pytest.mark.django_db
def test_a_residence_of_houses_is_drawn_as_houses(client: Client) -> None:
    house, flat = f.DwellingFactory(kind="house"), f.DwellingFactory()
    for dwelling, is_house in ((house, True), (flat, False)):
        residence = dwelling.residence
        response = client.get(reverse("facade", args=[residence.public_id]))
        assert response.content.decode() == drawings.facade(
            seed=str(residence.public_id),
            storeys=residence.storeys,
            house=is_house,
            title="Dessin de la résidence",
        )
