"""Residences for young workers and students: who enters, and what they may ask."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Dossier, WishedCommune
from eligibility.services import derive_facts
from listings import services
from listings.models import OfferAlert, SavedSearch
from listings.queries import Reader
from listings.queries.matching import counts_today
from listings.queries.seniority import matching_count
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_number(cast: SimpleNamespace) -> SimpleNamespace:
    """Amina, 21,000 € (below PLUS), whose demande is not registered."""
    dossier = cast.amina.dossier
    Dossier.objects.filter(pk=dossier.pk).update(numero_unique="", numero_registered_on=None)
    derive_facts(dossier_ids=[dossier.pk])
    return cast


def test_a_residence_is_open_to_those_without_numero_unique_everywhere(
    without_number: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    """L441-2-1 CCH asks the number of what a commission examines: not of a residence."""
    cast = without_number
    search = SavedSearch.objects.create(
        person=cast.amina, slot=1, name="Droits", frequency="daily", eligible_only=True, spots=["*"]
    )
    drafts = {
        programme: f.offer_of(cast.lac, programme=programme, published_at=None)
        for programme in ("ordinary", "young_workers")
    }
    for draft in drafts.values():
        WishedCommune.objects.get_or_create(
            dossier=cast.amina.dossier, commune=draft.dwelling.residence.commune, slot=1
        )
        services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
    services.find_alerts()
    family, residence = drafts["ordinary"], drafts["young_workers"]
    assert [each.offer for each in OfferAlert.objects.all()] == [residence]
    assert counts_today([search], Reader(f.actor_for(cast.amina))) == {search.pk: 1}
    assert (matching_count(family).number, matching_count(residence).number) == (0, 1)
    body = login(cast.amina).get("/logements/?" + urlencode({"droits": "on", "ou": "partout"}))
    found = body.content.decode()
    assert [str(each.public_id) in found for each in (family, residence)] == [False, True]
    page = login(cast.amina).get(reverse("offer", args=[residence.public_id])).content.decode()
    assert "numéro unique" not in page.split("<footer")[0].lower()
