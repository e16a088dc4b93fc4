"""Pages of a search that begin after a row; counts by choice; groups; rights; the map."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.models import Dossier, HouseholdMember, WishedCommune
from alin.kit import clock
from alin.kit.actor import ANONYMOUS
from listings.filters import OfferFilter
from listings.management.commands.draw_map import PICTURE
from listings.models import Offer
from listings.queries import Reader, open_rows
from tests import factories as f
from tests.listings.test_search_views import home, search, shown
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


def many(number: int, **fields: object) -> list[str]:
    """That many homes, the first closing first, in residences “0”, “1”…"""
    for n in range(number):
        home(str(n), closes_at=clock.now() + timedelta(days=1, minutes=n), **fields)
    return [str(n) for n in range(number)]


def follow(client: Client, rel: str, body: str) -> str:
    link = re.search(rf'href="([^"]+)" rel="{rel}"', body)
    assert link, f"no {rel} page"
    response = client.get("/logements/" + link[1].replace("&amp;", "&"))
    return str(response.content.decode())


def names(body: str) -> list[str]:
    return re.findall(r'class="offer__link"[^>]*>T\d, ([^<]+)</a>', body)


@pytest.mark.parametrize("tri", ["", "recents", "loyer", "surface"])
def test_pages_follow_each_other_forth_and_back_whatever_the_order(
    client: Client, cast: SimpleNamespace, tri: str
) -> None:
    place = f.ResidenceFactory()
    for n in range(45):
        f.OfferFactory(
            dwelling=f.DwellingFactory(residence=place, surface_m2=Decimal(30 + n % 4)),
            rent=Decimal(300 + n % 5),
            deposit=0,
            closes_at=clock.now() + timedelta(days=1 + n % 3),
            published_at=clock.now() - timedelta(days=n % 2),
        )
    first = search(client, tri=tri, categorie="social")
    second = follow(client, "next", first)
    third = follow(client, "next", second)
    pages = [re.findall(r'href="(/logements/[0-9a-f-]{36}/)"', body) for body in
             (first, second, third)]  # fmt: skip
    hrefs = [list(dict.fromkeys(page)) for page in pages]
    cards = [[h for h in page if f'class="offer__link" href="{h}"' in b]
             for page, b in zip(hrefs, (first, second, third), strict=True)]  # fmt: skip
    assert [len(page) for page in cards] == [20, 20, 5]
    assert len({href for page in cards for href in page}) == 45
    assert 'rel="next"' not in third
    back = follow(client, "prev", follow(client, "prev", third))
    assert [h for h in cards[0] if f'class="offer__link" href="{h}"' in back] == cards[0]
    assert "categorie=social" in back
    assert 'rel="prev"' not in back


def test_a_numbered_page_of_an_old_address_still_works(
    client: Client, cast: SimpleNamespace
) -> None:
    expected = many(41)
    assert shown(client, page=2) == expected[20:40]
    assert shown(client, page=3) == expected[40:]
    assert shown(client, page=60) == expected[:20]


@pytest.mark.parametrize(
    "cursor",
    [
        "n'importe quoi",
        "2026-01-01~x",
        "~",
        "9999-99-99T00:00:00+00:00~00000000-0000-4000-8000-000000000000",
    ],
)
def test_a_cursor_that_nobody_wrote_is_the_first_page(
    client: Client, cast: SimpleNamespace, cursor: str
) -> None:
    expected = many(3)
    assert shown(client, apres=cursor) == expected
    assert shown(client, avant=cursor, page=4) == expected


def test_what_closes_meanwhile_is_not_skipped_nor_seen_twice(
    client: Client, cast: SimpleNamespace
) -> None:
    expected = many(30)
    first = search(client)
    Offer.objects.filter(dwelling__residence__name__in=["3", "19"]).update(closes_at=clock.now())
    home("nouvelle", closes_at=clock.now() + timedelta(hours=1))
    assert names(follow(client, "next", first)) == expected[20:]


def test_the_page_before_is_the_first_when_all_of_it_closed_meanwhile(
    client: Client, cast: SimpleNamespace
) -> None:
    expected = many(30)
    second = follow(client, "next", search(client))
    Offer.objects.filter(dwelling__residence__name__in=expected[:20]).update(closes_at=clock.now())
    before = follow(client, "prev", second)
    assert names(before) == expected[20:]
    assert "Aucun logement à louer" not in before
    assert ('rel="prev"' in before, 'rel="next"' in before) == (False, False)


def test_each_choice_says_how_many_homes_it_would_leave(
    client: Client, cast: SimpleNamespace
) -> None:
    for rooms, funding in [(1, "PLAI"), (2, "PLAI"), (2, "PLUS"), (6, "PLUS"), (7, "PLS")]:
        home("x", rooms=rooms, funding=funding)
    home("y", kind="temporary", funding="", rooms=2)
    body = search(client, financement="PLUS")
    labels = re.findall(r"<label[^>]*>([^<]+\(\d+\))</label>", body)
    assert [each for each in labels if each.startswith(("Social", "Temp", "Inter"))] == [
        "Social (2)", "Intermédiaire (0)", "Temporaire (0)",
    ]  # fmt: skip
    assert [each for each in labels if re.match(r"T\d", each)] == [
        "T1 (0)", "T2 (1)", "T3 (0)", "T4 (0)", "T5 et plus (1)",
    ]  # fmt: skip
    # What another funding would give does not depend on the funding chosen.
    assert [each for each in labels if each.startswith("PL")] == [
        "PLAI – très social (2)", "PLUS – social (2)", "PLS – social, plafond plus haut (1)",
    ]  # fmt: skip
    assert "2 logements" in body


def test_a_student_finds_the_residences_of_students(client: Client, cast: SimpleNamespace) -> None:
    home("famille")
    home("campus", programme="students")
    home("foyer", programme="young_workers")
    home("saison", kind="temporary", funding="", programme="seasonal")
    assert shown(client, type="students") == ["campus"]
    assert sorted(shown(client, type=["students", "young_workers"])) == ["campus", "foyer"]
    body = search(client, type="students", categorie="social")
    # Said on the card, and counted beside each choice with the other criteria as they are.
    assert body.count("</svg> Résidence étudiante</li>") == 1
    labels = re.findall(r"<label[^>]*>([^<]+\(\d+\))</label>", body)
    assert [each for each in labels if each.startswith(("Logement f", "Résid", "Trav"))] == [
        "Logement familial (1)",
        "Résidence pour jeunes actifs (1)",
        "Résidence étudiante (1)",
        "Résidence mobilité (0)",
    ]
    assert "Logement familial</li>" not in search(client)


def test_a_category_without_such_a_programme_says_so(client: Client, cast: SimpleNamespace) -> None:
    body = search(client, type="students", categorie="intermediate")
    assert (
        "La catégorie choisie n&#39;a pas ce type de programme. Retirez l&#39;un des deux." in body
    )


def test_counts_stop_at_a_thousand(
    client: Client, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listings.queries.search.MOST_COUNTED", 4)
    many(5)
    home("grand", rooms=5)
    body = search(client)
    assert re.search(r"Plus de\s+4 logements", body)
    assert "(5)" not in body
    assert re.search(r'role="status">\s*1 logement<', search(client, pieces="5"))
    many_pages = search(client, rayon="10", q="Villeurbanne", pieces="3")
    assert re.search(r"Plus de\s+4 logements", many_pages)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"loyer_min": "400", "loyer_max": "500"}, ["b"]),
        ({"surface_min": "50", "surface_max": "60"}, ["b"]),
        ({"bien": "house"}, ["c"]),
        ({"etage": "rdc"}, ["c"]),
        ({"etage": "bas"}, ["b", "c"]),
        ({"etage": "haut"}, ["a", "b"]),
        ({"ascenseur": "on"}, ["a"]),
        ({"dpe": "B"}, ["b"]),
        ({"dpe": "D"}, ["a", "b"]),
        ({"disponible": "2030-01-15"}, ["a"]),
    ],
)
def test_the_other_criteria(
    client: Client, cast: SimpleNamespace, asked: dict[str, str], expected: list[str]
) -> None:
    def one(name: str, *, rent: int, surface: int, floor: int, lift: bool, dpe: str, kind: str,
            day: int) -> None:  # fmt: skip
        residence = f.ResidenceFactory(name=name, lift=lift)
        dwelling = f.DwellingFactory(
            residence=residence, surface_m2=Decimal(surface), floor=floor, dpe=dpe, kind=kind
        )
        f.OfferFactory(
            dwelling=dwelling, rent=Decimal(rent), charges=0, deposit=0,
            available_on=f.date(2030, 1, day), closes_at=clock.now() + timedelta(days=day),
        )  # fmt: skip

    one("a", rent=300, surface=40, floor=5, lift=True, dpe="D", kind="flat", day=10)
    one("b", rent=450, surface=55, floor=2, lift=False, dpe="B", kind="flat", day=20)
    one("c", rent=600, surface=80, floor=0, lift=False, dpe="", kind="house", day=25)
    assert shown(client, **asked) == expected


@pytest.mark.parametrize("name", ["loyer", "surface"])
def test_crossed_bounds_are_said_and_both_left_out(
    client: Client, cast: SimpleNamespace, name: str
) -> None:
    home("Toujours là")
    body = search(client, **{f"{name}_min": "300", f"{name}_max": "200"})
    assert body.count("Corrigez l") == 2
    assert f'id="id_{name}_max_error"' in body
    assert ('value="300"' in body, 'value="200"' in body) == (True, True)
    assert "Toujours là" in body


def test_a_radius_reaches_the_communes_around(client: Client, cast: SimpleNamespace) -> None:
    """Villeurbanne to Bron: 3.4 km; to Lyon 1er: 4.4 km; to Vienne: 27 km."""
    home("centre")
    isere = DepartementFactory(code="38", name="Isère")
    for name, code, latitude, longitude in [
        ("Bron", "69029", 45.7390, 4.9130),
        ("Vienne", "38544", 45.5256, 4.8744),
    ]:
        commune = CommuneFactory(
            insee_code=code, name=name, latitude=latitude, longitude=longitude, postal_codes=[],
            **({"departement": isere} if code.startswith("38") else {}),
        )  # fmt: skip
        home(name, commune)
    assert shown(client, q="Villeurbanne") == ["centre"]
    assert sorted(shown(client, q="Villeurbanne", rayon="5")) == ["Bron", "centre"]
    assert sorted(shown(client, q="Villeurbanne", rayon="20")) == ["Bron", "centre"]
    assert sorted(shown(client, q="Villeurbanne", rayon="30")) == ["Bron", "Vienne", "centre"]


# --- who searches --------------------------------------------------------------------------


def test_two_searches_at_once_each_ask_their_own_reader(
    client: Client, cast: SimpleNamespace
) -> None:
    home("Un")
    amina = Reader(f.actor_for(cast.amina))
    of_amina, of_anybody = (
        OfferFilter(QueryDict("droits=on&etage=rdc"), queryset=open_rows(clock.now()), reader=each)
        for each in (amina, Reader(ANONYMOUS))
    )
    assert [each.filters["droits"].parent.reader for each in (of_amina, of_anybody)] == [
        of_amina.reader,
        of_anybody.reader,
    ]
    assert "droits" not in of_anybody.form.fields
    of_amina.say_counts(of_amina.counts(of_amina.narrowed()))
    labels = [str(label) for _value, label in of_anybody.form.fields["pieces"].choices]
    assert labels == ["T1", "T2", "T3", "T4", "T5 et plus"]


@pytest.fixture
def wishes(cast: SimpleNamespace) -> SimpleNamespace:
    """Amina wishes for Villeurbanne; Bron is next to it, Givors in the same département, Annecy
    far away."""
    places = SimpleNamespace(
        villeurbanne=CommuneFactory(),
        bron=CommuneFactory(
            insee_code="69029", name="Bron", latitude=45.739, longitude=4.913, postal_codes=[]
        ),
        givors=CommuneFactory(
            insee_code="69091", name="Givors", latitude=45.59, longitude=4.77, postal_codes=[]
        ),
        annecy=CommuneFactory(
            insee_code="74010", name="Annecy", latitude=45.9, longitude=6.12, postal_codes=[],
            departement=DepartementFactory(code="74", name="Haute-Savoie"),
        ),
    )  # fmt: skip
    WishedCommune.objects.create(dossier=cast.amina.dossier, slot=1, commune=places.villeurbanne)
    for days, name in enumerate(["annecy", "givors", "bron", "villeurbanne"], start=1):
        home(name, getattr(places, name), closes_at=clock.now() + timedelta(days=days))
    return places


def test_the_list_goes_from_the_communes_asked_for_outwards(
    login: Callable[[object], Client], cast: SimpleNamespace, wishes: SimpleNamespace
) -> None:
    client = login(cast.amina)
    body = search(client)
    assert names(body) == ["villeurbanne", "bron", "givors"]
    assert re.findall(r"<h2>((?:Dans|Ailleurs)[^<]+)</h2>", body) == [
        "Dans vos communes",
        "Dans les communes voisines",
        "Ailleurs dans le département",
    ]
    assert names(search(client, tri="loyer")) == ["villeurbanne", "bron", "givors"]
    assert shown(client, ou="communes") == ["villeurbanne"]
    assert shown(client, ou="partout") == ["annecy", "givors", "bron", "villeurbanne"]
    assert shown(client, q="Annecy") == ["annecy"]
    assert shown(client, q="Annecy", ou="communes") == []


def test_groups_go_on_from_page_to_page(
    login: Callable[[object], Client], cast: SimpleNamespace, wishes: SimpleNamespace
) -> None:
    for _n in range(21):
        home("autre", wishes.givors, closes_at=clock.now() + timedelta(hours=1))
    client = login(cast.amina)
    first = search(client)
    assert names(first)[:2] == ["villeurbanne", "bron"]
    assert len(names(first)) == 20
    assert names(follow(client, "next", first)) == ["autre"] * 3 + ["givors"]


def test_only_the_homes_that_she_is_entitled_to(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    """One person, 21,000 € in 2024: above PLAI 2026 outside Île-de-France (about 12,900 €),
    below PLUS (23,403 €)."""
    home("PLAI", funding="PLAI")
    home("PLUS", funding="PLUS")
    home("libre", kind="temporary", funding="")
    home("salariés", employees_only=True)
    amina = login(cast.amina)
    assert sorted(shown(amina, droits="on")) == ["PLUS", "libre", "salariés"]
    cast.amina.dossier.employment_sector = "public"
    cast.amina.dossier.save()
    assert sorted(shown(amina, droits="on")) == ["PLUS", "libre"]


def test_a_home_for_others_by_age_or_situation_is_none_of_hers(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    """Amina is salaried, of a private firm, and 38 years old or more, whatever the year."""
    home("jeunes", programme="young_workers", max_age=30)
    home("aînés", min_age=38)
    home("étudiants", programme="students", statuses=["student", "apprentice"])
    home("facultés", programme="students", statuses=["student"])
    home("actifs", programme="young_workers", statuses=["employee"])
    amina = login(cast.amina)
    assert sorted(shown(amina, droits="on")) == ["actifs", "aînés"]
    body = search(amina)
    assert body.count("Hors de la tranche d&#39;âge") == 1
    assert body.count("Réservé à d&#39;autres situations") == 1
    # Somebody salaried may be an apprentice.
    assert body.count("Conditions à vérifier") == 1
    Dossier.objects.filter(pk=cast.amina.dossier.pk).update(employment_sector="student")
    assert sorted(shown(amina, droits="on")) == ["aînés", "étudiants"]
    Dossier.objects.filter(pk=cast.amina.dossier.pk).update(birth_date=None)
    assert shown(amina, droits="on") == ["étudiants"]


def test_a_visitor_has_no_rights_to_filter_by(client: Client, cast: SimpleNamespace) -> None:
    home("PLAI", funding="PLAI")
    assert shown(client, droits="on", ou="communes") == ["PLAI"]
    assert 'name="droits"' not in search(client)


def test_homes_of_the_usual_size_come_first(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    """For one person, one or two rooms are usual."""
    for rooms in (5, 3, 1, 2):
        home(f"{rooms} pièces", rooms=rooms, closes_at=clock.now() + timedelta(days=rooms))
    assert shown(login(cast.amina), tri="adapte") == [
        "1 pièces", "2 pièces", "3 pièces", "5 pièces",
    ]  # fmt: skip
    # Two rooms or three for two: the child to be born will live there.
    HouseholdMember.objects.create(
        dossier=cast.amina.dossier, first_name="Bébé", link="child", expected=True
    )
    assert shown(login(cast.amina), tri="adapte") == [
        "2 pièces", "3 pièces", "1 pièces", "5 pièces",
    ]  # fmt: skip


def test_a_card_says_that_one_has_applied(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    f.offer_of(cast.lac)
    assert search(login(cast.amina)).count("Vous avez postulé") == 1
    assert "Vous avez postulé" not in search(login(cast.bruno))


@pytest.mark.parametrize("rows", [1, 20])
def test_a_grouped_list_costs_twelve_statements(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    wishes: SimpleNamespace,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    Offer.objects.all().delete()
    for _row in range(rows):
        f.OfferFactory()
    client = login(cast.amina)
    with django_assert_num_queries(12):
        search(client)


# --- the map -------------------------------------------------------------------------------


def test_the_picture_under_the_map_is_up_to_date() -> None:
    before = PICTURE.read_text()
    call_command("draw_map", verbosity=0)
    after = PICTURE.read_text()
    PICTURE.write_text(before)
    assert before == after


def test_homes_of_one_place_share_a_marker(client: Client, cast: SimpleNamespace) -> None:
    home("Un")
    home("Deux")
    annecy = CommuneFactory(
        insee_code="74010", name="Annecy", latitude=45.9, longitude=6.12,
        departement=DepartementFactory(code="74", name="Haute-Savoie"),
    )  # fmt: skip
    lone = home("Trois", annecy)
    body = search(client)
    labels = re.findall(r'class="map__marker" href="([^"]+)"><title>([^<]+)</title>', body)
    assert set(labels) == {
        (reverse("offer", args=[lone.public_id]), "T3, Trois, Annecy (74)"),
        ("/logements/?q=Villeurbanne+%2869%29", "2 logements : Villeurbanne (69)"),
    }


def test_a_page_without_a_place_on_the_map_has_no_map(
    client: Client, cast: SimpleNamespace
) -> None:
    home("Nulle part", CommuneFactory(latitude=None, longitude=None))
    body = search(client)
    assert ("Nulle part" in body, "map__marker" in body) == (True, False)


def test_the_order_by_size_is_offered_to_whom_it_serves(
    client: Client, login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    assert 'value="adapte"' not in search(client)
    assert 'value="adapte"' in search(login(cast.amina))
    assert 'value="adapte"' not in search(login(f.person("Nadia")))


def test_a_code_of_no_departement_is_refused(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    home("ici")
    client = login(cast.amina)
    assert (shown(client, q="69"), shown(client, q="99")) == (["ici"], [])
    assert client.get("/mes-alertes/creer/?q=99")["Location"] == "/logements/?q=99"
