"""The page of an offer: the size for the household, favourites, others when it closes."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.models import HouseholdMember
from alin.kit import clock, french
from applications.models import Candidacy
from applications.services import remind_favourites
from listings import services as listings
from listings.models import Offer
from listings.sizes import fit_of
from notifications.models import Notice
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("persons", "rooms", "surface", "said"),
    [
        # 9 m² for one, 16 for two, 9 more for each beyond, 70 from eight on.
        (1, 1, "9", "Taille adaptée"),
        (1, 1, "8.9", "Trop petit"),
        (2, 1, "15.9", "Trop petit"),
        (2, 2, "16", "Taille adaptée"),
        (3, 3, "24.9", "Trop petit"),
        (3, 3, "25", "Taille adaptée"),
        (9, 5, "69.9", "Trop petit"),
        (9, 5, "70", "Taille adaptée"),
        # More rooms than persons and one: under-occupied (a person in a T3, a couple in a T4).
        (1, 2, "45", "Taille adaptée"),
        (1, 3, "60", "Grand pour votre foyer"),
        (2, 3, "60", "Taille adaptée"),
        (2, 4, "80", "Grand pour votre foyer"),
        (3, 4, "80", "Un peu grand"),
        (4, 3, "64", "Un peu petit"),
        (4, 4, "80", "Taille adaptée"),
        (5, 5, "96", "Taille adaptée"),
    ],
)
def test_the_size_for_a_household(persons: int, rooms: int, surface: str, said: str) -> None:
    assert fit_of(persons, rooms, Decimal(surface)).label == said


def test_the_page_speaks_of_the_size_to_who_has_a_household(
    login: Callable[[object], Client], client: Client, cast: SimpleNamespace
) -> None:
    page = reverse("offer", args=[f.offer_of(cast.lac).public_id])
    assert "Et la taille ?" not in client.get(page).content.decode()
    body = login(cast.amina).get(page).content.decode()
    assert "Et la taille ?" in body
    assert "Grand pour votre foyer" in body


def test_the_size_is_looked_at_with_the_child_expected(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    """A mother alone and her child to be born: a T3 is not too large by law."""
    HouseholdMember.objects.create(
        dossier=cast.amina.dossier, first_name="Bébé", link="child", expected=True
    )
    page = reverse("offer", args=[f.offer_of(cast.lac).public_id])
    body = login(cast.amina).get(page).content.decode()
    assert ("Taille adaptée" in body, "Grand pour votre foyer" in body) == (True, False)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "la liste est classée par ancienneté de la demande"),
        ({"kind": "temporary", "funding": ""}, "le bailleur choisit et écrit ses raisons"),
    ],
)
def test_the_page_says_how_many_have_applied_and_how_they_are_ranked(
    client: Client, cast: SimpleNamespace, fields: dict[str, str], said: str
) -> None:
    offer = f.offer_of(cast.lac, **fields)
    page = reverse("offer", args=[offer.public_id])
    assert "Aucune candidature pour l" in client.get(page).content.decode()
    for user in (cast.amina, cast.bruno):
        f.submitted(user, offer)
    body = re.sub(r"\s", " ", client.get(page).content.decode())
    assert "2 candidatures en ce moment pour ce logement." in body
    assert said in body


def test_the_page_of_a_home_that_is_let_says_how_many_had_applied(
    client: Client, cast: SimpleNamespace
) -> None:
    """Closed early on the spot, for a week later; nobody is a candidate any more."""
    offer = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(days=7))
    for user in (cast.amina, cast.bruno):
        f.submitted(user, offer)
    Candidacy.objects.filter(offer=offer).update(state="not_selected")
    when = clock.now() - timedelta(hours=1)
    Offer.objects.filter(pk=offer.pk).update(
        opens_at=when - timedelta(days=5), closed_early_at=when, closed_early_reason="Loué."
    )
    body = _page(client, offer)
    assert "2 candidatures reçues pour ce logement." in body
    assert f"sont closes depuis le {spaced(french.date_time(when))}. L'ordre" in body
    for untrue in ("restent ouvertes", "Aucune candidature", "Personne", "À la clôture"):
        assert untrue not in body


def test_the_page_of_a_home_that_nobody_wanted_says_so_in_the_past(
    client: Client, cast: SimpleNamespace
) -> None:
    offer = f.offer_of(cast.lac, closes_at=clock.now() - timedelta(days=1))
    body = _page(client, offer)
    assert "Personne n'a postulé à ce logement." in body
    assert "pour l'instant." not in body.split("proches")[0]


def test_the_page_of_a_home_that_opens_later_says_both_ends(
    client: Client, cast: SimpleNamespace
) -> None:
    offer = f.offer_of(cast.lac, opens_at=clock.now() + timedelta(days=1))
    body = _page(client, offer)
    opening, closing = map(french.date_time, (offer.opens_at, offer.closes_at))
    assert f"ouvrent le {spaced(opening)} et ferment le {spaced(closing)}." in body
    assert "restent ouvertes" not in body


@pytest.mark.parametrize(
    ("programme", "said"),
    [
        ("mobility", "en mobilité professionnelle, en mission"),
        ("emergency", "qui a perdu son logement ou doit le quitter d'urgence"),
        ("agricultural", "les salariés des exploitations et entreprises agricoles"),
        ("seasonal", "un contrat saisonnier dans la région"),
    ],
)
def test_a_temporary_home_says_whom_it_is_for(
    client: Client, cast: SimpleNamespace, programme: str, said: str
) -> None:
    offer = f.offer_of(cast.lac, kind="temporary", funding="", programme=programme)
    body = _page(client, offer)
    described = body.split('id="financement"')[1].split("</section>")[0]
    assert said in described
    assert ("mobilité" in described) == (programme == "mobility")


def test_no_commission_is_named_for_a_home_without_one(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    offer = f.offer_of(cast.lac, kind="temporary", funding="")
    body = _page(login(cast.amina), offer)
    assert "Grand pour votre foyer" in body
    assert "La commission" not in body


def _page(client: Client, offer: Offer) -> str:
    body = client.get(reverse("offer", args=[offer.public_id])).content.decode()
    return spaced(body.replace("&#39;", "'"))


def spaced(text: str) -> str:
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize(("qpv", "said"), [(True, "oui, quartier prioritaire"), (False, "non")])
def test_the_page_says_whether_the_home_is_in_a_priority_quarter(
    client: Client, cast: SimpleNamespace, qpv: bool, said: str
) -> None:
    offer = f.offer_of(cast.lac)
    offer.dwelling.residence.qpv = qpv
    offer.dwelling.residence.save()
    body = client.get(reverse("offer", args=[offer.public_id])).content.decode()
    assert re.search(rf"Quartier prioritaire \(QPV\)</dt>\s*<dd>{said}", body)


def test_a_favourite_is_kept_and_left_from_the_page(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    client, offer = login(cast.amina), f.offer_of(cast.lac)
    page = reverse("offer", args=[offer.public_id])
    assert "Ajouter à mes favoris" in client.get(page).content.decode()
    client.post(f"{page}favori/")
    assert "Retirer de mes favoris" in client.get(page).content.decode()
    assert "Ajouter à mes favoris" in login(cast.bruno).get(page).content.decode()


def test_applying_too_late_offers_others_around(
    login: Callable[[object], Client], cast: SimpleNamespace
) -> None:
    offer, other = f.offer_of(cast.lac), f.offer_of(cast.lac)
    client, page = login(cast.amina), reverse("apply", args=[offer.public_id])
    assert reverse("offer", args=[other.public_id]) not in client.get(page).content.decode()
    f.close(offer)
    response = client.post(page)
    body = response.content.decode()
    assert response.status_code == 422
    assert "Les candidatures à ce logement sont closes." in body
    assert reverse("offer", args=[other.public_id]) in body


@pytest.mark.parametrize("who", ["visitor", "amina"])
def test_the_page_shows_what_else_is_to_let_around(
    login: Callable[[object], Client], client: Client, cast: SimpleNamespace, who: str
) -> None:
    """Three at most, the nearest first, those that close soonest before; one may apply to each, and
    none is at Vienne, thirty-one kilometres away."""
    now = clock.now()
    offer = f.offer_of(cast.lac)
    bron = f.CommuneFactory(insee_code="69029", name="Bron", latitude=45.7333, longitude=4.9111)
    givors = f.CommuneFactory(insee_code="69091", name="Givors", latitude=45.59, longitude=4.77)
    vienne = f.CommuneFactory(insee_code="38544", name="Vienne", latitude=45.4889, longitude=4.8799)

    def to_let(name: str, commune: object, **fields: object) -> None:
        home = f.ResidenceFactory(organisation=cast.lac, name=name, commune=commune)
        f.OfferFactory(dwelling=f.DwellingFactory(residence=home), **fields)

    here = offer.dwelling.residence.commune
    to_let("Trop loin", vienne)
    to_let("Quatrieme", givors, closes_at=now + timedelta(days=4))
    to_let("Troisieme", bron)
    to_let("Deuxieme", here, closes_at=now + timedelta(days=3))
    to_let("Premier", here, closes_at=now + timedelta(days=2))
    to_let("Brouillon", here, published_at=None)
    to_let("Clos", here, closes_at=now - timedelta(hours=1))
    to_let("A venir", here, opens_at=now + timedelta(days=1))
    body = _page(login(cast.amina) if who == "amina" else client, offer)
    around = body.split('id="proches"')[1]
    assert re.findall(r"T3, ([A-Z][a-z ]+)</a>", around) == [
        "Premier",
        "Deuxieme",
        "Troisieme",
    ]
    assert "487,40 € par mois" in re.sub(r"<[^>]+>", "", around)
    assert "Bron (69)" in around


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(
    ("who", "state", "statements"),
    [
        ("visitor", "open", 2),
        ("amina", "open", 12),
        ("amina", "for employees", 12),
        ("amina", "applied", 12),
        ("amina", "closed", 7),
    ],
)
def test_the_page_of_a_home_costs_twelve_statements_at_most(
    login: Callable[[object], Client],
    client: Client,
    cast: SimpleNamespace,
    who: str,
    state: str,
    statements: int,
    rows: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    """Whatever there is around it, however often it changed, and with all its photographs."""
    offer = f.offer_of(cast.lac, employees_only=state == "for employees")
    for rent in range(rows):
        f.offer_of(cast.lac)
        listings.update_offer(
            actor=cast.as_claire, offer=offer, changes={"rent": Decimal(390 - rent), "deposit": 0},
            expected_version=1 + rent,
        )  # fmt: skip
    f.unseen_pictures(offer.dwelling, rows)
    if state == "applied":
        f.submitted(cast.amina, offer)
    if state == "closed":
        f.close(offer)
    reader = login(cast.amina) if who == "amina" else client
    with django_assert_num_queries(statements):
        body = reader.get(reverse("offer", args=[offer.public_id])).content.decode()
    assert body.count("<img") >= rows
    assert body.count("Modifié le") == rows


# --- closing soon --------------------------------------------------------------------------


def test_those_who_keep_an_eye_on_a_home_are_told_once_before_it_closes(
    cast: SimpleNamespace,
) -> None:
    soon = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(hours=47))
    later = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(hours=49))
    for actor in (cast.as_amina, cast.as_bruno):
        for offer in (soon, later):
            listings.keep_favourite(actor=actor, offer=offer)
    f.submitted(cast.amina, soon)
    assert [remind_favourites(), remind_favourites()] == [1, 0]
    notices = Notice.objects.filter(key__startswith="closing:")
    assert [notice.recipient for notice in notices] == [cast.bruno]
    Offer.objects.filter(pk=later.pk).update(closes_at=clock.now() + timedelta(hours=40))
    assert remind_favourites() == 2


def test_who_shares_a_dossier_is_not_told_of_a_home_already_asked_for(
    cast: SimpleNamespace,
) -> None:
    """Dina keeps Amina's dossier with her; Bruno's favourite is the same home."""
    dina = f.person("Dina", "Benali")
    link = f.shared(cast.amina, dina)
    soon = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(hours=47))
    as_dina = f.actor_for(dina)
    for actor in (as_dina, cast.as_bruno):
        listings.keep_favourite(actor=actor, offer=soon)
    f.submitted(cast.amina, soon)
    assert remind_favourites() == 1
    told = Notice.objects.filter(key__startswith="closing:")
    assert [notice.recipient for notice in told] == [cast.bruno]
    # Once each goes their own way, the candidacy is Amina's alone.
    accounts.end_shared_dossier(actor=as_dina, link=link)
    assert remind_favourites() == 1
    assert told.filter(recipient=dina).count() == 1
