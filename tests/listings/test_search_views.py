"""Searching open offers by place, price and size."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings.models import Offer
from tests import factories as f
from tests.territory.factories import CommuneFactory, DepartementFactory


def search(client: Client, **asked: object) -> str:
    response = client.get(reverse("offer_search"), asked)
    assert response.status_code == 200
    return re.sub(r"[\u00a0\u202f]", " ", response.content.decode())


def shown(client: Client, **asked: object) -> list[str]:
    """The residences of the cards, in order."""
    return re.findall(r'class="offer__link"[^>]*>T\d, ([^<]+)</a>', search(client, **asked))


def home(residence: str, commune: object = None, **fields: object) -> Offer:
    dwelling = {
        key: fields.pop(key) for key in ("rooms", "surface_m2", "accessible") if key in fields
    }
    place = f.ResidenceFactory(name=residence, **({"commune": commune} if commune else {}))
    return f.OfferFactory(dwelling=f.DwellingFactory(residence=place, **dwelling), **fields)


@pytest.fixture
def annecy() -> object:
    haute_savoie = DepartementFactory(code="74", name="Haute-Savoie")
    return CommuneFactory(
        insee_code="74010", name="Annecy", departement=haute_savoie, postal_codes=["74000"],
        latitude=45.9, longitude=6.12, zone_abc="A",
    )  # fmt: skip


def test_only_open_offers_are_found_the_soonest_closing_first(
    client: Client, cast: SimpleNamespace
) -> None:
    now = clock.now()
    home("Demain", closes_at=now + timedelta(days=1))
    home("Aujourd'hui", closes_at=now + timedelta(hours=2))
    home("Brouillon", published_at=None)
    home("Close", closes_at=now)
    home("Bientôt", opens_at=now + timedelta(days=1))
    home("Close plus tôt", closed_early_at=now, closed_early_reason="Vendu")
    assert shown(client) == ["Aujourd&#39;hui", "Demain"]


@pytest.mark.parametrize(
    "typed",
    [
        "Annecy", "ANNECY", "annécy", "Annecy (74)", "annec", "74000", "74", "Haute-Savoie",
        "haute savoie", "Annecy 74000", "  annecy ",
    ],
)  # fmt: skip
def test_a_place_is_understood_however_it_is_typed(
    client: Client, cast: SimpleNamespace, annecy: object, typed: str
) -> None:
    home("Du Lac", annecy)
    home("Des Villes")
    assert shown(client, q=typed) == ["Du Lac"]


def test_a_region_finds_all_its_departements(
    client: Client, cast: SimpleNamespace, annecy: object
) -> None:
    home("Du Lac", annecy)
    home("Des Villes")
    nord = DepartementFactory(
        code="59", name="Nord", region_code="32", region_name="Hauts-de-France"
    )
    home("Du Nord", CommuneFactory(insee_code="59350", name="Lille", departement=nord))
    assert shown(client, q="auvergne rhone alpes") == ["Du Lac", "Des Villes"]


def test_a_commune_holds_its_arrondissements(client: Client, cast: SimpleNamespace) -> None:
    lyon = CommuneFactory(insee_code="69123", name="Lyon", postal_codes=[])
    third = CommuneFactory(
        insee_code="69383", name="Lyon 3e Arrondissement", kind="ARM", parent=lyon
    )
    home("La Part-Dieu", third)
    assert shown(client, q="Lyon") == ["La Part-Dieu"]


def test_communes_of_one_name_are_told_apart(client: Client, cast: SimpleNamespace) -> None:
    seine = DepartementFactory(code="93", name="Seine-Saint-Denis", region_name="Île-de-France")
    reunion = DepartementFactory(code="974", name="La Réunion", region_name="La Réunion")
    home("Du Nord", CommuneFactory(insee_code="93066", name="Saint-Denis", departement=seine))
    home("Du Sud", CommuneFactory(insee_code="97411", name="Saint-Denis", departement=reunion))
    assert sorted(shown(client, q="saint denis")) == ["Du Nord", "Du Sud"]
    assert "?q=Saint-Denis+%28974%29" in search(client, q="st denis")
    assert shown(client, q="Saint-Denis (974)") == ["Du Sud"]


def test_a_misspelt_place_is_met_by_names_like_it(
    client: Client, cast: SimpleNamespace, annecy: object
) -> None:
    home("Du Lac", annecy)
    body = search(client, q="Anecy")
    assert "Nous ne connaissons pas « Anecy »" in body
    assert 'href="/logements/?q=Annecy+%2874%29"' in body


def test_a_known_place_without_home_is_not_called_unknown(
    client: Client, cast: SimpleNamespace, annecy: object
) -> None:
    home("Des Villes")
    for typed in ["Annecy", "74000", "74", "Haute-Savoie"]:
        body = search(client, q=typed)
        assert "Aucun logement ne correspond en ce moment" in body
        assert "Nous ne connaissons pas" not in body


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"categorie": "temporary"}, ["Temporaire"]),
        ({"categorie": ["social", "temporary"]}, ["Petit", "Grand", "Temporaire"]),
        ({"financement": "PLAI"}, ["Petit"]),
        ({"pieces": "1"}, ["Petit"]),
        ({"pieces": ["1", "5"]}, ["Petit", "Grand"]),
        ({"loyer_max": "375"}, ["Petit"]),
        ({"loyer_max": "1 375"}, ["Petit", "Grand", "Temporaire"]),
        ({"surface_min": "100"}, ["Grand"]),
        ({"accessible": "on"}, ["Grand"]),
        ({"tri": "loyer"}, ["Petit", "Temporaire", "Grand"]),
        ({"tri": "surface"}, ["Grand", "Temporaire", "Petit"]),
        ({"page": "7"}, ["Petit", "Grand", "Temporaire"]),
        ({"page": "abc"}, ["Petit", "Grand", "Temporaire"]),
    ],
)
def test_filters_and_orders(
    client: Client, cast: SimpleNamespace, asked: dict[str, object], expected: list[str]
) -> None:
    now = clock.now()
    home("Petit", funding="PLAI", rooms=1, surface_m2=Decimal("28"), rent=Decimal("300"),
         deposit=0, closes_at=now + timedelta(days=1))  # fmt: skip
    home("Grand", rooms=6, surface_m2=Decimal("120"), rent=Decimal("700"), accessible=True,
         closes_at=now + timedelta(days=2))  # fmt: skip
    home("Temporaire", kind="temporary", funding="", closes_at=now + timedelta(days=3))
    assert shown(client, **asked) == expected


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"loyer_max": "-5"}, "loyer_max", "Indiquez un loyer en euros par mois"),
        ({"loyer_max": "cher"}, "loyer_max", "Indiquez un loyer en euros par mois"),
        ({"surface_min": "99999999999999999999"}, "surface_min", "Indiquez une surface en m²"),
        (
            {"categorie": "temporary", "financement": "PLUS"},
            "financement",
            "Aucun logement de la catégorie choisie",
        ),
        ({"pieces": "42"}, "pieces", "42"),
    ],
)
def test_a_wrong_filter_says_so_and_is_left_out(
    client: Client, cast: SimpleNamespace, asked: dict[str, str], field: str, said: str
) -> None:
    home("Toujours là", kind="temporary", funding="")
    body = search(client, q="Villeurbanne", **asked)
    assert body.count(said) >= 2, "in the summary and beside the field"
    assert f'id="id_{field}_error"' in body
    assert 'value="Villeurbanne"' in body
    assert "Toujours là" in body


def test_a_wrong_value_stays_in_its_field(client: Client, cast: SimpleNamespace) -> None:
    assert 'value="cher"' in search(client, loyer_max="cher")


def test_twenty_a_page_with_the_filters_in_the_address(
    client: Client, cast: SimpleNamespace
) -> None:
    place = f.ResidenceFactory()
    for _home in range(21):
        f.OfferFactory(dwelling=f.DwellingFactory(residence=place))
    first = search(client, categorie="social")
    assert (len(shown(client, categorie="social")), "21 logements" in first) == (20, True)
    assert "?categorie=social&amp;page=2" in first
    assert len(shown(client, categorie="social", page=2)) == 1


def test_the_empty_portal_says_what_to_do(client: Client, cast: SimpleNamespace) -> None:
    assert "Aucun logement à louer en ce moment" in search(client)


@pytest.mark.parametrize("rows", [1, 20])
def test_a_card_costs_no_statement(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _row in range(rows):
        f.OfferFactory()
    client = login(cast.amina)
    with django_assert_num_queries(12):
        body = search(client, q="Villeurbanne")
    assert (body.count("<article"), body.count("Sous le plafond")) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 20])
def test_a_visitor_costs_two_statements(
    client: Client,
    cast: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _row in range(rows):
        f.OfferFactory()
    with django_assert_num_queries(2):
        search(client)


@pytest.mark.parametrize(
    ("rfr", "word"),
    [
        (21_000, "Sous le plafond"),
        (25_000, "Un peu au-dessus du plafond"),
        (80_000, "Au-dessus du plafond"),
    ],
)
def test_each_card_says_in_a_word_where_she_stands(
    login: Callable[[object], Client], cast: SimpleNamespace, rfr: int, word: str
) -> None:
    f.OfferFactory()
    amina = f.applicant("Amina", "Benali", rfr=rfr)
    labels = re.findall(
        r'offer__foot">\s*<span class="tag[^"]*">.*?</svg>\s*([^<]+)</span>',
        search(login(amina)), re.S,
    )  # fmt: skip
    assert [label.strip() for label in labels] == [word]


def test_a_visitor_reads_no_word_about_herself(client: Client, cast: SimpleNamespace) -> None:
    f.OfferFactory()
    assert "du plafond" not in search(client)
