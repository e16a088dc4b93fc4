"""A home that people may apply to does not become one that could not be published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from alin.kit import clock
from listings import services
from listings.forms.stock import DwellingForm
from listings.imports.cells import as_typed
from listings.models import Dwelling, Offer
from tests import factories as f
from tests.listings.test_upkeep import done, posted

pytestmark = pytest.mark.django_db
WAY_OUT = "closez-la d'abord avec un motif, puis corrigez le logement."


@pytest.fixture
def offer(cast: SimpleNamespace) -> Offer:
    """A T3 of class E, open to candidates."""
    made: Any = f.offer_of(cast.lac)
    Dwelling.objects.filter(pk=made.dwelling_id).update(reference="A-1", dpe="E")
    made.refresh_from_db()
    return made


@pytest.fixture
def mobility(cast: SimpleNamespace) -> Offer:
    """A furnished home to let by bail mobilité."""
    made: Any = f.offer_of(cast.lac, kind="temporary", funding="")
    Dwelling.objects.filter(pk=made.dwelling_id).update(furnished=True)
    made.refresh_from_db()
    return made


@pytest.fixture
def manager(cast: SimpleNamespace, login: Any, settings: Any) -> Client:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    client: Client = login(cast.chloe)
    return client


def change(cast: SimpleNamespace, offer: Offer, **changes: Any) -> Dwelling:
    home = Dwelling.objects.get(pk=offer.dwelling_id)
    return services.update_dwelling(
        actor=cast.as_claire, dwelling=home, changes=changes, expected_version=home.version
    )


def by_the_page(client: Client, offer: Offer) -> str:
    page = reverse("dwelling_edit", args=[offer.dwelling.public_id])
    typed = as_typed(DwellingForm.initial_of(offer.dwelling)) | {"dpe": "G"}
    answer = client.post(page, {name: said for name, said in typed.items() if said is not False})
    assert answer.status_code == 422
    return answer.content.decode()


def by_the_administration(client: Client, offer: Offer) -> str:
    return str(posted(client, "dwelling", offer.dwelling, dpe="G").content.decode())


def by_many(client: Client, offer: Offer) -> str:
    answer = done(client, "dwelling", "set_letters", [offer.dwelling], apply="1", dpe="G")
    assert answer.status_code == 422
    return str(answer.content.decode())


WAYS = (by_the_page, by_the_administration, by_many)


@pytest.mark.parametrize("way", WAYS, ids=[each.__name__ for each in WAYS])
def test_refused_wherever_it_is_typed(
    offer: Offer, manager: Client, way: Callable[[Client, Offer], str]
) -> None:
    said = unescape(way(manager, offer))
    assert "Un logement de classe énergie G n'est plus décent" in said
    assert WAY_OUT in said
    offer.dwelling.refresh_from_db()
    assert (offer.dwelling.dpe, offer.dwelling.version) == ("E", 1)


def test_the_line_of_a_file_is_refused_in_the_same_words(
    cast: SimpleNamespace, offer: Offer
) -> None:
    """Of two homes of the file, the one that is not offered becomes what it is."""
    residence = offer.dwelling.residence
    f.DwellingFactory(residence=residence, reference="A-2", dpe="E")
    lines = ["residence;logement;dpe", *[f"{residence.name};A-{n};G" for n in (1, 2)]]
    batch = services.send_import(
        actor=cast.as_claire, name="parc.csv", content="\n".join(lines).encode()
    )
    refused, changed = batch.lines.order_by("number")
    with pytest.raises(ValidationError) as why:
        change(cast, offer, dpe="G")
    assert refused.reasons == [f"DPE : {why.value.messages[0]}"]
    assert (changed.outcome, changed.reasons) == ("changed", [])


def test_the_refusal_names_the_offer_and_says_what_to_do(
    cast: SimpleNamespace, mobility: Offer
) -> None:
    Offer.objects.filter(pk=mobility.pk).update(
        published_at=datetime(2026, 11, 3, 9, tzinfo=clock.PARIS)
    )
    with pytest.raises(ValidationError) as refused:
        change(cast, mobility, furnished=False)
    said = refused.value.message_dict["furnished"][0].replace("\u00a0", " ")
    assert said.startswith(
        "Un bail mobilité porte sur un logement meublé (loi du 6 juillet 1989, article 25-12). "
        "L'offre publiée le 3 novembre 2026 (résidence mobilité, clôture le "
    )
    assert said.endswith(WAY_OUT)


def test_once_closed_the_home_is_said_as_it_is(cast: SimpleNamespace, offer: Offer) -> None:
    """Even while somebody waits for an answer: nobody else is let in."""
    f.submitted(cast.amina, offer)
    services.close_early(actor=cast.as_claire, offer=offer, reason="Nouveau diagnostic.")
    assert change(cast, offer, dpe="G").dpe == "G"


def test_an_offer_still_to_open_counts_a_draft_does_not(cast: SimpleNamespace) -> None:
    soon = f.offer_of(cast.lac, opens_at=clock.now() + timedelta(days=2))
    with pytest.raises(ValidationError, match="n'est plus décent"):
        change(cast, soon, dpe="G")
    draft = f.offer_of(cast.lac, published_at=None)
    assert change(cast, draft, dpe="G").dpe == "G"


def test_what_is_let_otherwise_has_no_class_to_keep(cast: SimpleNamespace, mobility: Offer) -> None:
    """The decency of article 6 is that of leases of the law of 1989."""
    shelter = f.offer_of(cast.lac, kind="temporary", funding="", programme="emergency")
    assert change(cast, shelter, dpe="G", furnished=False).dpe == "G"
    with pytest.raises(ValidationError, match="n'est plus décent"):
        change(cast, mobility, dpe="G")


def test_what_did_not_change_is_not_judged_again(
    cast: SimpleNamespace, offer: Offer, mobility: Offer
) -> None:
    """Homes published when the law allowed them: a typing error is mended all the same."""
    Dwelling.objects.filter(pk=offer.dwelling_id).update(dpe="G")
    Dwelling.objects.filter(pk=mobility.dwelling_id).update(furnished=False)
    assert change(cast, offer, floor=1, reference="A-01").floor == 1
    assert change(cast, mobility, ges="B").ges == "B"
    residence = offer.dwelling.residence
    services.update_residence(
        actor=cast.as_claire,
        residence=residence,
        changes={"address": "12 rue des Tilleuls"},
        expected_version=1,
    )


def test_a_published_offer_does_not_become_one_that_its_home_is_unfit_for(
    cast: SimpleNamespace, offer: Offer
) -> None:
    """Nobody has applied: the type may change, to what could be published."""
    to_mobility = {"kind": "temporary", "funding": "", "programme": "mobility", "deposit": 0}
    with pytest.raises(ValidationError) as refused:
        services.update_offer(
            actor=cast.as_claire, offer=offer, changes=to_mobility, expected_version=1
        )
    assert list(refused.value.message_dict) == ["furnished"]
    change(cast, offer, furnished=True)
    offer.refresh_from_db()
    services.update_offer(
        actor=cast.as_claire, offer=offer, changes=to_mobility, expected_version=offer.version
    )
