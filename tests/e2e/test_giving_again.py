"""What a person does of a refusal from a phone, without JavaScript: each page says it before."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
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
