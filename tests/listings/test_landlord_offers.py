"""Claire prepares, publishes, changes and ends the offers of Habitat du Lac."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.db.utils import DatabaseError
from django.urls import reverse

from accounts.models import Dossier, WishedCommune
from alin.kit import clock
from eligibility.services import derive_facts
from listings import services
from listings.models import Dwelling, Offer, OfferRevision, RentCeiling
from listings.queries import Matching, matching_count
from listings.queries.landlord import rent_verdict, revisions_of
from listings.rules import kind_of, offer_conditions
from listings.signals import offer_published
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def dwelling(cast: SimpleNamespace) -> Dwelling:
    residence = f.ResidenceFactory(organisation=cast.lac)
    return f.DwellingFactory(residence=residence, annexes_m2=Decimal(10))


@pytest.fixture
def ceiling(dwelling: Dwelling) -> RentCeiling:
    """6.50 € a square metre. Surface utile: 62.5 + 10 / 2 = 67.5 m². The ceiling comes to
    6.50 × 0.77 × (67.5 + 20) = 437.94 €."""
    return f.rent_ceiling(dwelling.residence.commune, "6.50")


def typed(**changes: Any) -> dict[str, Any]:
    """The page of an offer, filled in."""
    today = clock.today()
    return {
        "programme": "ordinary",
        "funding": "PLUS",
        "rent": "430,10",
        "charges": "62",
        "charges_cover": ["heating", "cold_water"],
        "parking": "none",
        "available_on": f"{today + timedelta(days=40):%d/%m/%Y}",
        "opens_on": f"{today:%d/%m/%Y}",
        "opens_hour": "00:00",
        "closes_on": f"{today + timedelta(days=10):%d/%m/%Y}",
        "closes_hour": "18h",
        "contingent": "state",
        "description": "Deux chambres au sud.",
        "version": "1",
    } | changes


def drafted(cast: SimpleNamespace, **changes: Any) -> Offer:
    return f.offer_of(cast.lac, published_at=None, **changes)


# --- from a dwelling to a published offer ----------------------------------------------------


def test_published_in_two_pages(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling, ceiling: RentCeiling
) -> None:
    client = login(cast.claire)
    answer = client.post(reverse("offer_create", args=[dwelling.public_id]), typed())
    offer = Offer.objects.get()
    assert answer["Location"] == reverse("offer_preview", args=[offer.public_id])
    assert (offer.kind, offer.funding, offer.rent, offer.deposit) == (
        "social",
        "PLUS",
        Decimal("430.10"),
        Decimal("430.10"),
    )
    assert offer.charges_cover == ["heating", "cold_water"]
    assert offer.closes_at.astimezone(clock.PARIS).hour == 18
    assert client.get(reverse("offer", args=[offer.public_id])).status_code == 404
    preview = client.get(answer["Location"]).content.decode()
    assert "Deux chambres au sud." in preview
    assert "430,10\u00a0€ respecte le plafond de 437,94\u00a0€" in preview
    client.post(reverse("offer_publish", args=[offer.public_id]), {"version": "1", "home": "1.1"})
    offer.refresh_from_db()
    assert offer.published_by == cast.claire
    client.logout()
    assert client.get(reverse("offer", args=[offer.public_id])).status_code == 200


def test_a_new_offer_says_what_the_last_one_said(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    f.OfferFactory(
        dwelling=dwelling, rent=Decimal("401.00"), deposit=0, description="Vue sur le lac"
    )
    page = login(cast.claire).get(reverse("offer_create", args=[dwelling.public_id]))
    form = page.content.decode()
    assert 'value="401,00"' in form
    assert "Vue sur le lac" in form


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rent": ""}, "Remplissez « Loyer hors charges, par mois »."),
        ({"rent": "0"}, "Le loyer est positif."),
        ({"rent": "cher"}, "Écrivez ce nombre en chiffres, par exemple 412,50."),
        ({"deposit": "500"}, "Le dépôt de garantie ne dépasse pas un mois de loyer"),
        ({"deposit": "430,11"}, "un mois de loyer hors charges, soit 430,10 €"),
        (
            {"programme": "mobility", "funding": "", "deposit": "1"},
            "ne demande pas de dépôt de garantie (bail mobilité : loi du 6 juillet 1989",
        ),
        ({"programme": "mobility"}, "le financement est : sans plafond de ressources."),
        ({"funding": ""}, "le financement est : PLAI"),
        ({"parking": "optional"}, "Indiquez le loyer du stationnement."),
        ({"min_age": "40", "max_age": "30"}, "L&#39;âge maximum vient avant l&#39;âge minimum"),
        ({"closes_on": "01/01/2020"}, "La clôture vient avant l&#39;ouverture"),
        ({"closes_hour": "midi"}, "Écrivez l&#39;heure sous la forme 18:00."),
        ({"max_stay_months": "6"}, "Un logement familial n&#39;a pas de durée limitée"),
    ],
)
def test_what_the_page_of_an_offer_refuses(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling, changes: dict[str, str], said: str
) -> None:
    address = reverse("offer_create", args=[dwelling.public_id])
    answer = login(cast.claire).post(address, typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page.replace("\u00a0", " ")
    assert "Deux chambres au sud." in page
    assert Offer.objects.count() == 0


def test_a_mobility_lease_takes_no_deposit(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling
) -> None:
    """Loi du 6 juillet 1989, article 25-17."""
    address = reverse("offer_create", args=[dwelling.public_id])
    client = login(cast.claire)
    mobility = typed(
        programme="mobility", proposed_for="mobility", funding="", max_stay_months="10"
    )
    refused = client.post(address, mobility | {"deposit": "100"})
    assert "ne demande pas de dépôt de garantie (bail mobilité" in refused.content.decode()
    client.post(address, mobility)
    offer = Offer.objects.get()
    assert (offer.kind, offer.deposit, offer.path) == ("temporary", 0, "direct")


# --- the rent --------------------------------------------------------------------------------


def test_a_rent_over_the_ceiling_is_not_published(
    cast: SimpleNamespace, login: Any, dwelling: Dwelling, ceiling: RentCeiling
) -> None:
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal("437.95"), published_at=None)
    answer = login(cast.claire).post(
        reverse("offer_publish", args=[offer.public_id]), {"version": "1", "home": "1.1"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Le loyer de 437,95\u00a0€ dépasse de 0,01\u00a0€ le plafond de 437,94\u00a0€" in page
    offer.refresh_from_db()
    assert offer.published_at is None


def test_the_ceiling_is_explained_line_by_line(dwelling: Dwelling, ceiling: RentCeiling) -> None:
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal("437.94"))
    verdict = rent_verdict(offer)
    assert verdict.status == "within"
    # 0.77 × (1 + 20 / 67.5) = 0.99814…
    assert [value for _label, value in verdict.lines] == [
        "6,50\u00a0€ par m²",
        "67,5\u00a0m²",
        "0,9981",
        "437,94\u00a0€",
    ]


def test_a_year_not_known_yet_is_said_and_refuses_nothing(
    cast: SimpleNamespace, dwelling: Dwelling, ceiling: RentCeiling
) -> None:
    RentCeiling.objects.update(year=clock.today().year - 1)
    offer = f.OfferFactory(dwelling=dwelling, rent=Decimal("600"), published_at=None)
    assert rent_verdict(offer).status == "indicative"
    assert "n'est pas encore connu" in rent_verdict(offer).sentence
    assert services.publish_offer(
        actor=cast.as_claire, offer=offer, expected_version=1
    ).published_at


def test_homes_whose_ceiling_is_unknown_or_that_have_none(dwelling: Dwelling) -> None:
    assert rent_verdict(f.OfferFactory(dwelling=dwelling, funding="LLS")).status == "unknown"
    free = f.OfferFactory(dwelling=dwelling, kind="temporary", funding="")
    assert rent_verdict(free).status == "free"


def test_an_intermediate_rent_counts_at_most_eight_square_metres_of_annexes(
    cast: SimpleNamespace, dwelling: Dwelling
) -> None:
    """Surface fiscale: 62.5 + min(30 / 2, 8) = 70.5 m²; coefficient 0.7 + 19 / 70.5 = 0.97;
    12.00 × 70.5 × 0.97 = 820.62 €."""
    dwelling.annexes_m2 = Decimal(30)
    dwelling.save()
    RentCeiling.objects.create(
        year=clock.today().year,
        funding="LLI",
        zoning="abc",
        zone=dwelling.residence.commune.zone_abc,
        eur_m2=Decimal(12),
        surface="surface_fiscale",
        source="avis",
    )
    offer = f.OfferFactory(
        dwelling=dwelling, kind="intermediate", funding="LLI", rent=Decimal("820.63")
    )
    verdict = rent_verdict(offer)
    assert verdict.limit is not None
    assert (verdict.status, verdict.limit.amount) == ("over", Decimal("820.62"))


# --- the window ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (-5, -1, "est déjà passée"),
        (-5, 2, "moins de 3\u00a0jours pour postuler"),
        (10, 12, "moins de 3\u00a0jours pour postuler"),
    ],
)
def test_a_window_that_leaves_no_time_is_not_published(
    cast: SimpleNamespace, opens: int, closes: int, said: str
) -> None:
    now = clock.now()
    offer = drafted(
        cast, opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes)
    )
    with pytest.raises(ValidationError) as refused:
        services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)
    assert said in " ".join(refused.value.messages)


def test_what_is_published_is_what_was_read(cast: SimpleNamespace, login: Any) -> None:
    offer = drafted(cast)
    client = login(cast.claire)
    page = client.get(reverse("offer_preview", args=[offer.public_id])).content.decode()
    assert '<input type="hidden" name="version" value="1">' in page
    services.update_offer(
        actor=cast.as_chloe, offer=offer, changes={"rent": Decimal("450")}, expected_version=1
    )
    services.update_dwelling(
        actor=cast.as_chloe, dwelling=offer.dwelling, changes={"dpe": "E"}, expected_version=1
    )
    services.update_residence(
        actor=cast.as_chloe,
        residence=offer.dwelling.residence,
        changes={"lift": False},
        expected_version=1,
    )
    address = reverse("offer_publish", args=[offer.public_id])
    for shown in (
        {"version": "1", "home": "2.2"},
        {"version": "2", "home": "1.2"},
        {"version": "2", "home": "2.1"},
        {"version": "2"},
        {"version": "un", "home": "deux.2"},
        {},
    ):
        refused = client.post(address, shown)
        assert refused.status_code == 409
        assert "Relisez l&#39;aperçu" in refused.content.decode()
    offer.refresh_from_db()
    assert offer.published_at is None
    page = client.get(reverse("offer_preview", args=[offer.public_id])).content.decode()
    assert '<input type="hidden" name="home" value="2.2">' in page
    client.post(address, {"version": "2", "home": "2.2"})
    offer.refresh_from_db()
    assert offer.published_at is not None


def test_an_opening_put_off_leaves_time_to_apply(cast: SimpleNamespace) -> None:
    now = clock.now()
    offer = f.offer_of(
        cast.lac, opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=8)
    )
    late = {"opens_at": offer.closes_at - timedelta(hours=71)}
    with pytest.raises(ValidationError, match="Les candidats auraient moins de 3"):
        services.update_offer(actor=cast.as_claire, offer=offer, changes=late, expected_version=1)
    services.update_offer(
        actor=cast.as_claire,
        offer=offer,
        changes={"opens_at": offer.closes_at - timedelta(hours=73)},
        expected_version=1,
    )


def test_published_once(cast: SimpleNamespace) -> None:
    heard: list[Offer] = []

    def listen(sender: type, offer: Offer, **kwargs: Any) -> None:
        assert transaction.get_connection().in_atomic_block
        heard.append(offer)

    offer = drafted(cast)
    offer_published.connect(listen)
    try:
        services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)
        with pytest.raises(ValidationError, match="déjà publiée"):
            services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)
    finally:
        offer_published.disconnect(listen)
    assert heard == [offer]


def test_extended_closed_archived(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac)
    client = login(cast.claire)
    later = clock.today() + timedelta(days=20)
    sent = {"closes_on": f"{later:%d/%m/%Y}", "closes_hour": "12:30", "version": "1"}
    client.post(reverse("offer_extend", args=[offer.public_id]), sent)
    offer.refresh_from_db()
    assert offer.closes_at.astimezone(clock.PARIS).strftime("%H:%M") == "12:30"
    archive = reverse("offer_archive", args=[offer.public_id])
    client.post(archive)
    offer.refresh_from_db()
    assert offer.archived_at is None
    close = reverse("offer_close", args=[offer.public_id])
    assert client.post(close, {"reason": " "}).status_code == 422
    client.post(close, {"reason": "Dégât des eaux"})
    client.post(archive)
    offer.refresh_from_db()
    assert (offer.closed_early_reason, offer.is_open(clock.now())) == ("Dégât des eaux", False)
    assert offer.archived_at is not None


def test_a_copy_is_a_draft_for_a_new_window(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac, closes_at=clock.now() - timedelta(days=1))
    answer = login(cast.claire).post(reverse("offer_duplicate", args=[offer.public_id]))
    copy = Offer.objects.exclude(pk=offer.pk).get()
    assert answer["Location"] == reverse("offer_edit", args=[copy.public_id])
    assert (copy.duplicate_of, copy.published_at, copy.rent) == (offer, None, offer.rent)
    assert copy.closes_at > clock.now() + timedelta(days=3)


# --- what it said before ---------------------------------------------------------------------


def test_a_published_offer_keeps_what_it_said_before(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac, rent=Decimal("512.00"), deposit=Decimal("400.00"))
    services.update_offer(
        actor=cast.as_claire,
        offer=offer,
        changes={"rent": Decimal("498.00")},
        expected_version=1,
    )
    (revision,) = revisions_of(offer)
    assert revision.who == "Claire Durand"
    assert [(each.label, each.before, each.after) for each in revision.changes] == [
        ("Loyer hors charges", "512,00\u00a0€", "498,00\u00a0€")
    ]
    page = login(cast.claire).get(reverse("offer_history", args=[offer.public_id]))
    assert "512,00" in page.content.decode()
    kept = OfferRevision.objects.get()
    for change in (
        lambda: OfferRevision.objects.filter(pk=kept.pk).update(before={}),
        lambda: OfferRevision.objects.filter(pk=kept.pk).delete(),
    ):
        with pytest.raises((InternalError, IntegrityError, DatabaseError)), transaction.atomic():
            change()


def test_a_draft_keeps_no_history(cast: SimpleNamespace) -> None:
    offer = drafted(cast)
    services.update_offer(
        actor=cast.as_claire, offer=offer, changes={"rent": Decimal(450)}, expected_version=1
    )
    assert revisions_of(offer) == []


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"rent": Decimal("400.00"), "deposit": Decimal("400.00")}, True),
        ({"rent": Decimal("412.41")}, False),
        ({"charges": Decimal("75.01")}, False),
        ({"funding": "PLAI"}, False),
        ({"programme": "students"}, False),
        ({"employees_only": True}, False),
        ({"max_age": 30}, False),
        ({"statuses": ["student"]}, False),
        ({"description": "Repeint à neuf."}, True),
    ],
)
def test_what_people_applied_for_does_not_get_worse(
    cast: SimpleNamespace, change: dict[str, Any], allowed: bool
) -> None:
    offer = f.offer_of(cast.lac)
    f.submitted(cast.amina, offer)

    def update() -> Offer:
        return services.update_offer(
            actor=cast.as_claire, offer=offer, changes=change, expected_version=1
        )

    if allowed:
        assert update().version == 2
        return
    with pytest.raises(ValidationError) as refused:
        update()
    assert set(refused.value.message_dict) == set(change)
    offer.refresh_from_db()
    assert (offer.version, offer.revisions.count()) == (1, 0)


def test_before_anybody_applied_the_rent_may_rise(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    services.update_offer(
        actor=cast.as_claire, offer=offer, changes={"rent": Decimal("450")}, expected_version=1
    )
    offer.refresh_from_db()
    assert offer.rent == Decimal("450.00")


def test_closing_sooner_than_announced_needs_a_reason(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(days=9))
    f.submitted(cast.amina, offer)
    sooner = {"closes_at": clock.now() + timedelta(days=5)}
    with pytest.raises(ValidationError, match="Clore avant la date"):
        services.update_offer(actor=cast.as_claire, offer=offer, changes=sooner, expected_version=1)


def test_a_closed_offer_does_not_change(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, closes_at=clock.now() - timedelta(hours=1))
    with pytest.raises(ValidationError, match="elle ne change plus"):
        services.update_offer(
            actor=cast.as_claire, offer=offer, changes={"rent": 1}, expected_version=1
        )


def test_two_agents_change_one_offer(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac, rent=Decimal("430.10"), deposit=0)
    services.update_offer(
        actor=cast.as_chloe, offer=offer, changes={"rent": Decimal("420")}, expected_version=1
    )
    sent = typed(rent="410", deposit="0")
    answer = login(cast.claire).post(reverse("offer_edit", args=[offer.public_id]), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Chloé" in page
    assert "420,00" in page
    offer.refresh_from_db()
    assert offer.rent == Decimal("420.00")


# --- the kinds of the mission ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("programme", "funding", "kind"),
    [
        ("ordinary", "PLAI", "social"),
        ("ordinary", "LLTS", "social"),
        ("young_workers", "PLAI", "social"),
        ("students", "PLS", "social"),
        ("ordinary", "LLI", "intermediate"),
        ("students", "LLI", ""),
        ("ordinary", "", ""),
        ("mobility", "", "temporary"),
        ("emergency", "", "temporary"),
        ("agricultural", "", "temporary"),
        ("seasonal", "", "temporary"),
        ("seasonal", "PLUS", ""),
    ],
)
def test_which_programme_goes_with_which_funding(programme: str, funding: str, kind: str) -> None:
    assert kind_of(programme, funding) == kind


def test_a_residence_says_its_own_conditions(cast: SimpleNamespace) -> None:
    offer = f.offer_of(
        cast.lac,
        programme="young_workers",
        funding="PLAI",
        min_age=16,
        max_age=30,
        statuses=["employee", "apprentice"],
        max_stay_months=24,
    )
    assert offer.path == "direct"
    said = offer_conditions(offer)
    assert said[0].startswith("Pour les jeunes de 16 à 30 ans")
    assert said[2:] == [
        "De 16 à 30 ans.",
        "Situations acceptées : salarié, apprenti ou alternant.",
        "Séjour de 24\u00a0mois au plus.",
    ]


def test_an_ordinary_home_says_nothing_more(cast: SimpleNamespace) -> None:
    assert offer_conditions(f.offer_of(cast.lac)) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"programme": "seasonal"}, "offer_programme_fits_its_kind"),
        ({"parking": "optional"}, "offer_parking_has_a_price_of_its_own"),
        ({"min_age": 30, "max_age": 20}, "offer_ages_in_order"),
        ({"max_stay_months": 6}, "offer_stay_fits_its_programme"),
    ],
)
def test_the_database_refuses_by_name(
    cast: SimpleNamespace, change: dict[str, Any], constraint: str
) -> None:
    offer = f.offer_of(cast.lac)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(**change)


# --- what applicants read of it, and how many are concerned -----------------------------------


def test_the_page_says_conditions_and_what_changed(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(
        cast.lac,
        programme="students",
        statuses=["student"],
        charges_cover=["heating", "internet"],
        rent=Decimal("512.00"),
    )
    services.update_offer(
        actor=cast.as_claire, offer=offer, changes={"rent": Decimal("498")}, expected_version=1
    )
    picture = f.picture_of(offer.dwelling)
    page = login(cast.amina).get(reverse("offer", args=[offer.public_id])).content.decode()
    assert "Situations acceptées : étudiant." in page
    assert "chauffage, internet" in page
    assert "Loyer hors charges : 512,00\u00a0€ → 498,00\u00a0€" in page
    assert picture.alt in page
    assert "Claire" not in page


def test_how_many_dossiers_match(cast: SimpleNamespace, login: Any) -> None:
    """Amina wishes for the commune, Bruno for it with a lower rent, Rita earns too much."""
    offer = drafted(cast, rent=Decimal("412.40"))
    commune = offer.dwelling.residence.commune
    rita = f.applicant("Rita", "Riche", rfr=190_000)
    for user, rent in ((cast.amina, None), (cast.bruno, 300), (rita, None)):
        Dossier.objects.filter(applicant=user).update(wish_max_rent_eur=rent)
        WishedCommune.objects.create(dossier=user.dossier, commune=commune, slot=1)
        derive_facts(dossier_ids=[user.dossier.pk])
    preview = login(cast.claire).get(reverse("offer_preview", args=[offer.public_id]))
    assert matching_count(offer) == Matching(1, capped=False)
    assert "1\u00a0foyer inscrit" in preview.content.decode()
    assert "Amina" not in preview.content.decode()


def test_no_deposit_for_a_bail_mobilite_whoever_writes(
    cast: SimpleNamespace, dwelling: Dwelling
) -> None:
    """Article 25-17 of the law of 6 July 1989: not on the page alone."""
    offer = f.offer_of(cast.lac, kind="temporary", funding="", published_at=None)
    with pytest.raises(ValidationError, match="ne demande pas de dépôt"):
        services.update_offer(
            actor=cast.as_claire, offer=offer, changes={"deposit": 1}, expected_version=1
        )
    with (
        pytest.raises(IntegrityError, match="no_deposit_for_a_bail_mobilite"),
        transaction.atomic(),
    ):
        Offer.objects.filter(pk=offer.pk).update(deposit=1)
