"""What « Mes alertes » says of each alert: why it finds nothing, and where what it finds is."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from eligibility.services import derive_facts
from listings.models import SavedSearch
from tests import factories as f
from tests.listings.test_alerts import saved

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
PASSED = "cette date est passée, l'alerte ne trouve plus rien de nouveau"


def listed(client: Client) -> str:
    return unescape(client.get("/mes-alertes/").content.decode()).replace("\u00a0", " ")


def test_an_alert_whose_date_has_passed_says_so_and_how_to_change_it(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    travel: Callable[[datetime], None],
) -> None:
    travel(datetime(2027, 5, 31, 12, 0, tzinfo=PARIS))
    saved(cast.bruno, "disponible=2027-06-01&pieces=3", name="Avant juin")
    saved(cast.bruno, "pieces=3", name="Sans date")
    assert PASSED not in listed(login(cast.bruno))
    travel(datetime(2027, 6, 1, 23, 59, tzinfo=PARIS))
    assert PASSED not in listed(login(cast.bruno))
    travel(datetime(2027, 6, 2, 0, 0, tzinfo=PARIS))
    body = listed(login(cast.bruno))
    assert body.count(PASSED) == 1
    assert "Disponible avant le 1er juin 2027" in body
    link = re.search(r'href="/logements/\?([^"]*)">Changer la date', body)
    assert link
    assert parse_qs(link[1]) == {"disponible": ["2027-06-01"], "pieces": ["3"]}


@pytest.mark.parametrize(
    ("asked", "eligible_only", "rights", "number"),
    [
        ("pieces=3", True, ["on"], "1 logement"),
        ("pieces=3&droits=on", False, None, "2 logements"),
        ("pieces=3&droits=on", True, ["on"], "1 logement"),
        ("pieces=3", False, None, "2 logements"),
    ],
)
def test_the_number_of_an_alert_is_that_of_the_list_it_leads_to(
    login: Callable[[object], Client],
    cast: SimpleNamespace,
    asked: str,
    eligible_only: bool,
    rights: list[str] | None,
    number: str,
) -> None:
    """Two homes, one of which is above her: whether only her rights count is what the alert says
    now, whatever the search said that it was made from."""
    derive_facts(dossier_ids=[cast.amina.dossier.pk])
    f.offer_of(cast.lac, funding="PLUS")
    f.offer_of(cast.lac, funding="PLAI")
    search = saved(cast.amina, asked, eligible_only=eligible_only)
    client = login(cast.amina)
    link = re.search(r'href="(/logements/\?([^"]*))">([^<]*?) en ce moment', listed(client))
    assert link
    assert (parse_qs(link[2]).get("droits"), link[3]) == (rights, number)
    shown = client.get(link[1]).content.decode().replace("\u00a0", " ")
    assert f'role="status">{number}' in shown
    edited = unescape(client.get(f"/mes-alertes/{search.public_id}/").content.decode())
    assert f'href="{link[1]}"' in edited
    assert SavedSearch.objects.get().query == asked
