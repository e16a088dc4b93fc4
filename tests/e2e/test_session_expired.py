"""Nothing typed is lost when a session ends, and nothing is sent twice."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import Dossier
from applications.models import Candidacy
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
KEPT = "Votre session avait pris fin. Nous avons gardé ce que vous aviez saisi"
PHONE = "06 39 98 00 11"
SEND_TWICE = """async () => {
    const form = document.querySelector("main form");
    const body = new URLSearchParams(new FormData(form));
    const send = () => fetch(form.action, {method: "POST", body});
    const answers = await Promise.all([send(), send()]);
    return answers.map(answer => new URL(answer.url).pathname);
}"""


def type_identity_after_the_session_ended(page: Page) -> None:
    page.goto("/mon-dossier/identite/")
    # Before anything is typed: the page saves by itself a second later.
    Session.objects.all().delete()
    page.get_by_label("Date de naissance").fill("14/07/1991")
    page.get_by_label("Numéro de téléphone").fill(PHONE)


def save(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").click()


def log_in(page: Page, user: object) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.get_by_label("Courriel").fill(user.email)  # type: ignore[attr-defined]
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous")


def shown(page: Page) -> dict[str, str]:
    labels = {"birth": "Date de naissance", "phone": "Numéro de téléphone"}
    return {name: page.get_by_label(label).input_value() for name, label in labels.items()}


def test_what_was_typed_comes_back_after_login(cast: SimpleNamespace, logged_in: Open) -> None:
    page = logged_in(cast.amina)
    type_identity_after_the_session_ended(page)
    save(page)
    log_in(page, cast.amina)
    expect(page.get_by_role("main")).to_contain_text(KEPT)
    assert shown(page) == {"birth": "14/07/1991", "phone": PHONE}
    assert Dossier.objects.get(applicant=cast.amina).phone == "0600000000"

    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon dossier")
    dossier = Dossier.objects.get(applicant=cast.amina)
    assert (str(dossier.birth_date), dossier.phone) == ("1991-07-14", PHONE)
    page.goto("/mon-dossier/identite/")
    expect(page.get_by_role("main")).not_to_contain_text(KEPT)


def test_somebody_else_in_that_browser_sees_nothing_of_it(
    cast: SimpleNamespace, logged_in: Open
) -> None:
    Dossier.objects.filter(applicant=cast.bruno).update(phone="06 39 98 00 99")
    page = logged_in(cast.amina)
    type_identity_after_the_session_ended(page)
    save(page)
    log_in(page, cast.bruno)
    expect(page.get_by_role("main")).not_to_contain_text(KEPT)
    assert shown(page) == {"birth": "04/05/1988", "phone": "06 39 98 00 99"}
    assert PHONE not in page.content()
    assert dict(Dossier.objects.values_list("applicant__first_name", "phone")) == {
        "Amina": "0600000000",
        "Bruno": "06 39 98 00 99",
    }


def test_a_double_click_applies_once(cast: SimpleNamespace, logged_in: Open) -> None:
    page = logged_in(cast.amina)
    page.goto(f"/logements/{f.offer_of(cast.lac).public_id}/postuler/")
    page.get_by_role("button", name="Envoyer ma candidature").dblclick()
    expect(page.get_by_role("main")).to_contain_text("Candidature reçue")
    assert list(Candidacy.objects.values_list("applicant__first_name", "state")) == [
        ("Amina", "submitted")
    ]


def test_a_form_sent_twice_at_once_leads_twice_to_the_same_place(
    cast: SimpleNamespace, logged_in: Open
) -> None:
    """What a double click does on a slow line, where nothing in the page holds the second one."""
    page = logged_in(cast.amina)
    page.goto(f"/logements/{f.offer_of(cast.lac).public_id}/postuler/")
    led_to = page.evaluate(SEND_TWICE)
    (candidacy,) = Candidacy.objects.all()
    assert led_to == [f"/mes-candidatures/{candidacy.public_id}/"] * 2
