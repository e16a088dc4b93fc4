"""The journey with the keyboard alone. Nothing here clicks: each control is reached with Tab, and
each one passed on the way must show that it has the focus."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from applications.models import Candidacy
from commission import services as commission
from commission.models import AgendaCandidate
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
# What a person sees of the focus: a ring on the element, or on the card or choice around it.
SEEN = """element => {
    const around = [element, element.closest(".choice"), element.closest(".offer")];
    const ringed = around.filter(Boolean).some(each => {
        const style = getComputedStyle(each);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
        return outlined || style.boxShadow !== "none";
    });
    const box = element.getBoundingClientRect();
    return ringed && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""
MANY_TABS = 70


class Keyboard:
    """The hands of somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def focused(self) -> Locator:
        return self.page.locator(":focus")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self) -> None:
        """To the next control; a control whose focus cannot be seen fails."""
        self.press("Tab")
        focused = self.focused
        assert focused.evaluate(SEEN), focused.evaluate("element => element.outerHTML")

    def reach(self, target: Locator) -> int:
        """How many times Tab was pressed to come to `target`."""
        for pressed in range(1, MANY_TABS):
            self.tab()
            if target.evaluate("element => element === document.activeElement"):
                return pressed
        raise AssertionError(f"{target} is not reached with {MANY_TABS} Tab")

    def leave_by(self, target: Locator, key: str = "Enter") -> int:
        """Reach a link or a button and use it; the next page is there when this returns."""
        pressed = self.reach(target)
        with self.page.expect_navigation():
            self.press(key)
        return pressed

    def type_in(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(text)

    def choose(self, name: str) -> None:
        """A radio: Tab to its group, arrows inside it."""
        wanted = self.page.get_by_role("radio", name=name, exact=True)
        group = wanted.get_attribute("name")
        first = self.page.locator(f"input[type=radio][name={group}]").first
        self.reach(first)
        self.press("Space")
        while not wanted.is_checked():
            self.press("ArrowDown")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name).first


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=name).first


def test_an_applicant_signs_in_and_applies(cast: SimpleNamespace, new_page: Open) -> None:
    f.offer_of(cast.lac)
    page = new_page()
    keys = Keyboard(page)
    page.goto("/compte/login/?next=/logements/")
    keys.tab()
    expect(keys.focused).to_have_text("Aller au contenu")
    keys.press("Enter")
    expect(keys.focused).to_have_id("contenu")

    keys.type_in("Courriel", cast.amina.email)
    keys.type_in("Mot de passe", f.PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logements à louer")
    keys.leave_by(page.locator("a.offer__link").first)
    keys.leave_by(link(page, "Postuler"))
    keys.leave_by(button(page, "Envoyer ma candidature"), "Space")
    expect(page.get_by_role("main")).to_contain_text("Candidature reçue")
    assert list(Candidacy.objects.values_list("applicant__first_name", "state")) == [
        ("Amina", "submitted")
    ]


def test_somebody_searches_and_reads_what_is_found(cast: SimpleNamespace, new_page: Open) -> None:
    far = f.offer_of(cast.lac)
    f.OfferFactory(dwelling=f.DwellingFactory(residence=far.dwelling.residence, rooms=5))
    page = new_page()
    keys = Keyboard(page)
    page.goto("/logements/")
    keys.type_in("Où cherchez-vous ?", "villeurbanne")
    keys.reach(page.get_by_role("checkbox", name=re.compile("^T5 et plus")))
    keys.press("Space")
    keys.leave_by(button(page, "Voir les résultats"))
    expect(page.get_by_role("status")).to_have_text("1 logement")
    keys.leave_by(page.locator("a.offer__link").first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("T5")


def test_the_menu_of_a_phone_opens_and_closes(cast: SimpleNamespace, logged_in: Open) -> None:
    page = logged_in(cast.amina, viewport={"width": 390, "height": 844})
    keys = Keyboard(page)
    page.goto("/logements/")
    entry = page.get_by_role("link", name="Mes candidatures")
    menu = page.get_by_role("button", name="Menu")
    expect(menu).to_be_visible()
    expect(entry).to_be_hidden()
    keys.reach(menu)
    keys.press("Enter")
    expect(entry).to_be_visible()
    keys.press("Space")
    expect(entry).to_be_hidden()
    keys.press("Space")
    keys.leave_by(entry)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes candidatures")


def test_an_agent_instructs_a_dossier(cast: SimpleNamespace, logged_in: Open) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    page = logged_in(cast.claire)
    keys = Keyboard(page)
    page.goto("/bailleur/candidatures/")
    keys.leave_by(link(page, "Amina Benali"))
    keys.leave_by(button(page, "Prendre en instruction"))
    keys.leave_by(button(page, "Vérifier"))
    # After each point, the next one is under the fingers.
    assert [keys.leave_by(button(page, "Vérifier")) for _point in range(4)] == [1, 1, 1, 1]
    assert keys.leave_by(button(page, "Marquer le dossier prêt")) == 1
    expect(page.get_by_role("main")).to_contain_text("Dossier marqué prêt")
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.ready_at is not None) == ("instruction", True)


def test_a_member_records_a_decision(cast: SimpleNamespace, logged_in: Open) -> None:
    offer = f.offer_of(cast.lac)
    people = (cast.amina, cast.bruno, f.applicant("Dora", "Petit"))
    three = [f.ready(f.submitted(user, offer), cast.as_claire) for user in people]
    sitting = f.session_of(cast.commission)
    commission.put_on_agenda(actor=cast.as_claire, session=sitting, offer=offer, candidacies=three)
    page = logged_in(cast.estelle)
    keys = Keyboard(page)
    page.goto(f"/commission/seances/{sitting.public_id}/")
    keys.leave_by(link(page, "Amina Benali"))
    keys.choose("Attribution par rang")
    keys.reach(page.get_by_role("spinbutton"))
    page.keyboard.type("1")
    keys.leave_by(button(page, "Enregistrer"))
    expect(page.get_by_role("main")).to_contain_text("Décision enregistrée pour Amina Benali")
    decided = AgendaCandidate.objects.exclude(decision="")
    assert list(decided.values_list("candidacy__applicant__first_name", "decision", "rank")) == [
        ("Amina", "attribution_rang", 1)
    ]
