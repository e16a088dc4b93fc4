"""The messages of a person: theirs alone, the unread on top."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from alin.kit import clock
from notifications.models import Notice
from tests import factories as f

pytestmark = pytest.mark.django_db


def notice(user: User, title: str, *, minutes: int = 0, **fields: Any) -> Notice:
    return Notice.objects.create(
        recipient=user,
        key=f"{title}:{minutes}",
        title=title,
        body="Premier.\n\nSecond.",
        created_at=clock.now() - timedelta(minutes=minutes),
        **fields,
    )


def titles(response: Any) -> list[str]:
    return re.findall(r"<h2>([^<]*)</h2>", response.content.decode())


@pytest.fixture
def amina(db: None) -> User:
    return f.person("Amina", "Benali")


def test_who_has_no_message_is_told_what_will_come(login: Any, amina: User) -> None:
    page = login(amina).get(reverse("notices")).content.decode()
    assert "Aucun message" in page
    assert "Tout marquer comme lu" not in page


def test_unread_messages_come_first_and_others_messages_never(login: Any, amina: User) -> None:
    notice(amina, "Lu récent", minutes=1, read_at=clock.now())
    notice(amina, "Ancien", minutes=30)
    notice(amina, "Nouveau", minutes=5)
    notice(f.person("Bruno"), "Secret de Bruno")
    response = login(amina).get(reverse("notices"))
    assert titles(response) == ["Nouveau", "Ancien", "Lu récent"]


def test_opening_a_message_marks_it_read_and_leads_where_it_says(login: Any, amina: User) -> None:
    client = login(amina)
    found = notice(amina, "Proposition", path="/mes-candidatures/")
    first = client.post(reverse("notice_open", args=[found.public_id]))
    assert first.url == "/mes-candidatures/"
    found.refresh_from_db()
    read_at = found.read_at
    client.post(reverse("notice_open", args=[found.public_id]))
    found.refresh_from_db()
    assert read_at is not None
    assert found.read_at == read_at
    aimless = notice(amina, "Sans page")
    assert client.post(reverse("notice_open", args=[aimless.public_id])).url == reverse("notices")


def test_reading_the_list_marks_nothing(login: Any, amina: User) -> None:
    client = login(amina)
    found = notice(amina, "Proposition", path="/mes-candidatures/")
    client.get(reverse("notices"))
    assert client.get(reverse("notice_open", args=[found.public_id])).status_code == 405
    found.refresh_from_db()
    assert found.read_at is None


def test_a_message_of_another_person_does_not_exist(login: Any, amina: User) -> None:
    found = notice(f.person("Bruno"), "Secret de Bruno")
    client = login(amina)
    assert client.post(reverse("notice_open", args=[found.public_id])).status_code == 404
    client.post(reverse("notices_read"))
    found.refresh_from_db()
    assert found.read_at is None


def test_all_are_marked_read_at_once(login: Any, amina: User) -> None:
    for n in range(3):
        notice(amina, f"Message {n}")
    client = login(amina)
    assert client.post(reverse("notices_read")).url == reverse("notices")
    assert Notice.objects.filter(recipient=amina, read_at=None).count() == 0


def test_the_list_costs_the_same_with_one_or_thirty_messages(
    login: Any, amina: User, django_assert_num_queries: Any
) -> None:
    client = login(amina)
    for count in (1, 30):
        for n in range(count):
            notice(amina, f"Message {count}-{n}", minutes=n)
        with django_assert_num_queries(8):
            response = client.get(reverse("notices"))
    assert len(titles(response)) == 25
    assert len(titles(client.get(reverse("notices"), {"page": 2}))) == 6


def test_staff_have_messages_too(login: Any, cast: SimpleNamespace) -> None:
    notice(cast.claire, "Pour Claire")
    assert titles(login(cast.claire).get(reverse("notices"))) == ["Pour Claire"]
