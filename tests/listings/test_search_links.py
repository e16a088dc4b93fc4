"""What a link of the search page keeps of the search, and what a radius is drawn around."""

import re
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from django.test import Client

from accounts.models import WishedCommune
from tests import factories as f
from tests.listings.test_search_views import home, search, shown
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db
WHEELCHAIR = {"accessible": "on", "pieces": "3", "loyer_max": "600"}
KEPT = {"accessible": ["on"], "pieces": ["3"], "loyer_max": ["600"]}


@pytest.fixture
def saint_denis(cast: SimpleNamespace) -> None:
    """Two communes of the name, each with a home of three rooms that is accessible and one that
    is not."""
    seine = DepartementFactory(code="93", name="Seine-Saint-Denis", region_name="Île-de-France")
    reunion = DepartementFactory(code="974", name="La Réunion", region_name="La Réunion")
    for code, departement, name in [("93066", seine, "Nord"), ("97411", reunion, "Sud")]:
        commune = CommuneFactory(
            insee_code=code, name="Saint-Denis", departement=departement,
            latitude=48.93 if departement is seine else -20.88,
            longitude=2.36 if departement is seine else 55.45,
            postal_codes=["93200"] if departement is seine else ["97400"],
        )  # fmt: skip
        home(name, commune)
        place = f.ResidenceFactory(commune=commune, name=f"{name} accessible")
        f.OfferFactory(dwelling=f.DwellingFactory(residence=place, accessible=True))


def asked_by(body: str, words: str) -> dict[str, list[str]]:
    """What the link with these words asks for."""
    link = re.search(rf'href="/logements/\?([^"]*)"[^>]*>\s*{re.escape(words)}', body)
    assert link, f"no link “{words}”"
    return parse_qs(unescape(link[1]))


def test_to_choose_between_communes_of_one_name_keeps_the_search(
    client: Client, saint_denis: None
) -> None:
    body = search(client, q="Saint-Denis", rayon="10", page="1", **WHEELCHAIR)
    asked = asked_by(body, "Saint-Denis (93)")
    assert asked == KEPT | {"q": ["Saint-Denis (93)"], "rayon": ["10"]}
    assert shown(client, **{name: value for name, (value,) in asked.items()}) == ["Nord accessible"]


def test_a_name_that_was_meant_keeps_the_search(client: Client, saint_denis: None) -> None:
    body = search(client, q="Saint-Dennis", **WHEELCHAIR)
    assert asked_by(body, "Saint-Denis (974)") == KEPT | {"q": ["Saint-Denis (974)"]}


def test_to_look_farther_keeps_the_search(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    WishedCommune.objects.create(dossier=cast.amina.dossier, slot=1, commune=CommuneFactory())
    home("ici")
    client = login(cast.amina)
    farther = KEPT | {"ou": ["partout"]}
    assert asked_by(search(client, **WHEELCHAIR), "Chercher dans toute la France") == farther
    listed = search(client, loyer_max="600")
    assert asked_by(listed, "Chercher dans toute la France") == {
        "ou": ["partout"], "loyer_max": ["600"],
    }  # fmt: skip


def test_a_marker_of_several_homes_keeps_the_search(client: Client, cast: SimpleNamespace) -> None:
    place = f.ResidenceFactory()
    for _n in range(2):
        f.OfferFactory(dwelling=f.DwellingFactory(residence=place))
    body = search(client, q="Villeurbanne", rayon="5", loyer_max="600", tri="loyer")
    marker = re.search(r'class="map__marker" href="/logements/\?([^"]*)"', body)
    assert marker
    assert parse_qs(unescape(marker[1])) == {
        "q": ["Villeurbanne (69)"], "loyer_max": ["600"], "tri": ["loyer"],
    }  # fmt: skip


# --- the radius ----------------------------------------------------------------------------

LEFT_OUT = "Nous n'avons pas tenu compte du rayon de 10 km"


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("Saint-Denis", "Choisissez la vôtre ci-dessous."),
        ("93", "Indiquez son nom"),
        ("La Réunion", "Indiquez son nom"),
        ("", "Indiquez son nom"),
    ],
)
def test_a_radius_that_is_drawn_around_nothing_says_so(
    client: Client, saint_denis: None, typed: str, advice: str
) -> None:
    body = unescape(search(client, q=typed, rayon="10"))
    assert LEFT_OUT in body
    assert advice in body
    assert LEFT_OUT not in unescape(search(client, q=typed))


def test_a_radius_around_one_commune_says_nothing(client: Client, saint_denis: None) -> None:
    for typed in ("Saint-Denis (93)", "93200", "zzzz"):
        assert LEFT_OUT not in unescape(search(client, q=typed, rayon="10"))


def test_a_postal_code_of_several_communes_names_them(client: Client, saint_denis: None) -> None:
    seine = DepartementFactory(code="93")
    CommuneFactory(
        insee_code="93059", name="Pierrefitte", departement=seine, postal_codes=["93200"]
    )
    body = unescape(search(client, q="93200", rayon="10"))
    assert LEFT_OUT in body
    assert asked_by(body, "Pierrefitte (93)") == {"q": ["Pierrefitte (93)"], "rayon": ["10"]}
    assert "ont ce code postal" not in unescape(search(client, q="93200"))


def test_an_alert_says_that_it_keeps_no_radius(
    login: Callable[[object], Client], cast: SimpleNamespace, saint_denis: None
) -> None:
    client = login(cast.amina)
    several = client.get("/mes-alertes/creer/?q=Saint-Denis&rayon=10").content.decode()
    assert "Cette alerte ne tient pas compte du rayon" in several
    assert "10 km autour" not in several
    one = client.get("/mes-alertes/creer/?q=93200&rayon=10").content.decode()
    assert "Cette alerte ne tient pas compte du rayon" not in one
    assert "93200 et 10 km autour" in one


def test_a_radius_around_a_city_holds_its_farthest_arrondissements(
    client: Client, cast: SimpleNamespace
) -> None:
    """From the town hall of Marseille, that of the 1st arrondissement is near, that of the 16th
    8 km away, and Aubagne 15 km."""
    there = DepartementFactory(code="13", name="Bouches-du-Rhône")
    places = {}
    for name, code, latitude, longitude in [
        ("Marseille", "13055", 43.2965, 5.3698),
        ("Marseille 1er Arrondissement", "13201", 43.2998, 5.3818),
        ("Marseille 16e Arrondissement", "13216", 43.3630, 5.3300),
        ("Aubagne", "13005", 43.2930, 5.5680),
    ]:
        part = {"kind": "ARM", "parent": places["Marseille"]} if "Arr" in name else {}
        places[name] = CommuneFactory(
            insee_code=code, name=name, latitude=latitude, longitude=longitude, postal_codes=[],
            departement=there, **part,
        )  # fmt: skip
        home(name, places[name])
    whole = ["Marseille", "Marseille 16e Arrondissement", "Marseille 1er Arrondissement"]
    assert sorted(shown(client, q="Marseille", rayon="5")) == whole
    assert sorted(shown(client, q="Marseille", rayon="20")) == ["Aubagne", *whole]
    assert shown(client, q="Marseille 16e Arrondissement", rayon="5") == [whole[1]]
