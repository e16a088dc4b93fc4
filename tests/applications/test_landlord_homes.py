"""Claire opens a residence, then a dwelling, and reads how its offers do."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings.models import Dwelling, Offer, OfferDailyViews, Residence
from tests import factories as f

pytestmark = pytest.mark.django_db
Login = Callable[[object], Client]


@pytest.fixture
def home(cast: SimpleNamespace) -> Residence:
    """Three homes are open: A-1 with two candidates, A-2 and A-3 with none. A-4 was let, A-5 is
    not offered yet. Another residence of the landlord has an open offer too."""
    residence: Any = f.ResidenceFactory(organisation=cast.lac, name="Les Tilleuls")
    end = clock.end_of_local_day(clock.now(), 0)
    for name, days, seen in (("A-1", 9, 40), ("A-2", 3, 7), ("A-3", 0, 2), ("A-4", -1, 1_000)):
        offer: Any = f.OfferFactory(
            dwelling=f.DwellingFactory(residence=residence, reference=name),
            closes_at=end + timedelta(days=days),
        )
        for part, day in ((seen - 1, date(2026, 1, 5)), (1, date(2026, 1, 6))):
            OfferDailyViews.objects.create(offer=offer, day=day, count=part)
    f.DwellingFactory(residence=residence, reference="A-5")
    for person in (cast.amina, cast.bruno):
        f.submitted(person, offer_of("A-1"))
    OfferDailyViews.objects.create(offer=f.offer_of(cast.lac), day=date(2026, 1, 5), count=500)
    return residence


def offer_of(reference: str) -> Offer:
    return Offer.objects.get(dwelling__reference=reference)


def text_of(client: Client, name: str, thing: Residence | Dwelling) -> str:
    answer = client.get(reverse(name, args=[thing.public_id]))
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2]
    words = re.sub(r"<[^>]*>", " ", main.partition("</main>")[0])
    return " ".join(unescape(words).split())


def test_a_residence_sums_its_open_offers_and_names_those_without_candidates(
    home: Residence, cast: SimpleNamespace, login: Login
) -> None:
    said = text_of(login(cast.claire), "residence", home)
    # 40 + 7 + 2: neither the offer that closed, nor that of the other residence.
    figures = "3 offres ouvertes 49 consultations 2 candidatures reçues"
    assert f"{figures} 0 jours avant la première clôture" in said
    waiting = said.partition("Sans candidature")[2].partition("Logements")[0]
    assert waiting.strip() == (
        "T3 · A-3 dernier jour · 2 consultations T3 · A-2 encore 3 jours · 7 consultations"
    )


def test_each_dwelling_of_a_residence_says_how_its_open_offer_does(
    home: Residence, cast: SimpleNamespace, login: Login
) -> None:
    page = login(cast.claire).get(reverse("residence", args=[home.public_id])).content.decode()
    rows = {}
    for row in re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2], re.S):
        cells = [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row.split("<td")]
        rows[cells[0].split()[-1]] = [
            cell.rpartition("> ")[2].split(">")[-1] for cell in cells[-3:]
        ]
    assert list(rows) == ["A-1", "A-2", "A-3", "A-4", "A-5"]
    assert [rows[name][1:] for name in rows] == [
        ["40", "2"],
        ["7", "aucun"],
        ["2", "aucun"],
        ["–", "–"],
        ["–", "–"],
    ]
    assert "encore 9 jours" in rows["A-1"][0].replace("\u00a0", " ")


def test_a_residence_where_nothing_is_open_says_so(
    home: Residence, cast: SimpleNamespace, login: Login
) -> None:
    Offer.objects.update(closes_at=clock.now() - timedelta(minutes=1))
    said = text_of(login(cast.claire), "residence", home)
    assert "Aucune offre de cette résidence ne reçoit de candidatures en ce moment." in said
    assert "Sans candidature" not in said


def test_many_without_candidates_lead_to_the_list(
    home: Residence, cast: SimpleNamespace, login: Login
) -> None:
    """Six are named; the list narrowed to them holds all eight, and nothing else."""
    for n in range(6):
        f.OfferFactory(dwelling=f.DwellingFactory(residence=home, reference=f"B-{n}"))
    client = login(cast.claire)
    page = client.get(reverse("residence", args=[home.public_id])).content.decode()
    assert "Toutes les offres sans candidature (2 de plus)" in page
    (href,) = re.findall(r'href="([^"]*sans-candidat[^"]*)"', page)
    listed = client.get(unescape(href)).content.decode()
    assert len(re.findall(r"[AB]-\d ·", listed)) == 8
    assert "A-1 ·" not in listed


def test_a_dwelling_tells_the_numbers_of_each_of_its_offers(
    home: Residence, cast: SimpleNamespace, login: Login
) -> None:
    dwelling = Dwelling.objects.get(reference="A-1")
    older = f.OfferFactory(
        dwelling=dwelling,
        created_at=clock.now() - timedelta(days=99),
        closes_at=clock.now() - timedelta(days=1),
    )
    OfferDailyViews.objects.create(offer=older, day=date(2026, 1, 5), count=12)
    said = text_of(login(cast.claire), "dwelling", dwelling).partition("Ses offres")[2]
    open_one, closed_one = said.split("Publiée le")[1:]
    assert "Ouverte" in open_one
    assert "encore 9 jours" in open_one
    assert open_one.endswith("40 2 ")
    assert "Clôturée" in closed_one
    assert "jour" not in closed_one
    assert closed_one.strip().endswith("12 0")


@pytest.mark.parametrize("n", [1, 30])
def test_they_ask_the_same_of_one_and_of_thirty(
    cast: SimpleNamespace, login: Login, django_assert_num_queries: Any, n: int
) -> None:
    residence: Any = f.ResidenceFactory(organisation=cast.lac)
    dwelling: Any = f.DwellingFactory(residence=residence, reference="A-0")
    for rank in range(n):
        f.OfferFactory(dwelling=dwelling)
        f.OfferFactory(dwelling=f.DwellingFactory(residence=residence, reference=f"A-{rank + 1}"))
    client = login(cast.claire)
    for name, thing, queries in (("residence", residence, 9), ("dwelling", dwelling, 8)):
        address = reverse(name, args=[thing.public_id])
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
