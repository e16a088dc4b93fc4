"""A dwelling is let to one household at a time, by whichever of its offers."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from alin.kit import clock, french
from applications import services
from applications.models import Candidacy, Proposal
from applications.workflow import TransitionRefused
from listings import services as listings
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db
DIRECT = {"kind": "intermediate", "funding": "LLI"}


def draft_of_same_home(offer: Offer) -> Offer:
    return f.OfferFactory(
        dwelling=offer.dwelling,
        kind=offer.kind,
        funding=offer.funding,
        published_at=None,
        opens_at=clock.now(),
        closes_at=clock.now() + timedelta(days=10),
    )


def publish(cast: SimpleNamespace, draft: Offer) -> Offer:
    return listings.publish_offer(actor=cast.as_claire, offer=draft, expected_version=1)


def test_a_home_is_not_published_twice_at_once(cast: SimpleNamespace, login: Any) -> None:
    offer = f.offer_of(cast.lac)
    client = login(cast.claire)
    client.post(reverse("offer_duplicate", args=[offer.public_id]))
    copy = offer.duplicates.get()
    answer = client.post(
        reverse("offer_publish", args=[copy.public_id]), {"version": "1", "home": "1.1"}
    )
    page = answer.content.decode()
    copy.refresh_from_db()
    assert (answer.status_code, copy.published_at) == (422, None)
    said = f"déjà publié par une autre offre, jusqu'au {french.date_time(offer.closes_at)}"
    assert said.replace("'", "&#39;") in page
    assert reverse("staff_offer", args=[offer.public_id]) in page


def test_a_home_to_open_later_is_published_already(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, opens_at=clock.now() + timedelta(days=1))
    with pytest.raises(ValidationError, match="déjà publié par une autre offre"):
        publish(cast, draft_of_same_home(offer))


def test_who_applied_has_an_answer_before_the_home_is_published_again(
    cast: SimpleNamespace,
) -> None:
    offer = f.offer_of(cast.lac)
    candidacy = f.submitted(cast.amina, offer)
    f.close(offer)
    draft = draft_of_same_home(offer)
    with pytest.raises(ValidationError, match="candidature est encore en cours"):
        publish(cast, draft)
    services.set_aside(
        actor=cast.as_claire, candidacy=candidacy, reason="Trop grand.", expected_version=0
    )
    assert publish(cast, draft).published_at


def test_a_home_nobody_asked_for_is_published_again_after_its_closing(
    cast: SimpleNamespace,
) -> None:
    offer = f.offer_of(cast.lac)
    f.submitted(cast.amina, f.offer_of(cast.lac))  # another home
    listings.close_early(actor=cast.as_claire, offer=offer, reason="Travaux.")
    assert publish(cast, draft_of_same_home(offer)).published_at


def proposed_by_two_offers(cast: SimpleNamespace) -> tuple[Candidacy, Candidacy]:
    """What a portal older than the rule may hold: one home proposed to two people."""
    first = f.offer_of(cast.lac, **DIRECT)
    second = f.OfferFactory(dwelling=first.dwelling, **DIRECT)
    amina = f.proposed(cast.amina, first, cast.as_claire)
    bruno = f.ready(f.submitted(cast.bruno, second), cast.as_claire)
    Candidacy.objects.filter(pk=bruno.pk).update(state="proposal")
    theirs = Proposal.objects.get(candidacy=amina)
    Proposal.objects.create(
        candidacy=bruno,
        rank=1,
        rent=theirs.rent,
        charges=theirs.charges,
        deposit=theirs.deposit,
        available_on=theirs.available_on,
        sent_at=theirs.sent_at,
        deadline=theirs.deadline,
    )
    return amina, bruno


def test_a_home_proposed_by_one_offer_is_not_proposed_by_another(cast: SimpleNamespace) -> None:
    first = f.offer_of(cast.lac, **DIRECT)
    second = f.OfferFactory(dwelling=first.dwelling, **DIRECT)
    f.proposed(cast.amina, first, cast.as_claire)
    with pytest.raises(TransitionRefused, match="déjà proposé à un autre"):
        f.proposed(cast.bruno, second, cast.as_claire)


def test_who_comes_second_is_told_that_the_home_is_taken(cast: SimpleNamespace) -> None:
    amina, bruno = proposed_by_two_offers(cast)
    services.accept_proposal(actor=cast.as_amina, candidacy=amina)
    with pytest.raises(TransitionRefused, match="accepté par un autre candidat"):
        services.accept_proposal(actor=cast.as_bruno, candidacy=bruno)
    bruno.refresh_from_db()
    assert (bruno.state, bruno.home_id) == ("proposal", None)


@pytest.mark.parametrize("state", ["accepted", "lease_signed"])
def test_the_database_lets_a_dwelling_to_one(cast: SimpleNamespace, state: str) -> None:
    amina, bruno = proposed_by_two_offers(cast)
    Candidacy.objects.filter(pk=amina.pk).update(state=state)
    with pytest.raises(IntegrityError, match="one_dwelling_one_tenant"), transaction.atomic():
        Candidacy.objects.filter(pk=bruno.pk).update(state=state)


def test_a_home_given_up_is_held_no_more(cast: SimpleNamespace) -> None:
    amina = f.proposed(cast.amina, f.offer_of(cast.lac, **DIRECT), cast.as_claire)
    taken = services.accept_proposal(actor=cast.as_amina, candidacy=amina)
    taken.refresh_from_db()
    assert taken.home_id == taken.offer.dwelling_id
    services.renounce_home(actor=cast.as_amina, candidacy=taken, reason="Mutation.")
    taken.refresh_from_db()
    assert taken.home_id is None


def test_years_later_the_home_is_let_to_somebody_else(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, **DIRECT)
    amina = f.proposed(cast.amina, offer, cast.as_claire)
    taken = services.accept_proposal(actor=cast.as_amina, candidacy=amina)
    draft = draft_of_same_home(offer)
    with pytest.raises(ValidationError, match="en cours"):  # the lease is not signed yet
        publish(cast, draft)
    services.sign_lease(actor=cast.as_claire, candidacy=taken, expected_version=taken.version)
    taken.refresh_from_db()
    assert taken.home_id == offer.dwelling_id
    bruno = f.proposed(cast.bruno, publish(cast, draft), cast.as_claire)
    services.accept_proposal(actor=cast.as_bruno, candidacy=bruno)
    states = Candidacy.objects.order_by("pk").values_list("state", "home_id")
    assert list(states) == [("lease_signed", None), ("accepted", offer.dwelling_id)]
