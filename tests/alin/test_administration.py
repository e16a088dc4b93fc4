"""The administration: operators, with a second factor, to look and to send again. What managers of
landlords do there is in tests/listings/test_upkeep.py."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from notifications.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(cast: SimpleNamespace, login: Any, settings: Any) -> Client:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = False
    return login(cast.farid)


@pytest.mark.parametrize("who", ["amina", "claire", "david", "estelle", "gaelle"])
def test_it_is_closed_to_everybody_else(cast: SimpleNamespace, login: Any, who: str) -> None:
    client = login(getattr(cast, who))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        answer = client.get(reverse(name), follow=True)
        assert answer.status_code == 403, name


def test_an_operator_without_second_factor_is_led_to_it(cast: SimpleNamespace, login: Any) -> None:
    answer = login(cast.farid).get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_index")


def test_an_operator_reads_every_list_and_changes_nothing(
    cast: SimpleNamespace, operator: Client
) -> None:
    """Every list but those of landlords' stock, that is theirs alone."""
    closed = set()
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if operator.get(reverse(f"{base}_changelist")).status_code == 403:
            closed.add(model._meta.label)
        assert operator.get(reverse(f"{base}_add")).status_code == 403, base
    assert closed == {"listings.Residence", "listings.Dwelling", "listings.Offer"}


def test_a_mail_given_up_is_sent_again_on_demand(operator: Client) -> None:
    row = OutboxMessage.objects.create(
        key="k", to_address="x@example.test", subject="s", body_text="t", state="dead", attempts=8
    )
    operator.post(
        reverse("admin:notifications_outboxmessage_changelist"),
        {"action": "send_again", "_selected_action": [row.pk]},
    )
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)


def test_people_and_dossiers_are_not_in_it() -> None:
    private = {
        model
        for model in admin.site._registry
        if model._meta.app_label in {"accounts", "applications", "commission"}
    }
    assert private == set()
