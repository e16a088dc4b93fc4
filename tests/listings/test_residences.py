"""Residences for young workers and students: who enters, and what they may ask."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Dossier, WishedCommune
from alin.kit import clock
from eligibility.services import derive_facts
from listings import services
from listings.models import Dwelling, Offer, OfferAlert, Residence, SavedSearch
from listings.queries import Reader
from listings.queries.matching import counts_today
from listings.queries.seniority import matching_count
from listings.rules import publication_refusals
from territory.models import Commune
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


# --- conditions that are usual for a type of offer --------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    today = clock.today()
    return {
        "programme": "students",
        "proposed_for": "ordinary",
        "funding": "PLUS",
        "rent": "300",
        "charges": "20",
        "parking": "none",
        "available_on": f"{today + timedelta(days=30):%d/%m/%Y}",
        "opens_on": f"{today:%d/%m/%Y}",
        "opens_hour": "9h",
        "closes_on": f"{today + timedelta(days=10):%d/%m/%Y}",
        "closes_hour": "18h",
        "version": "1",
    } | changes


def test_the_usual_conditions_are_proposed_then_saved_as_the_agent_left_them(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    home = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    page, client = reverse("offer_create", args=[home.public_id]), login(cast.claire)
    proposed = client.post(page, typed())
    body = proposed.content.decode()
    assert (proposed.status_code, Offer.objects.count()) == (422, 0)
    assert body.count("Proposé pour ce type d&#39;offre") >= 3
    assert not re.search(r'name="max_age"[^>]*value=', body)
    assert re.search(r'name="max_stay_months"[^>]*value="12"', body)
    assert re.search(r'value="student"[^>]*checked', body)
    assert re.search(r'name="proposed_for"[^>]*value="students"', body)
    client.post(page, typed(proposed_for="students", max_age="", statuses="student"))
    made = Offer.objects.get()
    assert (made.max_age, made.statuses, made.max_stay_months) == (None, ["student"], None)
    preview = client.get(reverse("offer_preview", args=[made.public_id])).content.decode()
    assert ("L&#39;âge n&#39;est pas" in preview, "âge maximum écarte" in preview) == (False, False)
    assert "Toutes les situations sont acceptées" not in preview
    assert "La classe énergie (DPE) n&#39;est pas renseignée" in preview


def test_a_residence_for_students_that_sets_an_age_warns_its_agent(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    """L631-12: under thirty is for persons who train or are on a placement, not for students."""
    home = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    page, client = reverse("offer_create", args=[home.public_id]), login(cast.claire)
    client.post(page, typed(proposed_for="students", max_age="29", statuses="student"))
    made = Offer.objects.get()
    assert made.max_age == 29
    preview = client.get(reverse("offer_preview", args=[made.public_id])).content.decode()
    assert "L&#39;âge maximum écarte aussi les étudiants et les apprentis" in preview
    assert (
        "Pour les étudiants et les apprentis, et les personnes de moins de 30 ans en formation ou"
        " en stage." in preview
    )


def test_a_residence_for_young_workers_without_an_age_warns_its_agent(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    home = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    page, client = reverse("offer_create", args=[home.public_id]), login(cast.claire)
    client.post(page, typed(programme="young_workers", proposed_for="young_workers"))
    made = Offer.objects.get()
    preview = client.get(reverse("offer_preview", args=[made.public_id])).content.decode()
    assert "L&#39;âge n&#39;est pas entièrement conditionné" in preview


def test_what_the_agent_typed_is_not_replaced(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    home = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    page = reverse("offer_create", args=[home.public_id])
    body = login(cast.claire).post(page, typed(max_age="25")).content.decode()
    assert re.search(r'name="max_age"[^>]*value="25"', body)


def test_the_rent_is_explained_as_typed_even_when_the_page_is_refused(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    """Of a T3 of 62.5 m² in zone 1, PLUS: the verdict speaks of the 9 999 € just typed."""
    call_command("load_rent_ceilings", verbosity=0)
    offer = f.offer_of(cast.lac, published_at=None)
    page = reverse("offer_edit", args=[offer.public_id])
    body = login(cast.claire).post(
        page, typed(programme="ordinary", rent="9999", charges="", deposit="0")
    )
    assert body.status_code == 422
    said = re.sub(r"[\u00a0\u202f]", " ", body.content.decode())
    assert "9 999,00 €" in said


# --- what cannot be published ----------------------------------------------------------------


def refusals(cast: SimpleNamespace, offer: Offer) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=offer.version)
    return refused.value.message_dict


def test_a_bail_mobilite_is_furnished_and_lasts_ten_months_at_most(cast: SimpleNamespace) -> None:
    """Loi du 6 juillet 1989, articles 25-12 and 25-14."""
    offer = f.offer_of(cast.lac, kind="temporary", funding="", published_at=None)
    Dwelling.objects.filter(pk=offer.dwelling_id).update(furnished=False)
    assert list(refusals(cast, offer)) == ["furnished"]
    with (
        pytest.raises(IntegrityError, match="bail_mobilite_lasts_ten_months_at_most"),
        transaction.atomic(),
    ):
        Offer.objects.filter(pk=offer.pk).update(max_stay_months=11)
    Dwelling.objects.filter(pk=offer.dwelling_id).update(furnished=True)
    services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)


@pytest.mark.parametrize(
    ("funding", "zone", "refused"),
    [
        ("PLUS", "drom", True),
        ("PLAI", "drom", True),
        ("PLS", "drom", False),
        ("LLS", "drom", False),
        ("LLS", "autres_regions", True),
        ("LLTS", "idf_hors_paris", True),
        ("PLUS", "autres_regions", False),
    ],
)
def test_a_funding_of_another_territory_is_refused(
    cast: SimpleNamespace, funding: str, zone: str, refused: bool
) -> None:
    draft = f.offer_of(cast.lac, published_at=None, funding=funding)
    Commune.objects.filter(pk=draft.dwelling.residence.commune_id).update(ceilings_zone=zone)
    home = Dwelling.objects.get(pk=draft.dwelling_id)
    said = {
        "programme": "ordinary", "kind": "social", "funding": funding, "rent": Decimal(300),
        "available_on": draft.available_on, "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
    }  # fmt: skip
    if not refused:
        services.create_draft(actor=cast.as_claire, dwelling=home, changes=said)
        services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
        return
    with pytest.raises(ValidationError, match="outre-mer"):
        services.create_draft(actor=cast.as_claire, dwelling=home, changes=said)
    assert list(refusals(cast, draft)) == ["funding"]


@pytest.mark.parametrize(("letter", "refused"), [("G", True), ("E", False), ("", False)])
def test_a_home_that_is_not_decent_is_not_published(
    cast: SimpleNamespace, letter: str, refused: bool
) -> None:
    """Class G is not decent since 1 January 2025 in mainland France (loi 2021-1104)."""
    offer = f.offer_of(cast.lac, published_at=None)
    Dwelling.objects.filter(pk=offer.dwelling_id).update(dpe=letter)
    if refused:
        assert list(refusals(cast, offer)) == ["dpe"]
    else:
        services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)


@pytest.mark.parametrize(
    ("day", "letter", "drom", "decent"),
    [
        (date(2024, 12, 31), "G", False, True),
        (date(2025, 1, 1), "G", False, False),
        (date(2027, 12, 31), "F", False, True),
        (date(2028, 1, 1), "F", False, False),
        (date(2027, 12, 31), "G", True, True),
        (date(2028, 1, 1), "G", True, False),
    ],
)
def test_since_when_a_class_is_not_decent(day: date, letter: str, drom: bool, decent: bool) -> None:
    zone = "drom" if drom else "autres_regions"
    home = Dwelling(dpe=letter, residence=Residence(commune=Commune(ceilings_zone=zone)))
    offer = Offer(programme="ordinary", funding="PLS", dwelling=home, available_on=date(2035, 1, 1))
    assert list(publication_refusals(offer, day)) == ([] if decent else ["dpe"])


def test_dates_that_nobody_means_are_refused(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    home = f.DwellingFactory(residence=f.ResidenceFactory(organisation=cast.lac))
    page, client = reverse("offer_create", args=[home.public_id]), login(cast.claire)
    for wrong in (
        {"closes_on": "31/12/9999"},
        {"opens_on": "01/01/0001"},
        {"available_on": "31/12/9999"},
        {"opens_on": "31/12/9999", "closes_on": "31/12/9999"},
    ):
        answer = client.post(page, typed(programme="ordinary", **wrong))
        assert (answer.status_code, wrong) == (422, wrong)
        assert "vérifiez l&#39;année" in answer.content.decode()
    long = f"{clock.today() + timedelta(days=181):%d/%m/%Y}"
    answer = client.post(page, typed(programme="ordinary", closes_on=long))
    assert "plus de 180 jours" in answer.content.decode()
    assert Offer.objects.count() == 0


def test_a_home_is_not_published_as_available_in_the_past(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, published_at=None, available_on=clock.today() - timedelta(days=1))
    assert list(refusals(cast, offer)) == ["available_on"]
