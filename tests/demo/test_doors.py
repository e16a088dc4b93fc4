"""Entering as a fictitious person, and reading the mail that was sent."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from alin import demo
from alin.demo_world.cast import CAST
from tests import factories as f

pytestmark = pytest.mark.django_db

MAIL = """From: Alin <ne-pas-repondre@alin.example>
To: {to}
Subject: {subject}
Date: Mon, 23 Nov 2026 09:05:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="utf-8"

Bonjour,
voici <b>votre</b> lien :

http://testserver/compte/confirm-email/abc:def/

--b
Content-Type: text/html; charset="utf-8"

<p onclick="voler()">Bonjour</p>
--b--
"""


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILBOX_DIR = tmp_path
    for number, (to, subject) in enumerate(
        [("amina@example.test", "Premier"), ("bruno@example.test", "Secret de Bruno")], start=1
    ):
        (tmp_path / f"{number}-ab.eml").write_text(
            MAIL.format(to=to, subject=subject), newline="\r\n"
        )
    return tmp_path


def test_one_enters_as_a_person_of_the_cast(client: Client) -> None:
    amina = f.UserFactory(first_name="Amina", email=CAST[0].email)
    response = client.post(reverse("demo_login"), {"email": amina.email})
    assert (response.status_code, response.headers["Location"]) == (302, reverse("welcome"))
    assert client.session["_auth_user_id"] == str(amina.pk)


def test_one_enters_as_nobody_else(client: Client, cast: SimpleNamespace) -> None:
    """Farid of the tests exists, may do much, and is not of the demonstration's cast."""
    response = client.post(reverse("demo_login"), {"email": cast.farid.email})
    assert response.status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_link_does_not_log_in(client: Client) -> None:
    f.UserFactory(first_name="Amina", email=CAST[0].email)
    assert client.get(reverse("demo_login"), {"email": CAST[0].email}).status_code == 405


def test_only_accounts_that_exist_are_offered() -> None:
    assert demo.accounts() == []
    f.UserFactory(first_name="Amina", email=CAST[0].email)
    assert [(one["email"], one["kind"]) for one in demo.accounts()] == [
        ("amina@demo.alin.example", "applicant")
    ]


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [("post", "demo_login", []), ("get", "demo_mail", []), ("get", "demo_mail_message", ["1-ab"])],
)
def test_the_doors_are_shut_outside_the_demonstration(
    client: Client,
    settings: Settings,
    mailbox: Path,
    method: str,
    name: str,
    args: list[str],
) -> None:
    f.UserFactory(first_name="Amina", email=CAST[0].email)
    settings.DEMO = False
    page = getattr(client, method)(reverse(name, args=args), {"email": CAST[0].email})
    assert page.status_code == 404


def test_the_mail_is_listed_newest_first(client: Client, mailbox: Path) -> None:
    page = client.get(reverse("demo_mail")).content.decode()
    assert page.index("Secret de Bruno") < page.index("Premier")
    assert "2\N{NO-BREAK SPACE}courriels" in page


def test_the_mail_of_one_person_is_found_alone(client: Client, mailbox: Path) -> None:
    page = client.get(reverse("demo_mail"), {"q": "AMINA@"}).content.decode()
    assert "Premier" in page
    assert "Bruno" not in page
    assert "1\N{NO-BREAK SPACE}courriel<" in page


def test_nothing_found_says_what_to_do(client: Client, mailbox: Path) -> None:
    page = client.get(reverse("demo_mail"), {"q": "<script>"}).content.decode()
    assert "Aucun courriel pour « &lt;script&gt; »" in page


def test_an_empty_mailbox_says_what_to_do(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MAILBOX_DIR = tmp_path / "none"
    assert "Aucun courriel pour l&#39;instant" in client.get(reverse("demo_mail")).content.decode()


def test_a_message_has_clickable_addresses_and_harmless_markup(
    client: Client, mailbox: Path
) -> None:
    page = client.get(reverse("demo_mail_message", args=["1-ab"])).content.decode()
    address = "http://testserver/compte/confirm-email/abc:def/"
    assert f'<a href="{address}">{address}</a>' in page
    assert "<p>Bonjour,<br>voici &lt;b&gt;votre&lt;/b&gt; lien :</p>" in page
    assert "&lt;p onclick=&#34;voler()&#34;&gt;Bonjour&lt;/p&gt;" in page


@pytest.mark.parametrize("unknown", ["9-ff", "..", "1-ab.eml"])
def test_an_unknown_message_is_not_found(client: Client, mailbox: Path, unknown: str) -> None:
    assert client.get(f"/demo/courrier/{unknown}/").status_code == 404
