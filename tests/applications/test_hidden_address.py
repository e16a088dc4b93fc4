"""Homes whose address is a danger to those who live there."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from applications.models import Candidacy
from listings import services
from listings.models import AlertSubscription, Offer, SavedSearch
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
        organisation=cast.lac,
        name=SECRETS[0],
        address=SECRETS[1],
        latitude=45.78,
        longitude=4.91,
        storeys=17,
        built_in=1937,
        qpv=True,
        heating="collective",
        heating_energy="wood",
    )
    home = f.DwellingFactory(residence=residence)
    picture = f.picture_of(home)
    type(picture).objects.filter(pk=picture.pk).update(alt=SECRETS[2])
    return f.OfferFactory(dwelling=home, published_at=None, **KINDS[request.param])


def leaks(text: str, offer: Offer) -> list[str]:
    """What the text tells of where the home stands: its words, its pictures, its landlord's
    reference, the addresses of its drawings, where it is on a map."""
    dwelling = offer.dwelling
    ids = [str(each.public_id) for each in (dwelling, dwelling.residence)]
    told = [*SECRETS, *ids, dwelling.reference, "/images/", "45.78", "4.91"]
    # The microseconds of an instant (…:24.913) are no longitude.
    text = re.sub(r":\d\d\.\d+", "", text)
    return [each for each in told if each in text]


# What its building is like, as the page of a home says it of others.
BUILDING = ("2 sur 1", "1937", "Chauffage</dt>", "Bois", "Quartier prioritaire", "/dessins/")


def test_nobody_learns_where_it_stands_before_being_chosen(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client], client: Client
) -> None:
    for slot, (person, frequency) in enumerate([(cast.amina, "now"), (cast.bruno, "daily")]):
        SavedSearch.objects.create(
            person=person, slot=slot + 1, name="Tout", frequency=frequency, spots=["*"]
        )
        AlertSubscription.objects.get_or_create(person=person)
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    services.find_alerts()
    with clock.travel(clock.now() + timedelta(days=1)):
        assert services.send_digests() == 1
    page = reverse("offer", args=[refuge.public_id])
    pages = [page, "/logements/", "/mes-favoris/", "/mes-candidatures/", "/mes-alertes/"]
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
    read = public + [amina.get(each).content.decode() for each in [*own, "/messages/"]]
    assert "T3, adresse protégée" in amina.get("/mes-alertes/").content.decode()
    read += [f"{each.title} {each.body}" for each in Notice.objects.all()]
    read += [each.text for each in MailBody.objects.all()]
    read += [f"{each.body_text} {each.body_html}" for each in OutboxMessage.objects.all()]
    assert len(read) >= 14
    assert [leaks(each, refuge) for each in read] == [[]] * len(read)
    assert "Ascenseur : oui → non" in amina.get(page).content.decode()


def test_it_is_not_told_beside_the_others(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client], client: Client
) -> None:
    """Around an ordinary home, open or closed; and when that one closed while she was applying."""
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    beside, closed = f.offer_of(cast.lac), f.offer_of(cast.lac)
    f.close(closed)
    amina = login(cast.amina)
    late = reverse("apply", args=[closed.public_id])
    read = [
        page.content.decode()
        for page in (
            client.get(reverse("offer", args=[beside.public_id])),
            amina.get(reverse("offer", args=[beside.public_id])),
            amina.get(reverse("offer", args=[closed.public_id])),
            amina.post(late, {}),
        )
    ]
    assert [leaks(each, refuge) for each in read] == [[]] * 4
    link = reverse("offer", args=[refuge.public_id])
    assert ["T3, adresse protégée" in each and link in each for each in read] == [True] * 4


def test_its_own_page_does_not_let_it_be_recognised(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client], client: Client
) -> None:
    """The same dwelling may have been let to everybody before, under the same drawings."""
    services.publish_offer(actor=cast.as_claire, offer=refuge, expected_version=1)
    services.update_residence(
        actor=cast.as_claire,
        residence=refuge.dwelling.residence,
        changes={"built_in": 1938, "storeys": 18, "heating_energy": "gas"},
        expected_version=refuge.dwelling.residence.version,
    )
    page = reverse("offer", args=[refuge.public_id])
    told = client.get(page).content.decode()
    main = told[told.index("<h1") : told.index('id="choix"')]
    assert [each for each in (*BUILDING, "1938", "Gaz") if each in main] == []
    assert "Étage" in main
    assert "1938" in login(cast.claire).get(page).content.decode()


def test_its_landlord_previews_what_others_read(
    refuge: Offer, cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    page = reverse("offer_preview", args=[refuge.public_id])
    told = login(cast.claire).get(page).content.decode()
    assert "T3, adresse protégée" in told
    assert leaks(told.replace(refuge.dwelling.reference, ""), refuge) == []


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
