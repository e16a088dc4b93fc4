"""What a link of the search page keeps of the search, and what a radius is drawn around."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
from django.test import Client

from accounts.models import WishedCommune
from alin.kit import clock
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


@pytest.fixture
def agglomeration(cast: SimpleNamespace) -> SimpleNamespace:
    """Villeurbanne and Bron share a marker of the map of the Rhône; Bron has the first card."""
    villeurbanne = CommuneFactory()
    bron = CommuneFactory(
        insee_code="69029", name="Bron", latitude=45.739, longitude=4.913, postal_codes=["69500"]
    )
    now = clock.now()
    for n, (name, commune) in enumerate([("Un", bron), ("Deux", villeurbanne), ("Trois", bron)]):
        home(name, commune, closes_at=now + timedelta(days=1 + n))
    return SimpleNamespace(villeurbanne=villeurbanne, bron=bron)


def markers(client: Client, **asked: str) -> list[tuple[str, str]]:
    """Where the markers of the map lead, and what they say."""
    body = search(client, **asked)
    found = re.findall(r'class="map__marker" href="([^"]+)"><title>([^<]+)</title>', body)
    return [(unescape(href), unescape(title).replace("\u00a0", " ")) for href, title in found]


BOTH = "3 logements : Bron (69), Villeurbanne (69)"
FIRST = ". Aller au premier dans la liste"


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        # From wider, the search is narrowed to what holds the group.
        ({}, ("/logements/?q=69", BOTH)),
        ({"q": "Auvergne-Rhône-Alpes"}, ("/logements/?q=69", BOTH)),
        ({"tri": "loyer"}, ("/logements/?tri=loyer&q=69", BOTH)),
        # The département would lose the radius, or is where one is.
        ({"q": "Villeurbanne", "rayon": "10"}, ("#logement-1", BOTH + FIRST)),
        ({"q": "69"}, ("#logement-1", BOTH + FIRST)),
        ({"q": "Rhône"}, ("#logement-1", BOTH + FIRST)),
        # So is the commune.
        ({"q": "bron"}, ("#logement-1", "2 logements : Bron (69)" + FIRST)),
        ({"q": "Bron (69)"}, ("#logement-1", "2 logements : Bron (69)" + FIRST)),
    ],
)
def test_a_marker_of_several_homes_never_leads_away_nor_nowhere(
    client: Client, agglomeration: SimpleNamespace, asked: dict[str, str], leads: tuple[str, str]
) -> None:
    assert markers(client, **asked) == [leads]


def test_a_marker_leads_to_the_first_of_its_cards(
    client: Client, agglomeration: SimpleNamespace
) -> None:
    """The second of the page, when the first stands elsewhere."""
    far = CommuneFactory(
        insee_code="69264", name="Villefranche", latitude=45.989, longitude=4.719, postal_codes=[]
    )
    home("Ailleurs", far, closes_at=clock.now() + timedelta(hours=2))
    body = search(client, q="69")
    assert 'class="map__marker" href="#logement-2"' in body
    card = re.search(r'class="offer__link" href="[^"]+" id="logement-2">([^<]+)</a>', body)
    assert card
    assert card[1] == "T3, Un"
    assert re.findall(r'id="(logement-\d)"', body) == [f"logement-{n}" for n in (1, 2, 3, 4)]


def test_a_marker_among_the_communes_asked_for_keeps_to_them(
    login: Callable[[object], Client], cast: SimpleNamespace, agglomeration: SimpleNamespace
) -> None:
    WishedCommune.objects.create(
        dossier=cast.amina.dossier, slot=1, commune=agglomeration.villeurbanne
    )
    client = login(cast.amina)
    assert markers(client) == [("#logement-1", BOTH + FIRST)]
    assert markers(client, ou="partout") == [("/logements/?ou=partout&q=69", BOTH)]


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
