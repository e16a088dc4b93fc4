"""The front door: where each person lands, and for whom they act."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from alin.kit import clock
from alin.kit.actor import ORGANISATION_KEY
from tests import factories as f

pytestmark = pytest.mark.django_db


def test_the_home_page_is_for_everybody(client: Client) -> None:
    assert client.get(reverse("home")).status_code == 200


def test_everybody_is_welcomed_where_they_have_to_be(login: Any, cast: SimpleNamespace) -> None:
    landing = {
        cast.farid: "platform_home",
        cast.claire: "staff_home",
        cast.chloe: "staff_home",
        cast.estelle: "commission_home",
        cast.gaelle: "offer_search",
        cast.amina: "offer_search",
        f.person("Nadia"): "dossier",
    }
    for user, name in landing.items():
        assert login(user).get(reverse("welcome")).url == reverse(name)


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    response = client.get(reverse("welcome"))
    assert response.url == f"{reverse('account_login')}?next={reverse('welcome')}"


def test_who_works_for_two_landlords_switches_between_them_and_oneself(
    login: Any, cast: SimpleNamespace
) -> None:
    f.member("Claire", cast.oc, "manager")
    client = login(cast.claire)
    before = client.session.session_key
    page = client.get(reverse("notices")).content.decode()
    assert f'value="{cast.oc.public_id}"' in page
    response = client.post(reverse("switch_organisation"), {"organisation": str(cast.oc.public_id)})
    assert response.url == reverse("welcome")
    assert client.session[ORGANISATION_KEY] == str(cast.oc.public_id)
    assert client.session.session_key != before
    assert client.get(reverse("staff_team")).status_code == 200
    client.post(reverse("switch_organisation"), {"organisation": "moi"})
    assert client.get(reverse("welcome")).url == reverse("dossier")


def test_nobody_acts_for_an_organisation_that_is_not_theirs(
    login: Any, cast: SimpleNamespace
) -> None:
    client = login(cast.claire)
    ended = f.member("Claire", cast.reserver)
    Membership.objects.filter(user=ended, organisation=cast.reserver).update(ended_at=clock.now())
    for chosen in (cast.oc.public_id, cast.reserver.public_id, cast.oc.pk, "", "x"):
        response = client.post(reverse("switch_organisation"), {"organisation": str(chosen)})
        assert response.status_code == 404
    assert ORGANISATION_KEY not in client.session
    assert client.get(reverse("switch_organisation")).status_code == 405
