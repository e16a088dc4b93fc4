"""Agents go through the pieces that wait: each comes once, and two agents do not meet."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts.models import Dossier
from alin.kit import clock
from documents.models import Piece, PieceCheck, PieceView
from tests import factories as f

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]


@pytest.fixture
def waiting(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina gave the first and the third piece, Bruno the second, in this order."""
    for user in (cast.amina, cast.bruno):
        f.submitted(user, f.offer_of(cast.lac))
    cast.chloe = f.member("Chloé", cast.lac)
    given = ((cast.amina, "identite"), (cast.bruno, "identite"), (cast.amina, "salaire"))
    cast.pieces = []
    for minutes, (user, code) in enumerate(given):
        piece = f.clean_file(user, code).piece
        begun = clock.now() - timedelta(hours=3)
        Piece.objects.filter(pk=piece.pk).update(given_at=begun + timedelta(minutes=minutes))
        cast.pieces.append(f"/bailleur/pieces/{piece.public_id}/")
    return cast


def begin(client: Client) -> str:
    page = client.get("/bailleur/pieces/").content.decode()
    (address,) = re.findall(r'href="([^"]+)"[^>]*>\s*(?:<[^>]+>)*\s*Commencer', page)
    return address


def next_of(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    found = re.findall(r'href="(/bailleur/pieces/[0-9a-f-]{36}/)"[^>]*data-key="s"', page)
    return found[0] if found else ""


def test_going_on_leads_to_each_piece_and_round(waiting: SimpleNamespace, login: Enter) -> None:
    card, brunos, slips = waiting.pieces
    client = login(waiting.claire)
    # The rest of the dossier, then the other dossier, then round: nothing is left out.
    assert [next_of(client, each) for each in (card, slips, brunos)] == [slips, brunos, card]


def test_a_dossier_keeps_its_place_while_it_is_gone_through(
    waiting: SimpleNamespace, login: Enter
) -> None:
    """Amina came before Bruno, and Cora last: once her card is accepted and her slips are on the
    screen, Bruno's turn has come, who waits longer than Cora."""
    cora = f.applicant("Cora", "Weiss")
    f.submitted(cora, f.offer_of(waiting.lac))
    f.clean_file(cora, "identite")
    card, brunos, slips = waiting.pieces
    piece = Piece.objects.get(public_id=card.split("/")[-2])
    PieceCheck.objects.create(
        piece=piece, organisation=waiting.lac, checked_by=waiting.claire, outcome="accepted"
    )
    assert next_of(login(waiting.claire), slips) == brunos


def test_what_is_left_aside_is_not_come_back_to_after_each_conclusion(
    waiting: SimpleNamespace, login: Enter
) -> None:
    card, brunos, slips = waiting.pieces
    client = login(waiting.claire)
    assert next_of(client, card) == slips
    page = client.get(slips).content.decode()
    (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', page))
    answer = client.post(slips, {"outcome": "accepted", "seen": seen})
    assert answer["Location"] == brunos
    assert next_of(client, brunos) == card


def test_two_agents_who_begin_are_not_sent_to_the_same_dossier(
    waiting: SimpleNamespace, login: Enter
) -> None:
    card, brunos, slips = waiting.pieces
    client = login(waiting.claire)
    assert begin(client) == card
    client.get(card)
    colleague = login(waiting.chloe)
    assert begin(colleague) == brunos
    # The dossier of a colleague comes after the others; alone, it is still offered.
    assert next_of(colleague, brunos) == card
    # Nobody is kept out of one's own.
    assert begin(login(waiting.claire)) == card
    # A landlord does not know what another one looks at.
    f.submitted(waiting.amina, f.offer_of(waiting.oc))
    assert begin(login(waiting.david)) == card
    PieceView.objects.update(at=clock.now() - timedelta(minutes=16))
    colleague = login(waiting.chloe)
    assert begin(colleague) == card
    assert next_of(colleague, slips) == brunos


def test_the_dossier_of_a_colleague_comes_after_the_others(
    waiting: SimpleNamespace, login: Enter
) -> None:
    card, brunos, _slips = waiting.pieces
    dora = f.applicant("Dora", "Petit")
    f.submitted(dora, f.offer_of(waiting.lac))
    doras = f"/bailleur/pieces/{f.clean_file(dora).piece.public_id}/"
    login(waiting.claire).get(card)
    colleague = login(waiting.chloe)
    assert next_of(colleague, brunos) == doras
    assert next_of(colleague, doras) == brunos


def test_the_page_alone_is_a_look(waiting: SimpleNamespace, login: Enter) -> None:
    """What a seal gives, the claims and the names of the files stand on it without any image."""
    card = waiting.pieces[0]
    client = login(waiting.claire)
    for _turn in range(2):
        client.get(card)
    piece = Piece.objects.get(kind="identite", dossier=Dossier.objects.get(applicant=waiting.amina))
    look = PieceView.objects.get()
    assert (look.viewer, look.organisation, look.what, look.piece) == (
        waiting.claire,
        waiting.lac,
        "pages",
        piece,
    )
    # Its pages, turned after that, are the same look; a quarter of an hour later it is another.
    client.get(f"/bailleur/pieces/fichiers/{piece.files.get().public_id}/pages/1/")
    assert PieceView.objects.count() == 1
    PieceView.objects.update(at=clock.now() - timedelta(minutes=16))
    client.get(card)
    assert PieceView.objects.count() == 2
    assert (
        "A regardé"
        in login(waiting.amina).get("/mon-dossier/pieces/consultations/").content.decode()
    )
