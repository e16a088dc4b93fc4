"""What a person does of a refusal from a phone, with JavaScript or without: the page says it."""

import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from playwright.sync_api import FilePayload, Page, expect

from accounts.services import open_access
from alin.kit import clock
from documents.models import Piece, PieceCheck, PieceFile
from documents.services import check_due
from tests import factories as f
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 700}


@pytest.fixture
def phone(cast: SimpleNamespace, clamd: str, logged_in: Callable[..., Page]) -> Page:
    """That of Amina, whose dossier Habitat du Lac studies."""
    open_access(dossier=cast.amina.dossier, purpose="candidacy:1", organisation=cast.lac)
    return logged_in(cast.amina, viewport=PHONE, java_script_enabled=False)


def photo(name: str, *, sound: bool = True) -> FilePayload:
    content = picture() if sound else picture()[:4000]
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def send(page: Page, *photos: FilePayload) -> None:
    page.get_by_label("Vos fichiers ou photos").set_input_files(list(photos))
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Reçu. Nous vérifions que tout s'ouvre bien.")).to_be_visible()
    check_due()
    page.reload()


def conclude(cast: SimpleNamespace, piece: Piece, **said: str) -> None:
    PieceCheck.objects.create(
        piece=piece, organisation=cast.lac, checked_by=cast.claire, at=clock.now(), **said
    )


def test_the_missing_page_and_then_a_refused_one_are_given_again(
    cast: SimpleNamespace, phone: Page
) -> None:
    piece = f.clean_file(cast.amina).piece
    conclude(cast, piece, outcome="refused", reason="incomplete", sentence="Ajoutez le verso.")
    phone.goto("/mon-dossier/pieces/identite/")
    expect(phone.get_by_role("heading", name="Ajouter ce qui manque")).to_be_visible()
    send(phone, photo("verso.jpg", sound=False))
    expect(phone.get_by_text("Encore à renvoyer, ou à retirer")).to_be_visible()
    send(phone, photo("verso, plus net.jpg"))
    expect(phone.locator("#etat-des-pieces")).to_contain_text("Reçue et lisible")
    expect(phone.locator("#etat-des-pieces")).to_contain_text("« verso, plus net.jpg » est venu")
    assert list(Piece.objects.all()) == [piece]


def test_a_replacement_that_is_refused_says_that_the_accepted_one_counts(
    cast: SimpleNamespace, phone: Page
) -> None:
    piece = f.clean_file(cast.amina).piece
    conclude(cast, piece, outcome="accepted")
    phone.goto("/mon-dossier/pieces/identite/")
    expect(phone.get_by_text("Renvoyez toutes les pages")).to_be_visible()
    send(phone, photo("nouvelle.jpg", sound=False))
    state = phone.locator("#etat-des-pieces")
    expect(state).to_contain_text("Acceptée par Habitat du Lac")
    expect(state).to_contain_text("Votre dernier envoi n'a pas pu être gardé")
    assert PieceFile.objects.filter(piece__replaced_at=None).get().piece == piece


def test_a_photograph_sent_again_from_the_same_page_stands_for_the_refused_one(
    cast: SimpleNamespace, clamd: str, logged_in: Callable[..., Page]
) -> None:
    call_command("load_pieces", stdout=io.StringIO())
    page = logged_in(cast.amina, viewport=PHONE)
    page.goto("/mon-dossier/pieces/identite/")
    state, field = page.locator("#etat-des-pieces"), page.get_by_label("Vos fichiers ou photos")
    large = photo("recto.jpg")
    large["buffer"] = large["buffer"].ljust(10_000_001, b"\0")
    field.set_input_files([large, photo("verso.jpg", sound=False)])
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("[data-upload-list]")).to_contain_text("« recto.jpg » pèse plus de 10 Mo.")
    expect(state).to_contain_text("vérification en cours")
    check_due()
    expect(state).to_contain_text("Encore à renvoyer, ou à retirer")
    field.set_input_files([photo("recto.jpg"), photo("verso.jpg")])
    # The button takes no second click within a second of the first.
    page.locator("form[data-upload]").evaluate("form => form.requestSubmit()")
    expect(page.locator("[data-upload-list]")).to_contain_text("Envoyé")
    expect(state).to_contain_text("vérification en cours")
    expect(state).not_to_contain_text("Encore à renvoyer")
    check_due()
    expect(state).to_contain_text("Reçue et lisible")
    assert PieceFile.objects.get(state="refused").resent_as is not None
    assert Piece.objects.count() == 1


def test_what_is_sent_again_joins_what_has_just_replaced_the_rest(
    cast: SimpleNamespace, clamd: str, logged_in: Callable[..., Page]
) -> None:
    f.clean_file(cast.amina)
    page = logged_in(cast.amina, viewport=PHONE)
    page.goto("/mon-dossier/pieces/identite/")
    state, field = page.locator("#etat-des-pieces"), page.get_by_label("Vos fichiers ou photos")
    box = page.get_by_label("Remplacer les fichiers déjà donnés")
    page.get_by_text("Remplacer les fichiers déjà donnés").click()
    drawing: FilePayload = {"name": "p.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    field.set_input_files([drawing, photo("recto.jpg"), photo("verso.jpg", sound=False)])
    page.get_by_role("button", name="Envoyer").click()
    expect(state).to_contain_text("verso.jpg")
    expect(box).not_to_be_checked()
    check_due()
    expect(state).to_contain_text("Encore à renvoyer, ou à retirer")
    field.set_input_files([photo("verso.jpg")])
    page.locator("form[data-upload]").evaluate("form => form.requestSubmit()")
    expect(state).to_contain_text("vérification en cours")
    check_due()
    expect(state).to_contain_text("Reçue et lisible")
    current = Piece.objects.get(replaced_at=None)
    assert current.files.count() == 3
