from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Membership, User
from notifications.models import OutboxMessage

pytestmark = pytest.mark.django_db


def _run(address: str) -> str:
    out = StringIO()
    call_command("create_operator", address, stdout=out)
    return out.getvalue()


def test_the_first_operator_of_an_empty_installation(client: Client) -> None:
    assert "/compte/password/reset/" in _run("Farid@example.test")
    membership = Membership.objects.get()
    assert (membership.role, membership.organisation.kind) == ("manager", "plateforme")
    assert not User.objects.get().has_usable_password()
    client.post("/compte/password/reset/", {"email": "farid@example.test"})
    assert OutboxMessage.objects.get().subject == "Choisir un nouveau mot de passe"


def test_a_second_time_changes_nothing() -> None:
    _run("farid@example.test")
    assert _run("farid@example.test").startswith("Rien à changer")
    assert Membership.objects.count() == 1


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="pas valable"):
        _run("farid")
