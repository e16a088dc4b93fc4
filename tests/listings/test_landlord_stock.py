"""Claire keeps the residences and the dwellings of Habitat du Lac."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from listings import services
from listings.models import Dwelling, Residence
from listings.rules.places import too_far
from territory.models import Commune
from tests import factories as f

pytestmark = pytest.mark.django_db

RESIDENCE = {
    "name": "Les Roseaux",
    "reference": "RX-01",
    "address": "3 quai des Cygnes",
    "postal_code": "69100",
    "commune": "",
    "latitude": "",
    "longitude": "",
    "storeys": "4",
    "lift": "on",
    "heating": "collective",
    "heating_energy": "gas",
}
DWELLING = {
    "reference": "A-12",
    "kind": "flat",
    "rooms": "3",
    "surface_m2": "62,5",
    "annexes_m2": "10 m²",
    "floor": "2",
    "dpe": "C",
    "ges": "D",
}


@pytest.fixture
def home(cast: SimpleNamespace) -> Residence:
    return f.ResidenceFactory(organisation=cast.lac)


def filled(home: Residence, **changes: str) -> dict[str, str]:
    label = f"{home.commune.name} ({home.commune.departement_id})"
    return RESIDENCE | {"commune": label} | changes


def test_a_residence_then_a_dwelling(cast: SimpleNamespace, login: Any, home: Residence) -> None:
    client = login(cast.claire)
    answer = client.post(reverse("residence_create"), filled(home))
    made = Residence.objects.get(reference="RX-01")
    assert answer["Location"] == reverse("residence", args=[made.public_id])
    assert (made.organisation, made.commune, made.lift, made.heating_energy) == (
        cast.lac,
        home.commune,
        True,
        "gas",
    )
    answer = client.post(reverse("dwelling_create", args=[made.public_id]), DWELLING)
    dwelling = Dwelling.objects.get(reference="A-12")
    assert answer["Location"] == reverse("dwelling", args=[dwelling.public_id])
    assert (dwelling.surface_m2, dwelling.annexes_m2) == (Decimal("62.5"), Decimal("10"))
    # R331-10 CCH: half of the annexes; 62.5 + 5.
    assert dwelling.usable_surface_m2 == Decimal("67.5")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Remplissez « Nom de la résidence »."),
        ({"commune": "Xyzabc"}, "Nous ne trouvons pas cette commune."),
        ({"latitude": "45,7"}, "La latitude et la longitude vont ensemble."),
        ({"latitude": "48,85", "longitude": "2,35"}, "à plus de 40 km de"),
        ({"postal_code": "6910"}, "Un code postal a cinq chiffres."),
    ],
)
def test_what_a_residence_refuses(
    cast: SimpleNamespace, login: Any, home: Residence, typed: dict[str, str], said: str
) -> None:
    home.commune.latitude, home.commune.longitude = 45.77, 4.88
    home.commune.save()
    answer = login(cast.claire).post(reverse("residence_create"), filled(home, **typed))
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("\u00a0", " ")
    assert "3 quai des Cygnes" in answer.content.decode()
    assert Residence.objects.count() == 1


def test_a_reference_names_one_residence_of_a_landlord(
    cast: SimpleNamespace, login: Any, home: Residence
) -> None:
    f.ResidenceFactory(organisation=cast.oc, reference="RX-01")
    client = login(cast.claire)
    assert client.post(reverse("residence_create"), filled(home)).status_code == 302
    again = client.post(reverse("residence_create"), filled(home, reference="rx-01"))
    assert again.status_code == 422
    assert (
        "Une autre de vos résidences porte cette référence, majuscules et" in again.content.decode()
    )


def test_a_flat_is_not_above_the_roof(cast: SimpleNamespace, login: Any, home: Residence) -> None:
    address = reverse("dwelling_create", args=[home.public_id])
    answer = login(cast.claire).post(address, DWELLING | {"floor": "5"})
    assert answer.status_code == 422
    assert "La résidence a 4 étages" in answer.content.decode()


def test_two_agents_at_once_lose_nothing(
    cast: SimpleNamespace, login: Any, home: Residence
) -> None:
    services.update_residence(
        actor=cast.as_chloe,
        residence=home,
        changes={"name": "Les Ormes"},
        expected_version=home.version,
    )
    address = reverse("residence_edit", args=[home.public_id])
    client = login(cast.claire)
    stale = client.post(address, filled(home, name="Les Saules", version="1"))
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "Les Saules" in page
    assert "Les Ormes" in page
    assert "Chloé" in page
    home.refresh_from_db()
    assert home.name == "Les Ormes"
    assert client.post(address, filled(home, name="Les Saules", version="2")).status_code == 302
    home.refresh_from_db()
    assert (home.name, home.version) == ("Les Saules", 3)


def test_what_was_offered_is_not_deleted(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac)
    client = login(cast.claire)
    answer = client.post(reverse("dwelling_delete", args=[offer.dwelling.public_id]))
    assert answer.status_code == 422
    assert "Ce logement a des offres" in answer.content.decode()
    answer = client.post(reverse("residence_delete", args=[offer.dwelling.residence.public_id]))
    assert "Cette résidence a des logements" in answer.content.decode()
    assert Dwelling.objects.filter(pk=offer.dwelling_id).exists()


def test_what_was_never_offered_is_deleted(
    cast: SimpleNamespace, login: Any, home: Residence
) -> None:
    dwelling = f.DwellingFactory(residence=home)
    client = login(cast.claire)
    client.post(reverse("dwelling_delete", args=[dwelling.public_id]))
    client.post(reverse("residence_delete", args=[home.public_id]))
    assert (Dwelling.objects.count(), Residence.objects.count()) == (0, 0)


@pytest.mark.parametrize("n", [1, 30])
def test_lists_ask_the_same_questions_for_one_and_for_thirty(
    cast: SimpleNamespace, login: Any, django_assert_num_queries: Any, n: int
) -> None:
    home = f.ResidenceFactory(organisation=cast.lac)
    f.ResidenceFactory.create_batch(n - 1, organisation=cast.lac)
    f.DwellingFactory.create_batch(n, residence=home)
    client = login(cast.claire)
    for address, queries in (
        (reverse("residences"), 7),
        (reverse("offer_new"), 7),
    ):
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_a_landlord_sees_no_one_else_s_stock(cast: SimpleNamespace, login: Any) -> None:
    f.ResidenceFactory(organisation=cast.lac, name="SECRET-DU-LAC")
    page = login(cast.david).get(reverse("residences")).content.decode()
    assert "SECRET-DU-LAC" not in page
    assert "Aucune résidence" in page


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"latitude": 45.9}, "residence_stands_in_france"),
        ({"latitude": 51.5, "longitude": -0.12}, "residence_stands_in_france"),
        ({"postal_code": "74"}, "residence_postal_code_wellformed"),
        ({"built_in": 19}, "residence_year_is_plausible"),
        ({"heating": "soleil"}, "residence_heating_known"),
    ],
)
def test_the_database_refuses_by_name(
    home: Residence, change: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Residence.objects.filter(pk=home.pk).update(**change)


def test_overseas_is_in_france(home: Residence) -> None:
    for place in ((-21.1, 55.4), (16.2, -61.5), (45.9, 6.1)):
        Residence.objects.filter(pk=home.pk).update(latitude=place[0], longitude=place[1])


def test_distance_from_the_town_hall() -> None:
    arles = Commune(insee_code="13004", latitude=43.6768, longitude=4.6278)
    assert not too_far(arles, (43.4108, 4.7303))  # Salin-de-Giraud
    assert too_far(arles, (43.2965, 5.3698))  # Marseille
    assert not too_far(Commune(insee_code="97353", latitude=3.64, longitude=-54.03), (2.6, -53.5))


def test_a_residence_does_not_lose_a_floor_where_somebody_lives(cast: SimpleNamespace) -> None:
    """A flat is on the second floor; a house has floors of its own."""
    residence = f.ResidenceFactory(organisation=cast.lac, storeys=4)
    f.DwellingFactory(residence=residence, floor=2)
    f.DwellingFactory(residence=residence, floor=3, kind="house")
    with pytest.raises(ValidationError, match="2e étage"):
        services.update_residence(
            actor=cast.as_claire, residence=residence, changes={"storeys": 1}, expected_version=1
        )
    services.update_residence(
        actor=cast.as_claire, residence=residence, changes={"storeys": 2}, expected_version=1
    )
