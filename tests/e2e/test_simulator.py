"""The public simulator in a real browser: two pages, a link to share, an account that keeps it."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Dossier
from tests import factories as f
from tests.e2e.showing import follow
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
PHONE = {"width": 320, "height": 640}
NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def saint_denis(cast: SimpleNamespace) -> SimpleNamespace:
    for code, departement, zone in (
        ("93066", "93", "paris_limitrophes"),
        ("97411", "974", "drom"),
    ):
        CommuneFactory(
            insee_code=code, name="Saint-Denis", departement__code=departement, ceilings_zone=zone
        )
    return cast


def begin(page: Page) -> None:
    page.goto("/mes-droits/")
    page.get_by_label("Non", exact=True).check(force=True)
    page.get_by_label(re.compile("^Revenu fiscal de référence 20.. de tout le foyer")).first.fill(
        "20 000"
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_commune_of_two_gives_one_answer_on_a_phone(
    saint_denis: SimpleNamespace,
    new_page: Open,
    axe: Callable[[Page], list[str]],
    javascript: bool,
) -> None:
    page = new_page(viewport=PHONE, java_script_enabled=javascript)
    begin(page)
    commune = page.get_by_label("Dans quelle commune voulez-vous vivre ?")
    if javascript:
        commune.press_sequentially("saint d")
        page.get_by_role("button", name="Saint-Denis (93)").click()
        expect(commune).to_have_value("Saint-Denis (93)")
        assert axe(page) == []
        follow(page.get_by_role("button", name="Voir mes droits"))
    else:
        commune.fill("saint denis")
        follow(page.get_by_role("button", name="Voir mes droits"))
        follow(page.get_by_role("link", name="Saint-Denis (93)"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos droits à Saint-Denis (93)")
    if javascript:
        assert axe(page) == []
        assert page.evaluate(NO_SIDEWAYS)
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
        expect(page.get_by_role("heading", name="Logement par logement")).to_be_visible()


def test_the_link_shared_gives_the_same_page_to_anybody(
    saint_denis: SimpleNamespace, new_page: Open
) -> None:
    page = new_page()
    begin(page)
    page.get_by_label("Dans quelle commune voulez-vous vivre ?").fill("Saint-Denis (974)")
    follow(page.get_by_role("button", name="Voir mes droits"))
    # Shown by the last script of the page: what is read after it is whole.
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    address = page.get_by_label("Adresse à copier").input_value()
    said = page.locator("main").inner_text()
    other = new_page()
    other.goto(address)
    expect(other.get_by_role("button", name="Imprimer")).to_be_visible()
    assert other.locator("main").inner_text() == said


def test_the_simulator_with_the_keyboard_alone(
    saint_denis: SimpleNamespace, new_page: Open
) -> None:
    page = new_page()
    page.goto("/mes-droits/")
    page.get_by_label("Non", exact=True).focus()
    page.keyboard.press("Space")
    commune = page.get_by_label("Dans quelle commune voulez-vous vivre ?")
    reach(page, commune)
    with page.expect_response(lambda response: "saint%20d" in response.url):
        page.keyboard.type("saint d")
    proposed = page.get_by_role("button", name="Saint-Denis (974)")
    expect(proposed).to_be_visible()
    reach(page, proposed)
    page.keyboard.press("Enter")
    expect(commune).to_be_focused()
    expect(commune).to_have_value("Saint-Denis (974)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos droits à Saint-Denis (974)")


def reach(page: Page, target: object) -> None:
    for _tab in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            return
    raise AssertionError(f"{target} is not reached with 40 Tab")


def test_an_account_created_from_it_keeps_the_answers(
    saint_denis: SimpleNamespace, new_page: Open
) -> None:
    page = new_page(viewport=PHONE)
    begin(page)
    page.get_by_label("Dans quelle commune voulez-vous vivre ?").fill("Saint-Denis (93)")
    follow(page.get_by_role("button", name="Voir mes droits"))
    follow(page.get_by_role("button", name="Créer mon compte avec ces réponses"))
    page.get_by_label("Prénom").fill("Nadia")
    page.get_by_label("Nom", exact=True).fill("Kaci")
    page.get_by_label("Courriel").fill("nadia@example.test")
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    follow(page.get_by_role("button", name="Créer mon compte"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    income = Dossier.objects.get(applicant__email="nadia@example.test").incomes.get()
    assert (income.rfr_eur, income.source, income.verified_eur) == (20_000, "simulation", None)
