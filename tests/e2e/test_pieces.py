"""Giving a piece from a browser: file after file, again after a cut, without JavaScript too."""

import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from playwright.sync_api import FilePayload, Page, expect

from documents.models import PieceFile
from documents.services import check_due
from tests import factories as f

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
    expect(state).to_contain_text("Reçue et lisible", timeout=30_000)


def test_a_cut_line_is_told_and_the_second_try_sends_the_file_once(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    page.goto(PAGE)
    page.context.set_offline(True)
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("recto.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("L'envoi s'est interrompu. Rien n'est perdu.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Réessayer").click()
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


def test_without_javascript_the_form_sends_them_together(
    cast: SimpleNamespace, legal_list: None, logged_in: Open
) -> None:
    page = logged_in(cast.amina, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_label("Vos fichiers ou photos").set_input_files([photo("r.jpg"), photo("v.jpg")])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text("Reçu. Nous vérifions que tout s'ouvre bien.")
    assert names() == ["r.jpg", "v.jpg"]
