"""An emergency home may ask no rent: it is entered, found, read and told so."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings import services
from listings.models import AlertRun, Offer, OfferAlert, SavedSearch
from listings.queries.landlord import revisions_of
from notifications.models import Notice
from tests import factories as f

pytestmark = pytest.mark.django_db
SHELTER: dict[str, Any] = {
    "kind": "temporary", "programme": "emergency", "funding": "", "rent": Decimal(0),
    "deposit": Decimal(0),
}  # fmt: skip


def shelter(cast: SimpleNamespace, **fields: Any) -> Offer:
    return f.offer_of(cast.lac, **SHELTER | fields)


def read(client: Client, address: str, **asked: str) -> str:
    return client.get(address, asked).content.decode().replace("\u00a0", " ")


def test_a_home_without_rent_is_entered_and_published(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    dwelling = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    today, client = clock.today(), login(cast.claire)
    page = reverse("offer_create", args=[dwelling.public_id])
    typed = {
        "programme": "emergency", "proposed_for": "emergency", "funding": "", "rent": "0",
        "charges": "30", "parking": "none", "version": "0",
        "available_on": f"{today:%d/%m/%Y}", "opens_on": f"{today:%d/%m/%Y}", "opens_hour": "00:00",
        "closes_on": f"{today + timedelta(days=10):%d/%m/%Y}", "closes_hour": "18:00",
    }  # fmt: skip
    refused = client.post(page, typed | {"deposit": "50"})
    assert refused.status_code == 422
    assert "Un logement sans loyer ne demande pas de dépôt" in refused.content.decode()
    seasonal = {"programme": "seasonal", "proposed_for": "seasonal"}
    refused = client.post(page, typed | seasonal)
    assert "Seul un logement d&#39;urgence peut être sans loyer." in refused.content.decode()
    assert Offer.objects.count() == 0
    client.post(page, typed)
    offer = Offer.objects.get()
    assert (offer.rent, offer.deposit, offer.charges) == (0, 0, 30)
    services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)


@pytest.mark.parametrize(
    "changes",
    [
        {"programme": "seasonal"},
        {"rent": Decimal("-1"), "deposit": Decimal("-1")},
        {"charges": Decimal("-1")},
    ],
)
def test_no_other_home_is_without_rent(cast: SimpleNamespace, changes: dict[str, Any]) -> None:
    offer = shelter(cast)
    with (
        pytest.raises(IntegrityError, match="offer_amounts_are_positive"),
        transaction.atomic(),
    ):
        Offer.objects.filter(pk=offer.pk).update(**changes)


def test_a_file_says_it_too(cast: SimpleNamespace) -> None:
    residence = f.ResidenceFactory(organisation=cast.lac, reference="TIL-01")
    f.DwellingFactory(residence=residence, reference="A-1")
    lines = "residence;logement;type_offre;financement;loyer\r\nTIL-01;A-1;{};aucun;0"

    def line(programme: str) -> Any:
        content = lines.format(programme).encode()
        return services.send_import(
            actor=cast.as_claire, name="parc.csv", content=content
        ).lines.get()

    assert line("logement d'urgence").changes == [
        ["Offre", "rien", "nouveau brouillon, sans loyer"]
    ]
    assert "Seul un logement d'urgence" in line("logement de travailleurs saisonniers").reasons[0]


def test_it_is_found_and_read(cast: SimpleNamespace, login: Callable[[object], Client]) -> None:
    """The cheapest comes first, whatever one is ready to pay."""
    free, dear = shelter(cast, charges=Decimal(0)), f.offer_of(cast.lac)
    client = login(cast.amina)
    found = read(client, reverse("offer_search"), tri="loyer", loyer_max="300", ou="partout")
    assert "Sans loyer <small>ni charges</small>" in found
    assert reverse("offer", args=[dear.public_id]) not in found
    everything = read(client, reverse("offer_search"), tri="loyer", ou="partout")
    places = [everything.index(reverse("offer", args=[each.public_id])) for each in (free, dear)]
    assert places == sorted(places)
    page = read(client, reverse("offer", args=[free.public_id]))
    assert "Sans loyer <small>ni charges</small>" in page
    assert '<span>Loyer hors charges</span> <strong class="nowrap">sans loyer</strong>' in page
    charged = read(client, reverse("offer", args=[shelter(cast).public_id]))
    assert "75,00 € <small>par mois, charges comprises</small>" in charged


def test_who_applies_and_who_is_chosen_read_it(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = shelter(cast)
    client = login(cast.amina)
    assert "75,00 € par mois charges comprises" in read(
        client, reverse("apply", args=[offer.public_id])
    )
    free = shelter(cast, charges=Decimal(0))
    assert "sans loyer ni charges" in read(client, reverse("apply", args=[free.public_id]))
    candidacy = f.proposed(cast.amina, offer, cast.as_claire)
    page = read(client, reverse("candidacy", args=[candidacy.public_id]))
    assert "sans loyer" in page
    told = Notice.objects.get(recipient=cast.amina, title__startswith="Un logement vous est")
    assert "Sans loyer, plus 75,00 € de charges." in told.body


def test_alerts_say_it(cast: SimpleNamespace) -> None:
    SavedSearch.objects.create(
        person=cast.amina, slot=1, name="Moins de 100", frequency="now", spots=["*"], rent_max=100
    )
    services.unmute_alerts(actor=cast.as_amina)
    draft = shelter(cast, charges=Decimal(0), published_at=None)
    services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
    services.find_alerts()
    assert (OfferAlert.objects.count(), AlertRun.objects.get().found) == (1, 1)
    told = Notice.objects.get()
    assert "sans loyer" in told.title
    assert "sans loyer ni charges" in told.body


def test_what_a_free_home_said_is_kept_in_words(cast: SimpleNamespace) -> None:
    offer = shelter(cast)
    services.update_offer(
        actor=cast.as_claire, offer=offer, changes={"rent": Decimal(20)}, expected_version=1
    )
    ((change,),) = [each.changes for each in revisions_of(offer)]
    assert (change.before, change.after) == ("sans loyer", "20,00\u00a0€")
