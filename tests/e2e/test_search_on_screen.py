"""Searching on a real screen: how heavy the pages are, that nothing moves under the finger, and the
whole way from a search to the mail that it brings, without JavaScript too."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from alin.embedded.pytest_plugin import ReceivedMail
from alin.kit import clock
from listings import services as listings
from listings.models import Offer
from notifications.services import relay_due
from territory.models import Commune
from tests import factories as f
from tests.e2e.showing import follow, unfold_filters
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]
PHONE: ViewportSize = {"width": 360, "height": 780}
DESK: ViewportSize = {"width": 1360, "height": 900}
_WATCH = """window.moved = []; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.moved.push(
        ...entry.sources.map(({node}) => node?.outerHTML?.slice(0, 90) ?? "?"));
}).observe({type: "layout-shift", buffered: true});"""
# As the page is read: a screen after the other, each image waited for.
_READ_TO_THE_END = """async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await new Promise(requestAnimationFrame);
    }
    await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
    await new Promise(requestAnimationFrame);
    return [...document.querySelectorAll("img.offer__image")].map(image => image.naturalWidth);
}"""


def detailed_photograph(n: int) -> SimpleUploadedFile:
    """Grain all over, as foliage is: more than the walls of a room have to say."""
    grain = Image.effect_noise((400, 300), 50).resize((1200, 900))
    shapes = Image.radial_gradient("L").resize((1200, 900)).rotate(n * 18)
    across = Image.blend(shapes.rotate(90), grain, 0.2)
    photo = Image.merge("RGB", (Image.blend(shapes, grain, 0.2), across, shapes))
    return SimpleUploadedFile("vue.jpg", f.encoded(photo))


@pytest.fixture
def twenty_homes(cast: SimpleNamespace) -> list[Offer]:
    offers = []
    for n in range(20):
        residence = f.ResidenceFactory(organisation=cast.lac, name=f"Résidence {n}")
        dwelling = f.DwellingFactory(residence=residence, rooms=1 + n % 5)
        offer = f.OfferFactory(dwelling=dwelling, closes_at=clock.now() + timedelta(days=1 + n))
        listings.add_pictures(actor=cast.as_claire, shown=dwelling, files=[detailed_photograph(n)])
        offers.append(offer)
    return offers


class Weight:
    """What a page makes a browser fetch, in bytes as an installation serves them: the portal's
    answers as they came, the files of `static/` as collectstatic compresses them."""

    def __init__(self, page: Page) -> None:
        self.by_path: dict[str, int] = {}
        self._asked: dict[str, str] = {}
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", self._ask)
        network.on("Network.loadingFinished", self._weigh)

    def _ask(self, event: Any) -> None:
        self._asked[event["requestId"]] = unquote(urlsplit(event["request"]["url"]).path)

    def _weigh(self, event: Any) -> None:
        path, weight = self._asked[event["requestId"]], int(event["encodedDataLength"])
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            with open(str(found), "rb") as file:
                weight = min(weight, len(brotli.compress(file.read())) + 300)
        self.by_path[path] = weight

    def of_pictures(self) -> int:
        return sum(
            weight
            for path, weight in self.by_path.items()
            if path.startswith(("/images/", "/dessins/"))
        )

    def total(self) -> int:
        return sum(self.by_path.values())


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_of_twenty_photographs_is_light_and_still(
    cast: SimpleNamespace, logged_in: Open, twenty_homes: list[Offer], screen: ViewportSize
) -> None:
    page = logged_in(cast.amina, viewport=screen)
    page.add_init_script(_WATCH)
    weight = Weight(page)
    page.goto("/logements/", wait_until="networkidle")
    widths = page.evaluate(_READ_TO_THE_END)
    page.wait_for_load_state("networkidle")
    assert (len(widths), min(widths) >= 384) == (20, True)
    loading = [each.get_attribute("loading") for each in page.locator("img.offer__image").all()]
    assert loading == [None] * 2 + ["lazy"] * 18
    assert weight.total() < 200_000
    assert weight.total() - weight.of_pictures() < 60_000
    assert page.evaluate("moved") == []

    page.goto(reverse("offer", args=[twenty_homes[0].public_id]), wait_until="networkidle")
    page.evaluate(_READ_TO_THE_END)
    assert page.evaluate("moved") == []


def test_the_photographs_of_a_home_are_seen_one_by_one_without_a_mouse(
    cast: SimpleNamespace, new_page: Open
) -> None:
    offer = f.offer_of(cast.lac)
    for n in range(3):
        listings.add_pictures(
            actor=cast.as_claire, shown=offer.dwelling, files=[detailed_photograph(n)]
        )
    page = new_page(viewport=PHONE, java_script_enabled=False)
    page.goto(reverse("offer", args=[offer.public_id]))
    photos = page.locator(".gallery a")
    assert photos.count() == 3
    photos.first.focus()
    for n in range(3):
        expect(photos.nth(n)).to_be_focused()
        expect(photos.nth(n)).to_be_in_viewport()
        assert photos.nth(n).get_by_role("img").get_attribute("alt")
        page.keyboard.press("Tab")
    large = photos.nth(2).get_attribute("href")
    photos.nth(2).press("Enter")
    page.wait_for_url(f"**{large}")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_marker_leads_to_the_first_of_its_cards_by_keyboard(
    cast: SimpleNamespace, new_page: Open, screen: ViewportSize
) -> None:
    """Where the search holds nothing narrower; without JavaScript."""
    here, bron = CommuneFactory(), bron_next_to_it()
    for n in range(8):
        residence = f.ResidenceFactory(commune=bron if n % 2 else here, name=f"Résidence {n}")
        dwelling = f.DwellingFactory(residence=residence)
        f.OfferFactory(dwelling=dwelling, closes_at=clock.now() + timedelta(days=1 + n))
    page = new_page(viewport=screen, java_script_enabled=False)
    page.goto("/logements/?q=Villeurbanne&rayon=10")
    marker = page.locator(".map__marker")
    expect(marker.locator("title")).to_have_text(re.compile("Aller au premier dans la liste$"))
    marker.focus()
    marker.press("Enter")
    card = page.get_by_role("link", name="T3, Résidence 0")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()


def bron_next_to_it() -> Commune:
    bron: Commune = CommuneFactory(
        insee_code="69029", name="Bron", latitude=45.739, longitude=4.913, postal_codes=["69500"]
    )
    return bron


def choose(page: Page, label: str) -> None:
    page.get_by_label(label, exact=True).check(force=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_from_a_search_to_one_mail_and_out_of_it(
    cast: SimpleNamespace,
    logged_in: Open,
    new_page: Open,
    smtp_server: ReceivedMail,
    javascript: bool,
) -> None:
    draft, another = (f.offer_of(cast.lac, published_at=None) for _n in range(2))
    amina = logged_in(cast.amina, viewport=PHONE, java_script_enabled=javascript)
    for place in ("villeurbane", "69100"):
        keep_search(amina, place, folded=javascript)
    assert cast.amina.saved_searches.count() == 2

    claire = logged_in(cast.claire, java_script_enabled=javascript)
    publish(claire, draft)
    (mail,) = mails_about_homes(smtp_server)
    assert mail["To"] == cast.amina.email
    assert "T3 à Villeurbanne" in re.sub(r"\s", " ", str(mail["Subject"]))

    text = mail.get_body(("plain",)).get_content()
    (out,) = re.findall(r"https?://[^/]+(/alertes/arreter/\S+/)", text)
    assert str(mail["List-Unsubscribe"]).strip().endswith(f"{out}>")
    # From the mail, on another device where nobody is logged in.
    reader = new_page(viewport=PHONE, java_script_enabled=javascript)
    reader.goto(out)
    follow(reader.get_by_role("button", name="Ne plus recevoir d'alertes"))
    expect(reader.get_by_role("main")).to_contain_text("C'est fait")
    publish(claire, another)
    assert len(mails_about_homes(smtp_server)) == 1


def keep_search(page: Page, place: str, *, folded: bool) -> None:
    """Search on a phone, correct a misspelt name by what is proposed, keep it as an alert."""
    page.goto("/logements/")
    if folded:
        unfold_filters(page)
    page.get_by_label("Où cherchez-vous ?").fill(place)
    follow(page.get_by_role("button", name="Voir les résultats"))
    if place == "villeurbane":
        follow(page.get_by_role("main").get_by_role("link", name="Villeurbanne (69)").first)
    follow(page.get_by_role("link", name="Créer une alerte"))
    choose(page, "Dès qu'un logement paraît")
    follow(page.get_by_role("button", name="Enregistrer l'alerte"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes alertes")


def publish(page: Page, draft: Offer) -> None:
    """The landlord publishes, and the worker does what comes of it."""
    page.goto(reverse("offer_preview", args=[draft.public_id]))
    follow(page.get_by_role("button", name="Publier l'offre"))
    expect(page.get_by_role("status").first).to_be_visible()
    listings.find_alerts()
    relay_due()


def mails_about_homes(smtp: ReceivedMail) -> list[Any]:
    return [mail for mail in smtp.messages if mail["List-Unsubscribe"]]
