"""Homes whose address is a danger to those who live there."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Candidacy
from listings import services
from listings.models import Offer, SavedSearch
from notifications.models import MailBody, Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db
SECRETS = ("Refuge Olympe", "9 impasse Discrète", "Salon du refuge")
KINDS: list[dict[str, Any]] = [
    {"kind": "temporary", "programme": "emergency", "funding": "", "deposit": 0},
    {"priority_publics": ["violence"]},
]


@pytest.fixture(params=[0, 1])
def refuge(cast: SimpleNamespace, request: pytest.FixtureRequest) -> Offer:
    """A home of the town hall's commune that stands elsewhere, with a photograph."""
    residence = f.ResidenceFactory(
        organisation=cast.lac, name=SECRETS[0], address=SECRETS[1], latitude=45.78, longitude=4.91
    )
    home = f.DwellingFactory(residence=residence)
    picture = f.picture_of(home)
    type(picture).objects.filter(pk=picture.pk).update(alt=SECRETS[2])
    return f.OfferFactory(dwelling=home, published_at=None, **KINDS[request.param])


def leaks(text: str, offer: Offer) -> list[str]:
    """What the text tells of where the home stands: its words, its picture, its residence."""
    told = [*SECRETS, str(offer.dwelling.residence.public_id), "/images/"]
    return [each for each in told if each in text]


def test_nobody_learns_where_it_stands_before_being_chosen(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client], client: Client
) -> None:
    SavedSearch.objects.create(person=cast.amina, slot=1, name="Tout", frequency="now", spots=["*"])
    services.unmute_alerts(actor=cast.as_amina)
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    services.find_alerts()
    page = reverse("offer", args=[refuge.public_id])
    pages = [page, "/logements/", "/mes-favoris/", "/mes-candidatures/"]
    public = [client.get(each).content.decode() for each in pages[:2]]
    assert "adresse protégée" in public[1]
    services.keep_favourite(actor=cast.as_amina, offer=refuge)
    candidacy = f.submitted(cast.amina, refuge)
    services.update_residence(
        actor=cast.as_claire,
        residence=refuge.dwelling.residence,
        changes={"address": f"{SECRETS[1]} bis", "lift": False},
        expected_version=refuge.dwelling.residence.version,
    )
    amina = login(cast.amina)
    own = [*pages, reverse("candidacy", args=[candidacy.public_id]), "/mon-dossier/"]
    read = public + [amina.get(each).content.decode() for each in own]
    read += [f"{each.title} {each.body}" for each in Notice.objects.all()]
    read += [each.text for each in MailBody.objects.all()]
    read += [each.body_text for each in OutboxMessage.objects.all()]
    assert len(read) >= 10
    assert [leaks(each, refuge) for each in read] == [[]] * len(read)
    assert "Ascenseur : oui → non" in amina.get(page).content.decode()


def test_the_marker_of_the_map_is_at_the_town_hall(
    refuge: Offer, cast: SimpleNamespace, client: Client
) -> None:
    commune = refuge.dwelling.residence.commune
    type(commune).objects.filter(pk=commune.pk).update(latitude=45.7719, longitude=4.8902)
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    hidden = client.get("/logements/").content.decode()
    type(refuge.dwelling.residence).objects.update(latitude=None, longitude=None)
    assert markers(client.get("/logements/").content.decode()) == markers(hidden) != []


def markers(page: str) -> list[str]:
    return [line for line in page.splitlines() if "<circle" in line or "marker" in line]


def test_who_is_chosen_learns_it_and_the_landlord_knows(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    candidacy = f.submitted(cast.amina, refuge)
    page = reverse("offer", args=[refuge.public_id])
    assert SECRETS[1] not in login(cast.amina).get(page).content.decode()
    assert SECRETS[1] in login(cast.claire).get(page).content.decode()
    Candidacy.objects.filter(pk=candidacy.pk).update(state="proposal")
    assert SECRETS[1] in login(cast.amina).get(page).content.decode()
    assert SECRETS[1] not in login(cast.bruno).get(page).content.decode()
