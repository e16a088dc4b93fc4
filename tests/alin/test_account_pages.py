"""The pages that allauth brings look and speak like the others."""

import re
from html import unescape

import pytest
from django.test import Client, RequestFactory
from django.utils.html import strip_tags

from .test_components import Page

pytestmark = pytest.mark.django_db

ENGLISH = re.compile(r"\b(the|your|please|sign|password|account)\b", re.IGNORECASE)


def heading(html: str) -> str:
    (title,) = re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)
    return unescape(title.strip())


def words(html: str) -> str:
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    assert main
    return strip_tags(main[0])


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("login/", "Se connecter"),
        ("signup/", "Créer un compte"),
        ("password/reset/", "Mot de passe oublié"),
        ("password/reset/done/", "Regardez votre messagerie"),
        ("password/reset/key/1-faux/", "Ce lien ne marche plus"),
        ("password/reset/key/done/", "Votre mot de passe est changé"),
        ("confirm-email/", "Confirmez votre adresse électronique"),
        ("confirm-email/faux/", "Confirmer mon adresse électronique"),
        ("inactive/", "Ce compte est fermé"),
    ],
)
def test_a_visitor_s_pages(client: Client, path: str, title: str) -> None:
    html = client.get(f"/compte/{path}").content.decode()
    page = Page(html)
    assert heading(html) == title
    assert sorted(page.ids) == sorted(set(page.ids))
    assert ENGLISH.findall(words(html)) == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("email/", "Mes adresses électroniques"),
        ("password/change/", "Changer de mot de passe"),
        ("2fa/", "Double vérification"),
        ("reauthenticate/", "Confirmez que c'est bien vous"),
        ("logout/", "Voulez-vous vous déconnecter ?"),
    ],
)
def test_a_person_s_pages(cast, login, path: str, title: str) -> None:
    html = login(cast.amina).get(f"/compte/{path}").content.decode()
    page = Page(html)
    assert heading(html) == title
    assert sorted(page.ids) == sorted(set(page.ids))
    assert ENGLISH.findall(words(html)) == []


def test_a_refused_sign_up_says_what_to_do(client: Client) -> None:
    html = client.post("/compte/signup/", {}).content.decode()
    page = Page(html)
    assert re.findall(r"<title>([^<]*)</title>", html) == ["Erreur : Créer un compte – Alin"]
    summary = html.split('class="govuk-error-summary"')[1].split("</ul>")[0]
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == [target for target in targets if target in page.ids] != []


def test_browsers_may_fill_in_the_login(client: Client) -> None:
    html = client.get("/compte/login/").content.decode()
    fields = dict(re.findall(r'<input type="(email|password)"[^>]*autocomplete="([^"]*)"', html))
    assert fields == {"email": "email", "password": "current-password"}
    assert "placeholder" not in html
    assert "onpaste" not in html


def test_too_many_tries_are_told_so(rf: RequestFactory) -> None:
    from alin.errors import too_many_requests

    response = too_many_requests(rf.post("/compte/login/"))
    assert (response.status_code, response["Retry-After"]) == (429, "300")
    assert heading(response.content.decode()) == "Trop d'essais en peu de temps"


def test_an_old_form_loses_nothing_silently(cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/compte/login/", {"login": "amina@alin.example"})
    assert response.status_code == 403
    html = response.content.decode()
    assert heading(html) == "La page était ouverte depuis trop longtemps"
