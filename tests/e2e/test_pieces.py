"""Giving a piece from a browser: file after file, again after a cut, without JavaScript too."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from alin.kit import clock
from documents import services
from documents.models import Piece, PieceCheck, PieceFile, PieceKind, PieceRequest
from documents.services import check_due
from tests import factories as f
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.cut_line import CutLine
from tests.e2e.showing import shown

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
PAGE = "/mon-dossier/pieces/identite/"


@pytest.fixture
def legal_list(db: None) -> None:
    call_command("load_pieces", stdout=io.StringIO())


def photo(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": f.picture()}


def names() -> list[str]:
    return list(PieceFile.objects.order_by("pk").values_list("original_name", flat=True))


def test_files_leave_one_by_one_and_their_state_comes_by_itself(
    cast: SimpleNamespace, legal_list: None, clamd: str, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("r.jpg"), photo("v.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    state = page.locator("#etat-des-pieces")
    expect(state).to_contain_text("v.jpg")
    expect(state).to_contain_text("Reçue, vérification en cours")
    assert names() == ["r.jpg", "v.jpg"]
    assert check_due() == 2
    expect(state).to_contain_text("Reçue et lisible")


def test_a_cut_line_is_told_and_the_file_leaves_again_once_it_is_back(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    page.context.set_offline(True)
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("recto.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("L'envoi s'est interrompu. Rien n'est perdu.")).to_be_visible()
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    page.context.set_offline(False)
    # The browser says that the line is back, and the file leaves again by itself.
    expect(page.locator("#etat-des-pieces")).to_contain_text("recto.jpg")
    assert names() == ["recto.jpg"]


def test_a_refused_file_says_why_beside_its_name(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    drawing: FilePayload = {"name": "plan.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    page.get_by_label("Vos fichiers ou photos").set_input_files([drawing])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("[data-upload-list]")).to_contain_text("Ce n'est ni un PDF ni une photo.")
    assert names() == []


def test_files_chosen_while_others_travel_leave_too(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    held: list[Route] = []
    page.route(f"**{PAGE}", lambda route: _hold_first(route, held))
    field = page.get_by_label("Vos fichiers ou photos")
    field.set_input_files([photo("recto.jpg")])
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Envoyer").click()
    field.set_input_files([photo("verso.jpg")])
    page.locator("form[data-upload]").evaluate("form => form.requestSubmit()")
    expect(page.locator("[data-upload-list] li")).to_have_count(2)
    held[0].continue_()
    expect(page.locator("#etat-des-pieces")).to_contain_text("verso.jpg")
    assert names() == ["recto.jpg", "verso.jpg"]
    assert Piece.objects.count() == 1


def _hold_first(route: Route, held: list[Route]) -> None:
    if route.request.method == "POST" and not held:
        held.append(route)
    else:
        route.continue_()


def test_what_replaces_is_not_replaced_by_the_corrected_file(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    services.give_files(
        actor=f.actor_for(cast.amina),
        dossier=cast.amina.dossier,
        kind=PieceKind.objects.get(code="identite"),
        member=None,
        uploads=[services.Upload("avant.jpg", ContentFile(f.picture()))],
    )
    page = logged_in(cast.amina)
    page.goto(PAGE)
    drawing: FilePayload = {"name": "p2.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    page.get_by_text("Remplacer les fichiers déjà donnés").click()
    field = page.get_by_label("Vos fichiers ou photos")
    field.set_input_files([photo("p1.jpg"), drawing, photo("p3.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#etat-des-pieces")).to_contain_text("p3.jpg")
    field.set_input_files([photo("p2.jpg")])
    # The button takes no second click within a second of the first.
    page.locator("form[data-upload]").evaluate("form => form.requestSubmit()")
    expect(page.locator("#etat-des-pieces")).to_contain_text("p2.jpg")
    current = Piece.objects.get(replaced_at=None)
    assert set(current.files.values_list("original_name", flat=True)) == {
        "p1.jpg",
        "p3.jpg",
        "p2.jpg",
    }


def test_a_session_that_ended_costs_no_file(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    cookies: Any = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("recto.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Vous avez été déconnecté.")).to_be_visible()
    expect(page.get_by_role("link", name="Se reconnecter")).to_be_visible()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Réessayer").click()
    expect(page.locator("#etat-des-pieces")).to_contain_text("recto.jpg")
    assert names() == ["recto.jpg"]


def test_looking_again_stops_when_nothing_waits(
    cast: SimpleNamespace, legal_list: None, clamd: str, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.clock.install(time=0)
    page.goto(PAGE)
    # Stands still but when the test moves it, however slow the machine.
    page.clock.pause_at(3_600)
    looks: list[str] = []
    page.on("request", lambda request: looks.append(request.resource_type))
    drawing: FilePayload = {"name": "p2.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("p1.jpg"), drawing])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("[data-upload-list]")).to_contain_text("Ce n'est ni un PDF ni une photo.")
    state = page.locator("#etat-des-pieces")
    page.clock.run_for(2_000)
    expect(state).to_contain_text("Reçue, vérification en cours")
    assert looks.count("fetch") == 1, "a pause between two looks"
    assert check_due() == 1
    page.clock.run_for(4_000)
    expect(state).to_contain_text("Reçue et lisible")
    done = looks.count("fetch")
    page.clock.run_for(120_000)
    assert looks.count("fetch") == done


@pytest.mark.parametrize("scripted", [True, False])
def test_a_wrong_date_costs_no_photograph_with_or_without_javascript(
    cast: SimpleNamespace, legal_list: None, logged_in: Open, scripted: bool
) -> None:
    page = logged_in(cast.amina, java_script_enabled=scripted)
    page.goto("/mon-dossier/pieces/salaire/")
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("m.jpg"), photo("j.jpg")])
    date = page.get_by_label("Date du document le plus récent")
    date.fill((clock.today() + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Envoyer").click()
    form = page.locator("form[data-upload]")
    expect(form).to_contain_text("Écrivez la date que porte le document")
    expect(page.get_by_role("main")).to_contain_text("fichiers sont")
    expect(page.locator("#etat-des-pieces")).to_contain_text("j.jpg")
    if scripted:
        expect(date).to_be_focused()
    assert names() == ["m.jpg", "j.jpg"]
    last = clock.today() - timedelta(days=12)
    date.fill(last.isoformat())
    if scripted:
        # The button takes no second click within a second of the first.
        form.evaluate("form => form.requestSubmit()")
    else:
        page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status").first).to_contain_text("La date est notée.")
    piece = Piece.objects.get()
    assert (piece.dated_on, piece.files.count()) == (last, 2)


def test_without_javascript_the_form_sends_them_together(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("r.jpg"), photo("v.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text("Reçu. Nous vérifions que tout s'ouvre bien.")
    assert names() == ["r.jpg", "v.jpg"]


@pytest.fixture
def line(live_server: Any) -> Iterator[CutLine]:
    cut = CutLine(live_server.thread.host, live_server.thread.port)
    yield cut
    cut.close()


@pytest.mark.parametrize("way", ["going", "coming"])
def test_a_line_cut_in_the_middle_of_a_file_loses_nothing_and_doubles_nothing(
    cast: SimpleNamespace, legal_list: None, browser: Browser, line: CutLine, way: str
) -> None:
    """Half of the file is gone, or all of it and not the answer: the second try keeps it once."""
    client = Client()
    client.force_login(cast.amina, backend="django.contrib.auth.backends.ModelBackend")
    name, address = settings.SESSION_COOKIE_NAME, f"http://localhost:{line.port}"
    context = browser.new_context(base_url=address, locale="fr-FR")
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(PAGE)
    line.cut = way
    heavy: FilePayload = {
        "name": "carte.jpg",
        "mimeType": "image/jpeg",
        "buffer": f.picture().ljust(3_000_000, b"\0"),
    }
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("recto.jpg"), heavy])
    page.get_by_role("button", name="Envoyer").click()
    again = page.get_by_role("button", name="Réessayer")
    expect(again).to_be_visible()
    expect(page.get_by_text("L'envoi s'est interrompu. Rien n'est perdu.")).to_be_visible()
    assert line.happened.is_set()
    assert names() == ["recto.jpg", *(["carte.jpg"] if way == "coming" else [])]
    line.cut = ""
    again.click()
    expect(page.locator("#etat-des-pieces")).to_contain_text("carte.jpg")
    expect(page.locator("[data-upload-list] li")).to_have_count(0)
    assert names() == ["recto.jpg", "carte.jpg"]
    context.close()


def test_a_file_too_large_is_refused_before_it_travels(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    large: FilePayload = {
        "name": "affiche.jpg",
        "mimeType": "image/jpeg",
        "buffer": f.picture().ljust(10_000_001, b"\0"),
    }
    page.get_by_label("Vos fichiers ou photos").set_input_files([large])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("[data-upload-list]")).to_contain_text(
        "« affiche.jpg » pèse plus de 10 Mo."
    )
    assert "POST" not in sent
    assert names() == []


def test_files_are_dropped_on_the_form(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    carried = page.evaluate_handle(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(
                new File([new Uint8Array(bytes)], "recto.jpg", { type: "image/jpeg" }));
            return data;
        }""",
        list(f.picture()),
    )
    page.dispatch_event(".drop", "drop", {"dataTransfer": carried})
    # There may be a date to give first: what was dropped is chosen, and leaves with the button.
    expect(page.get_by_role("button", name="Envoyer")).to_be_focused()
    assert names() == []
    page.keyboard.press("Enter")
    expect(page.locator("#etat-des-pieces")).to_contain_text("recto.jpg")
    assert names() == ["recto.jpg"]


