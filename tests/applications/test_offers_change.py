"""An offer that changes after it is published: what may not change, who is told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from applications.services import remind_favourites, withdraw
from listings import services
from listings.forms.offers import OfferPageForm
from listings.models import AlertRun, Offer, OfferAlert, SavedSearch
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db


def change(cast: SimpleNamespace, offer: Offer, **changes: Any) -> Offer:
    offer.refresh_from_db()
    return services.update_offer(
        actor=cast.as_claire, offer=offer, changes=changes, expected_version=offer.version
    )


INCLUDED = {"charges_cover": ["heating", "cold_water"], "parking": "included"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"charges_cover": ["heating"]}, "charges_cover"),
        ({"parking": "none"}, "parking"),
        ({"parking": "optional", "parking_rent": Decimal(0)}, "parking"),
        ({"contingent": "action_logement"}, "contingent"),
        ({"charges_cover": ["heating", "cold_water", "lift"]}, None),
        ({"description": "Repeint"}, None),
    ],
)
def test_what_the_price_includes_is_not_taken_away_from_who_applied(
    cast: SimpleNamespace, changes: dict[str, Any], field: str | None
) -> None:
    offer = f.offer_of(cast.lac, contingent="own", **INCLUDED)
    before = Offer.objects.filter(pk=offer.pk).values().get()
    f.submitted(cast.amina, offer)
    if field is None:
        change(cast, offer, **changes)
        return
    with pytest.raises(ValidationError) as refused:
        change(cast, offer, **changes)
    assert list(refused.value.message_dict) == [field]
    assert Offer.objects.filter(pk=offer.pk).values().get() == before


@pytest.mark.parametrize(("days", "refused"), [(31, False), (32, True), (-5, False)])
def test_a_home_is_not_put_off_by_more_than_a_month(
    cast: SimpleNamespace, days: int, refused: bool
) -> None:
    offer = f.offer_of(cast.lac)
    f.submitted(cast.amina, offer)
    later = offer.available_on + timedelta(days=days)
    if refused:
        with pytest.raises(ValidationError, match="un mois plus tard"):
            change(cast, offer, available_on=later)
    else:
        assert change(cast, offer, available_on=later).available_on == later


def test_who_applied_is_told_what_the_offer_says_now_and_keeps_what_she_read(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac, **INCLUDED)
    candidacy = f.submitted(cast.amina, offer)
    Notice.objects.all().delete()
    OutboxMessage.objects.all().delete()
    change(cast, offer, rent=Decimal("400"), deposit=Decimal("400"))
    told = Notice.objects.get()
    assert (told.recipient, told.path) == (
        cast.amina, reverse("offer", args=[offer.public_id]),
    )  # fmt: skip
    assert "Loyer hors charges : 412,40\u00a0€ → 400,00\u00a0€" in told.body
    assert OutboxMessage.objects.get().to_address == cast.amina.email
    page = login(cast.amina).get(reverse("candidacy", args=[candidacy.public_id]))
    body = page.content.decode()
    assert "412,40" in body
    assert "chauffage, eau froide" in body
    assert "stationnement compris dans le loyer" in body


# --- those whom it suits only now -------------------------------------------------------------


def test_an_offer_that_becomes_suitable_is_told_once_to_each(cast: SimpleNamespace) -> None:
    """487.40 € with charges: below 488, above 450 until the rent comes down."""
    for person, most in ((cast.amina, 488), (cast.bruno, 450)):
        SavedSearch.objects.create(
            person=person, slot=1, name="Loyer", frequency="now", spots=["*"], rent_max=most
        )
        services.unmute_alerts(actor=f.actor_for(person))
    draft = f.offer_of(cast.lac, published_at=None)
    services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
    services.find_alerts()
    assert [each.person for each in OfferAlert.objects.all()] == [cast.amina]
    change(cast, draft, description="Repeint")
    services.find_alerts()
    assert OfferAlert.objects.count() == 1
    change(cast, draft, rent=Decimal("370"), deposit=Decimal("0"))
    assert AlertRun.objects.get().done_at is None
    services.find_alerts()
    assert {each.person for each in OfferAlert.objects.all()} == {cast.amina, cast.bruno}
    notices = Notice.objects.filter(key=f"alert:{draft.public_id}")
    assert sorted(notices.values_list("recipient", flat=True)) == sorted(
        [cast.amina.pk, cast.bruno.pk]
    )
    assert AlertRun.objects.get().found == 2


def test_a_home_that_becomes_suitable_is_told_too(cast: SimpleNamespace) -> None:
    SavedSearch.objects.create(
        person=cast.amina, slot=1, name="Ascenseur", frequency="daily", spots=["*"], lift=True
    )
    services.unmute_alerts(actor=cast.as_amina)
    residence = f.ResidenceFactory(organisation=cast.lac, lift=False)
    draft = f.OfferFactory(dwelling=f.DwellingFactory(residence=residence), published_at=None)
    services.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)
    services.find_alerts()
    assert OfferAlert.objects.count() == 0
    services.update_residence(
        actor=cast.as_claire, residence=residence, changes={"lift": True}, expected_version=1
    )
    services.find_alerts()
    assert OfferAlert.objects.count() == 1


# --- versions ----------------------------------------------------------------------------------


def test_a_form_opened_on_the_draft_is_refused_once_it_is_published(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac, published_at=None)
    page, client = reverse("offer_edit", args=[offer.public_id]), login(cast.claire)
    shown = OfferPageForm.initial_of(offer).items()
    form = {name: value for name, value in shown if value not in (None, [], "")}
    for name in ("available_on", "opens_on", "closes_on"):
        form[name] = f"{form[name]:%d/%m/%Y}"
    for name in ("opens_hour", "closes_hour"):
        form[name] = f"{form[name]:%H:%M}"
    services.publish_offer(actor=cast.as_chloe, offer=offer, expected_version=1)
    answer = client.post(page, form | {"rent": "390", "deposit": "0"})
    assert answer.status_code == 409
    offer.refresh_from_db()
    assert (offer.rent, offer.version) == (Decimal("412.40"), 2)


def test_each_verb_makes_another_version(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, published_at=None)
    services.publish_offer(actor=cast.as_claire, offer=offer, expected_version=1)
    services.close_early(actor=cast.as_claire, offer=offer, reason="Vendu")
    services.archive_offer(actor=cast.as_claire, offer=offer)
    offer.refresh_from_db()
    assert offer.version == 4


def test_an_offer_is_not_put_away_while_somebody_waits_for_an_answer(
    cast: SimpleNamespace,
) -> None:
    offer = f.offer_of(cast.lac)
    candidacy = f.submitted(cast.amina, offer)
    f.close(offer)
    with pytest.raises(ValidationError, match="attendent une réponse"):
        services.archive_offer(actor=cast.as_claire, offer=offer)
    withdraw(actor=cast.as_amina, candidacy=candidacy, expected_version=candidacy.version)
    services.archive_offer(actor=cast.as_claire, offer=offer)


# --- favourites --------------------------------------------------------------------------------


def test_a_favourite_that_closes_early_is_told_with_its_reason(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    for actor in (cast.as_amina, cast.as_bruno):
        services.keep_favourite(actor=actor, offer=offer)
    f.submitted(cast.bruno, offer)
    Notice.objects.all().delete()
    services.close_early(actor=cast.as_claire, offer=offer, reason="Dégât des eaux")
    told = Notice.objects.get(recipient=cast.amina)
    assert told.title.startswith("Ce logement n'est plus proposé")
    assert "Dégât des eaux" in told.body
    assert not Notice.objects.filter(recipient=cast.bruno, title=told.title).exists()


def test_who_applied_reads_why_it_closed_early_and_that_her_candidacy_goes_on(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    """Amina applied, with Dina who shares her dossier; Bruno applied and withdrew; all three had
    kept the home among their favourites."""
    dina = f.person("Dina", "Benali")
    f.shared(cast.amina, dina)
    offer = f.offer_of(cast.lac)
    for actor in (cast.as_amina, cast.as_bruno, f.actor_for(dina)):
        services.keep_favourite(actor=actor, offer=offer)
    candidacy, other = f.submitted(cast.amina, offer), f.submitted(cast.bruno, offer)
    withdraw(actor=cast.as_bruno, candidacy=other, expected_version=other.version)
    Notice.objects.all().delete()
    OutboxMessage.objects.all().delete()
    services.close_early(actor=cast.as_claire, offer=offer, reason="Dégât des eaux")
    told = Notice.objects.filter(title__startswith="Candidatures closes plus tôt que prévu")
    assert {each.recipient for each in told} == {cast.amina, dina}
    assert Notice.objects.count() == OutboxMessage.objects.count() == 2
    assert "Dégât des eaux" in told[0].body
    assert "Votre candidature continue" in told[0].body
    client = login(cast.amina)
    reason = "Motif donné par le bailleur : Dégât des eaux"
    goes_on = f"Votre candidature continue : le bailleur répond à chaque dossier reçu. {reason}"
    pages = [
        reverse("offer", args=[offer.public_id]),
        reverse("candidacy", args=[candidacy.public_id]),
    ]
    read = [client.get(page).content.decode() for page in pages]
    assert [goes_on in page for page in read] == [True, True]
    assert "Vous avez postulé à ce logement" in read[0]
    bruno = login(cast.bruno)
    gone = [
        bruno.get(page).content.decode()
        for page in (pages[0], reverse("candidacy", args=[other.public_id]))
    ]
    assert [reason in page for page in gone] == [True, False]
    assert [goes_on in page for page in gone] == [False, False]


def test_a_closing_on_its_date_says_that_a_candidacy_goes_on(
    cast: SimpleNamespace, login: Callable[[object], Client]
) -> None:
    offer = f.offer_of(cast.lac)
    f.submitted(cast.amina, offer)
    f.close(offer)
    page = reverse("offer", args=[offer.public_id])
    body = login(cast.amina).get(page).content.decode()
    assert "Votre candidature suit son cours." in body
    assert "On ne peut plus postuler" not in body
    assert "On ne peut plus postuler" in login(cast.bruno).get(page).content.decode()


def test_a_closing_put_off_is_reminded_again(
    cast: SimpleNamespace, travel: Callable[[Any], None]
) -> None:
    offer = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(days=1))
    services.keep_favourite(actor=cast.as_amina, offer=offer)
    assert remind_favourites() == 1
    services.extend_offer(
        actor=cast.as_claire,
        offer=offer,
        closes_at=offer.closes_at + timedelta(days=9),
        expected_version=1,
    )
    assert remind_favourites() == 0
    travel(clock.now() + timedelta(days=9))
    assert remind_favourites() == 1
    assert Notice.objects.filter(title__contains="ferme bientôt").count() == 2
