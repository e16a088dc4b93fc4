"""The main job, once through, in a real browser: from an account to an accepted home."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Dossier
from accounts.rules import reference_income_year
from alin.kit import clock
from applications.models import Candidacy
from notifications.services import relay_due
from tests import factories as f
from tests.e2e.showing import follow

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
PASSWORD = "quatre mots pour entrer"


def press(page: Page, name: str) -> None:
    follow(page.get_by_role("button", name=name).first)


def open_link(page: Page, name: str) -> None:
    follow(page.get_by_role("link", name=name).first)


def enter(page: Page, user: Any) -> None:
    page.goto("/compte/login/")
    page.get_by_label("Courriel").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    press(page, "Se connecter")
    page.wait_for_url(lambda url: "/compte/login/" not in url)


def create_account(page: Page, smtp: Any) -> None:
    page.get_by_label("Prénom").fill("Nadia")
    page.get_by_label("Nom", exact=True).fill("Kaci")
    page.get_by_label("Courriel").fill("nadia@example.test")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    press(page, "Créer mon compte")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    relay_due()
    (mail,) = [m for m in smtp.messages if m["To"] == "nadia@example.test"]
    text = mail.get_body(("plain",)).get_content()
    (address,) = re.findall(r"https?://\S+/compte/confirm-email/\S+", text)
    page.goto(address)
    press(page, "Confirmer")


def fill_dossier(page: Page) -> None:
    page.goto("/mon-dossier/identite/")
    page.get_by_label("Date de naissance").fill("04/05/1990")
    press(page, "Enregistrer")

    page.goto("/mon-dossier/numero-unique/")
    page.get_by_label("Votre numéro unique").fill("0691323000001TESTS")
    press(page, "Enregistrer")
    expect(page.get_by_role("alert").first).to_contain_text("0691323000001TESTS"[3:7])
    page.get_by_label("Votre numéro unique").fill("069 0423 000001 tests")
    press(page, "Enregistrer")

    page.goto("/mon-dossier/foyer/ajouter/")
    page.get_by_label("Un enfant", exact=True).check(force=True)
    page.get_by_label("Prénom").fill("Sami")
    page.get_by_label("Date de naissance").fill("12/09/2018")
    page.get_by_label("Avec vous, tout le temps ou presque").check(force=True)
    page.get_by_role("group", name=re.compile("à votre charge")).get_by_label("Oui").check(
        force=True
    )
    press(page, "Enregistrer")
    page.goto("/mon-dossier/foyer/")
    press(page, "Mon foyer est complet")

    page.goto("/mon-dossier/ressources/")
    page.get_by_label("Votre revenu fiscal de référence").fill("-5")
    press(page, "Enregistrer")
    expect(page).to_have_title(re.compile("^Erreur"))
    page.get_by_label("Votre revenu fiscal de référence").fill("21 400")
    press(page, "Enregistrer")

    page.goto("/mon-dossier/emploi/")
    page.get_by_label("Salarié du secteur privé (non agricole)").check(force=True)
    page.get_by_label("Nom de votre employeur").fill("Atelier des Lilas")
    page.get_by_label("Nombre de salariés de l'entreprise").fill("42")
    press(page, "Enregistrer")


def instruct(page: Page, name: str) -> None:
    """The agent takes a dossier, verifies its five points, marks it ready."""
    page.goto("/bailleur/candidatures/")
    open_link(page, name)
    press(page, "Prendre en instruction")
    expect(page.get_by_text("Il reste à vérifier")).to_be_visible()
    for _point in range(5):
        press(page, "Vérifier")
    press(page, "Marquer le dossier prêt")


def decide(page: Page, rank_of: dict[str, int]) -> None:
    """The president records an award by rank for each, rereads, closes."""
    page.goto("/commission/")
    follow(page.locator("a[href*='/commission/seances/']").first)
    addresses = page.locator("a[href*='/commission/candidats/']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    for address in addresses:
        page.goto(address)
        name = page.get_by_role("heading", level=1).inner_text()
        (rank,) = [rank for who, rank in rank_of.items() if who in name]
        page.get_by_role("radio", name="Attribution par rang").check(force=True)
        page.get_by_role("spinbutton").fill(str(rank))
        follow(page.get_by_role("button", name=re.compile("Enregistrer")))
    page.goto("/commission/")
    follow(page.locator("a[href*='/commission/seances/']").first)
    open_link(page, "Relire et clore la séance")
    press(page, "Clore la séance et notifier")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_from_a_visit_to_an_accepted_home(
    cast: SimpleNamespace, new_page: Open, smtp_server: Any, javascript: bool
) -> None:
    offer = f.offer_of(cast.lac)
    for user in (cast.amina, cast.bruno):
        f.ready(f.submitted(user, offer), cast.as_claire)
    f.reopen(offer)
    f.session_of(cast.commission)
    options = {"java_script_enabled": javascript}

    nadia = new_page(viewport={"width": 390, "height": 844}, **options)
    nadia.goto("/logements/?q=villeurbanne")
    follow(nadia.locator(f"a[href='/logements/{offer.public_id}/']").first)
    expect(nadia.get_by_role("main")).to_contain_text("412,40")
    open_link(nadia, "Créer un compte pour postuler")
    create_account(nadia, smtp_server)
    fill_dossier(nadia)
    dossier = Dossier.objects.get(applicant__email="nadia@example.test")
    assert dossier.numero_unique == "0690423000001TESTS"
    assert list(dossier.incomes.values_list("year", "rfr_eur")) == [
        (reference_income_year(clock.today()), 21_400)
    ]

    nadia.goto(f"/logements/{offer.public_id}/")
    verdict = nadia.get_by_role("main")
    expect(verdict).to_contain_text(re.compile(r"21\s400"))
    # One adult and one dependant: category 3 (arrêté du 29 juillet 1987).
    expect(verdict).to_contain_text("catégorie 3")
    open_link(nadia, "Postuler")
    press(nadia, "Envoyer ma candidature")
    expect(nadia.get_by_role("main")).to_contain_text("Candidature reçue")

    claire = new_page(**options)
    enter(claire, cast.claire)
    instruct(claire, "Nadia Kaci")
    f.close(offer)
    claire.goto(f"/commission/preparer/{offer.public_id}/")
    claire.get_by_label("Séance").select_option(index=1)
    for box in claire.get_by_role("checkbox").all():
        box.check(force=True)
    press(claire, "Mettre à l'ordre du jour")

    estelle = new_page(**options)
    enter(estelle, cast.estelle)
    decide(estelle, {"Nadia": 1, "Amina": 2, "Bruno": 3})

    relay_due()
    subjects = [
        m["Subject"].strip() for m in smtp_server.messages if m["To"] == "nadia@example.test"
    ]
    assert "Un logement vous est proposé : T3 à Villeurbanne" in subjects

    nadia.goto("/mes-candidatures/")
    follow(nadia.locator("a[href*='/mes-candidatures/']").filter(has_text="T3").first)
    open_link(nadia, "Accepter ce logement")
    press(nadia, "J'accepte ce logement")
    expect(nadia.get_by_role("main")).to_contain_text("Logement accepté")
    assert dict(Candidacy.objects.values_list("applicant__first_name", "state")) == {
        "Nadia": "accepted",
        # They keep their rank until the lease: it may be given up before.
        "Amina": "awarded_waiting",
        "Bruno": "awarded_waiting",
    }
