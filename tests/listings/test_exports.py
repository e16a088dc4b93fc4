"""The stock leaves as a file that the import reads again; a file never lacks lines unsaid."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from listings import exports
from tests import factories as f

pytestmark = pytest.mark.django_db


def references(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith('attachment; filename="parc-')
    text = io.StringIO(answer.content.decode("utf-8-sig"))
    return [row["logement"] for row in csv.DictReader(text, delimiter=";")]


@pytest.fixture
def stock(cast: SimpleNamespace) -> None:
    for name, homes in (("Les Tilleuls", ("T1", "T2")), ("Le Parc", ("P1",))):
        residence = f.ResidenceFactory(organisation=cast.lac, name=name)
        for reference in homes:
            f.DwellingFactory(residence=residence, reference=reference)
    f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.oc), reference="X9")


def test_an_agent_takes_out_the_stock_or_what_she_searched(
    cast: SimpleNamespace, stock: None, login: Any
) -> None:
    claire = login(cast.claire)
    assert references(claire, "/bailleur/residences/parc.csv") == ["P1", "T1", "T2"]
    assert references(claire, "/bailleur/residences/parc.csv?q=tilleuls") == ["T1", "T2"]
    page = claire.get("/bailleur/residences/?q=tilleuls").content.decode()
    assert 'href="/bailleur/residences/parc.xlsx?q=tilleuls"' in page
    book = claire.get("/bailleur/residences/parc.xlsx")
    assert book.content[:4] == b"PK\x03\x04"


@pytest.mark.parametrize(
    "address", ["/bailleur/residences/parc.csv?q=", "/bailleur/offres/export.csv?"]
)
def test_a_list_longer_than_a_file_is_not_cut_in_silence(
    cast: SimpleNamespace,
    stock: None,
    login: Any,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    for _n in range(2):
        f.OfferFactory(dwelling__residence__organisation=cast.lac, organisation=cast.lac)
    monkeypatch.setattr(exports, "MOST_EXPORTED", 1)
    answer = login(cast.claire).get(address, follow=True)
    assert answer.redirect_chain
    assert "Restreignez-la par une recherche" in answer.content.decode()