def test_an_agent_checks_one_piece_after_the_other_with_the_keyboard_alone(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    for code in ("identite", "bail", "union"):
        f.clean_file(cast.amina, code)
    page = logged_in(cast.claire)
    page.goto("/bailleur/pieces/")
    page.get_by_role("link", name="Commencer").press("Enter")
    shown(page)
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("acceptée")
    shown(page)
    # The next one is not what was asked for: the reason, a sentence, and it is asked again.
    page.keyboard.press("r")
    reason = page.get_by_label("Raison du refus")
    expect(reason).to_be_focused()
    page.keyboard.press("i")
    expect(reason).to_have_value("incomplete")
    page.keyboard.press("Tab")
    page.keyboard.type("Ajoutez la dernière quittance.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("refusée, la personne est prévenue")
    shown(page)
    outcomes = list(PieceCheck.objects.order_by("pk").values_list("piece__kind", "outcome"))
    assert outcomes == [("identite", "accepted"), ("bail", "refused")]
    # What is typed in a field is never taken for an order.
    page.keyboard.press("r")
    page.keyboard.press("Tab")
    page.keyboard.type("jaksa")
    assert PieceCheck.objects.count() == 2
    expect(page.get_by_label("Ce que la personne doit faire")).to_have_value("jaksa")


def test_each_piece_is_asked_with_its_own_date(
    cast: SimpleNamespace, legal_list: None, logged_in: Open, axe: Callable[[Page], list[str]]
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    f.tenant(cast.amina)
    page = logged_in(cast.claire, viewport={"width": 320, "height": 800})
    page.goto(f"/bailleur/dossiers/{cast.amina.dossier.public_id}/pieces/demander/")
    for label in ("Trois derniers bulletins de salaire", "Bail et dernière quittance de loyer"):
        page.get_by_text(label, exact=True).click()
    day = clock.today() + timedelta(days=9)
    page.get_by_label("À donner avant le").fill(day.isoformat())
    page.get_by_role("button", name="Une date ou une précision par pièce").click()
    slips = page.get_by_role("group", name="Trois derniers bulletins de salaire")
    expect(slips.get_by_label("À donner avant le")).to_have_value(day.isoformat())
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    slips.get_by_label("À donner avant le").fill((day + timedelta(days=9)).isoformat())
    slips.get_by_label("Précision").fill("Juin, juillet et août.")
    page.get_by_role("button", name="Demander ces pièces").click()
    expect(page.get_by_role("status").first).to_contain_text("pièces demandées")
    asked = PieceRequest.objects.values_list("kind", "note")
    assert set(asked) == {("salaire", "Juin, juillet et août."), ("bail", "")}


def test_the_link_of_the_mail_opens_the_piece_after_login(
    cast: SimpleNamespace, legal_list: None, new_page: Open
) -> None:
    page = new_page()
    page.goto(PAGE)
    page.get_by_label("Courriel").fill(cast.amina.email)
    page.get_by_label("Mot de passe", exact=True).fill(f.PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**{PAGE}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pièce d'identité")
