"""A home that is published does not change without trace."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from listings import services
from listings.models import Offer, OfferRevision
from listings.queries.landlord import revisions_of
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db


def change_dwelling(cast: SimpleNamespace, offer: Offer, **changes: Any) -> None:
    offer.dwelling.refresh_from_db()
    services.update_dwelling(
        actor=cast.as_claire,
        dwelling=offer.dwelling,
        changes=changes,
        expected_version=offer.dwelling.version,
    )


def change_residence(cast: SimpleNamespace, offer: Offer, **changes: Any) -> None:
    residence = offer.dwelling.residence
    services.update_residence(
        actor=cast.as_claire, residence=residence, changes=changes, expected_version=1
    )


def said_by(offer: Offer) -> list[tuple[str, str, str]]:
    return [
        (each.label, each.before, each.after)
        for revision in revisions_of(offer)
        for each in revision.changes
    ]


def test_what_the_home_said_before_is_kept_shown_and_told_to_who_applied(
    cast: SimpleNamespace, login: Any
) -> None:
    offer = f.offer_of(cast.lac)
    f.submitted(cast.amina, offer)
    f.submitted(cast.bruno, f.offer_of(cast.lac))
    Notice.objects.all().delete()
    OutboxMessage.objects.all().delete()
    change_dwelling(cast, offer, surface_m2=Decimal("58.0"), dpe="E")
    change_residence(cast, offer, lift=False)
    assert said_by(offer) == [
        ("Ascenseur", "oui", "non"),
        ("Surface habitable (m²)", "62,5", "58"),
        ("DPE", "non renseigné", "E"),
    ]
    page = login(cast.amina).get(reverse("offer", args=[offer.public_id])).content.decode()
    assert "Ascenseur : oui → non" in page
    assert list(Notice.objects.values_list("recipient", flat=True)) == [cast.amina.pk] * 2
    mails = OutboxMessage.objects.order_by("pk").select_related("shared")
    assert [mail.to_address for mail in mails] == [cast.amina.email] * 2
    assert "62,5 → 58" in mails[0].shared.text
    assert "alerte" not in mails[0].shared.text


def test_a_smaller_home_does_not_keep_a_rent_above_its_ceiling(cast: SimpleNamespace) -> None:
    """6.50 × 0.77 × (62.5 + 20) = 412.91 € admits 412.40; at 40 m², 300.30 € does not."""
    offer = f.offer_of(cast.lac)
    f.rent_ceiling(offer.dwelling.residence.commune, "6.50")
    with pytest.raises(ValidationError, match="Baissez d'abord le loyer") as refused:
        change_dwelling(cast, offer, surface_m2=Decimal("40.0"))
    assert set(refused.value.message_dict) == {"surface_m2"}
    assert OfferRevision.objects.count() == 0
    services.update_offer(
        actor=cast.as_claire,
        offer=offer,
        changes={"rent": Decimal("300.00"), "deposit": Decimal("300.00")},
        expected_version=1,
    )
    change_dwelling(cast, offer, surface_m2=Decimal("40.0"))


def test_the_commune_of_a_published_home_does_not_change(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    other = CommuneFactory(insee_code="74281", name="Thonon-les-Bains")
    with pytest.raises(ValidationError, match="sa commune décide des plafonds"):
        change_residence(cast, offer, commune=other)
    services.close_early(actor=cast.as_claire, offer=offer, reason="Erreur d'adresse.")
    change_residence(cast, offer, commune=other)
    offer.dwelling.residence.refresh_from_db()
    assert offer.dwelling.residence.commune_id == "74281"


def test_the_size_people_applied_for_does_not_change(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    change_dwelling(cast, offer, rooms=4)
    f.submitted(cast.amina, offer)
    f.close(offer)  # being decided
    with pytest.raises(ValidationError, match="Des candidats ont postulé") as refused:
        change_dwelling(cast, offer, rooms=2)
    assert set(refused.value.message_dict) == {"rooms"}


def test_drafts_and_ended_offers_keep_no_trace_of_their_home(cast: SimpleNamespace) -> None:
    ended = f.offer_of(cast.lac)
    f.close(ended)
    f.OfferFactory(dwelling=ended.dwelling, published_at=None)
    change_dwelling(cast, ended, dpe="B")
    assert OfferRevision.objects.count() == 0
