"""An agent checks pieces at the keyboard: nothing is accepted that was not seen."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, Route, expect

from documents import storage
from documents.models import Piece, PieceCheck
from tests import factories as f
from tests.e2e.showing import shown

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]


def at(piece: Piece) -> str:
    return f"/bailleur/pieces/{piece.public_id}/"


@pytest.fixture
def two(cast: SimpleNamespace) -> list[Piece]:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    return [f.clean_file(cast.amina, code).piece for code in ("identite", "bail")]


def test_a_key_held_down_does_not_accept_the_next_piece_unseen(
    cast: SimpleNamespace, two: list[Piece], logged_in: Open
) -> None:
    page = logged_in(cast.claire)
    page.goto(at(two[0]))
    shown(page)
    with page.expect_navigation():
        page.keyboard.down("a")
    assert page.url.endswith(at(two[1]))
    shown(page)
    for _repeat in range(4):
        # The key was never released: each is a repetition, as a keyboard sends them.
        page.keyboard.down("a")
    page.keyboard.up("a")
    expect(page.locator("h1")).to_contain_text("Bail")
    assert [check.piece for check in PieceCheck.objects.all()] == [two[0]]
    with page.expect_navigation():
        page.keyboard.press("a")
    assert PieceCheck.objects.filter(piece=two[1], outcome="accepted").count() == 1
    page.wait_for_load_state("networkidle")


def test_nothing_is_accepted_before_the_first_page_is_there(
    cast: SimpleNamespace, two: list[Piece], logged_in: Open
) -> None:
    page = logged_in(cast.claire)
    held: list[Route] = []
    page.route("**/pages/1/", lambda route: held.append(route))
    with page.expect_request("**/pages/1/"):
        page.goto(at(two[0]), wait_until="domcontentloaded")
    page.keyboard.press("a")
    page.keyboard.press("r")
    expect(page.get_by_label("Raison du refus")).to_be_focused()
    said = page.get_by_text("La page de la pièce arrive.")
    expect(said).to_be_visible()
    assert PieceCheck.objects.count() == 0
    held[0].continue_()
    page.unroute("**/pages/1/")
    expect(said).to_be_hidden()
    page.locator("[data-checking]").focus()
    shown(page)
    with page.expect_navigation():
        page.keyboard.press("a")
    assert PieceCheck.objects.count() == 1
    page.wait_for_load_state("networkidle")


def test_a_page_that_cannot_be_shown_says_so_and_keeps_the_piece_from_being_accepted(
    cast: SimpleNamespace, two: list[Piece], logged_in: Open
) -> None:
    # The page and the file that it would be drawn from again.
    key = two[0].files.get().key
    for name in (storage.page_name(key, 1), storage.clean_name(key)):
        storage.storage().delete(name)
    page = logged_in(cast.claire)
    page.goto(at(two[0]))
    said = page.locator("[data-checking]")
    expect(said).to_contain_text("cette page ne peut pas être montrée")
    expect(page.get_by_role("button", name="Accepter")).to_be_disabled()
    said.focus()
    page.keyboard.press("a")
    assert PieceCheck.objects.count() == 0
    page.wait_for_load_state("networkidle")
