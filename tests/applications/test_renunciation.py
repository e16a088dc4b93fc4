"""The written renunciation of a demande: asked twice, done once, by its holder alone."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Dossier, DossierAccess, SectionState
from accounts.queries import what_is_missing
from alin.kit import clock
from applications import services
from applications.models import Candidacy
from applications.workflow import has_a_numero_unique
from notifications.models import Notice
from tests import factories as f

pytestmark = pytest.mark.django_db
PAGE = "/mon-dossier/numero-unique/abandonner/"


def demand(cast: SimpleNamespace) -> tuple[str, Any]:
    dossier = Dossier.objects.get(applicant=cast.amina)
    return dossier.numero_radiation_ground, dossier.numero_radiated_on


def test_it_says_what_it_does_asks_and_withdraws_the_social_candidacies_alone(
    login: Any, cast: SimpleNamespace
) -> None:
    social = f.submitted(cast.amina, f.offer_of(cast.lac))
    other = f.submitted(cast.amina, f.offer_of(cast.lac, kind="intermediate", funding="LLI"))
    client = login(cast.amina)
    assert PAGE in client.get(reverse("dossier_numero")).content.decode()
    page = client.get(PAGE).content.decode()
    assert "Ces candidatures sont retirées : T3 à Villeurbanne." in page
    assert client.post(PAGE).status_code == 422
    assert demand(cast) == ("", None)
    assert client.post(PAGE, {"sure": "on"}).url == reverse("dossier_numero")
    assert demand(cast) == ("b", clock.today())
    found = dict(Candidacy.objects.values_list("pk", "state"))
    assert found == {social.pk: "withdrawn", other.pk: "submitted"}
    title = "Vous avez abandonné votre demande de logement social"
    assert Notice.objects.filter(recipient=cast.amina, title=title).count() == 1
    assert SectionState.objects.get(dossier=cast.amina.dossier, name="numero").version == 1
    again = client.post(PAGE, {"sure": "on"})
    assert again.status_code == 409
    assert "Votre demande est déjà radiée." in again.content.decode()
    assert "Votre demande est radiée (Demande abandonnée par écrit)" in (
        client.get(reverse("dossier_numero")).content.decode()
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("proposal", "Un logement vous est proposé : répondez d&#39;abord"),
        ("accepted", "Vous avez accepté un logement : renoncez-y d&#39;abord"),
    ],
)
def test_a_home_in_hand_comes_first(
    login: Any, cast: SimpleNamespace, state: str, said: str
) -> None:
    held = f.submitted(cast.amina, f.offer_of(cast.lac))
    waiting = f.submitted(cast.amina, f.offer_of(cast.lac))
    Candidacy.objects.filter(pk=held.pk).update(state=state)
    response = login(cast.amina).post(PAGE, {"sure": "on"})
    assert response.status_code == 409
    assert said in response.content.decode()
    assert demand(cast) == ("", None)
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_who_shares_the_dossier_does_not_give_up_the_demande(
    login: Any, cast: SimpleNamespace
) -> None:
    cora = f.person("Cora", "Roux")
    f.shared(cast.amina, cora)
    client = login(cora)
    assert client.post(PAGE, {"sure": "on"}).status_code == 403
    assert PAGE not in client.get(reverse("dossier_numero")).content.decode()
    with pytest.raises(PermissionDenied):
        services.renounce_demand(actor=f.actor_for(cora), dossier=cast.amina.dossier)
    assert demand(cast) == ("", None)


def test_a_demande_is_struck_off_once(cast: SimpleNamespace) -> None:
    dossier, today = cast.amina.dossier, clock.today()
    assert accounts.strike_off(actor=cast.as_amina, dossier=dossier, ground="b", on=today)
    assert not accounts.strike_off(actor=cast.as_amina, dossier=dossier, ground="a", on=today)
    assert demand(cast) == ("b", today)
    Dossier.objects.filter(applicant=cast.bruno).update(numero_unique="")
    none = Dossier.objects.get(applicant=cast.bruno)
    assert not accounts.strike_off(actor=cast.as_bruno, dossier=none, ground="a", on=today)


def test_a_home_is_given_back_by_the_page(login: Any, cast: SimpleNamespace) -> None:
    home = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    proposed = f.proposed(cast.amina, home, cast.as_claire)
    accepted = services.accept_proposal(actor=cast.as_amina, candidacy=proposed)
    client = login(cast.amina)
    page = reverse("home_renounce", args=[accepted.public_id])
    assert page in client.get(reverse("candidacy", args=[accepted.public_id])).content.decode()
    empty = client.post(page, {"version": accepted.version, "reason": ""})
    assert empty.status_code == 422
    assert "Écrivez pourquoi vous renoncez à ce logement." in empty.content.decode()
    client.post(page, {"version": accepted.version, "reason": "Je déménage ailleurs."})
    accepted.refresh_from_db()
    assert accepted.state == "withdrawn"


def test_a_struck_off_demande_is_no_registered_one(cast: SimpleNamespace) -> None:
    """L441-2-1 CCH: no commission examines a candidacy without a demande under way."""
    before = f.submitted(cast.amina, f.offer_of(cast.lac))
    accounts.strike_off(
        actor=cast.as_amina, dossier=cast.amina.dossier, ground="b", on=clock.today()
    )
    missing = what_is_missing(Dossier.objects.get(applicant=cast.amina), clock.today())
    assert [each.section for each in missing] == ["numero"]
    with pytest.raises(services.CannotApply):
        f.submitted(cast.amina, f.offer_of(cast.lac))
    snapshot = {**before.dossier_snapshot, "numero_radiation_ground": "b"}
    Candidacy.objects.filter(pk=before.pk).update(dossier_snapshot=snapshot)
    before.refresh_from_db()
    assert has_a_numero_unique(before, clock.now()) == ["La demande de logement social est radiée."]


def test_the_landlord_is_told_of_a_home_given_up_once_and_reads_the_dossier_no_more(
    cast: SimpleNamespace,
) -> None:
    taken = f.submitted(cast.amina, f.offer_of(cast.lac))
    Candidacy.objects.filter(pk=taken.pk).update(state="accepted")
    services.renounce_home(actor=cast.as_amina, candidacy=taken, reason="Mutation annulée.")
    told = Notice.objects.filter(title__startswith="Renonciation avant le bail")
    assert {notice.recipient_id for notice in told} == {cast.claire.pk, cast.chloe.pk}
    assert "Personne n'attend derrière" in told[0].body
    assert not DossierAccess.objects.filter(dossier=taken.dossier, until=None).exists()


def test_after_the_lease_the_landlord_no_longer_reads_the_dossier(cast: SimpleNamespace) -> None:
    housed = f.submitted(cast.amina, f.offer_of(cast.lac))
    assert DossierAccess.objects.filter(dossier=housed.dossier, until=None).count() == 1
    Candidacy.objects.filter(pk=housed.pk).update(state="accepted")
    services.sign_lease(
        actor=cast.as_claire, candidacy=housed, expected_version=Candidacy.objects.get().version
    )
    assert not DossierAccess.objects.filter(dossier=housed.dossier, until=None).exists()
