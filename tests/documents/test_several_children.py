"""A family record book is photographed once, whatever the number of children."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import HouseholdMember, User
from alin.kit import clock
from documents.models import Piece
from tests import factories as f
from tests.documents.test_giving import a_file

Enter = Callable[[object], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def children(amina: User) -> list[HouseholdMember]:
    born = clock.today() - timedelta(days=365 * 8)
    return [
        HouseholdMember.objects.create(
            dossier=amina.dossier,
            first_name=name,
            last_name="Benali",
            link="child",
            birth_date=born,
        )
        for name in ("Élodie", "Ismaël", "Nora")
    ]


def address(member: HouseholdMember) -> str:
    return f"/mon-dossier/pieces/filiation/{member.public_id}/"


def given_to(member: HouseholdMember) -> list[str]:
    pieces = Piece.objects.filter(member=member, kind_id="filiation", replaced_at=None)
    return [file.original_name for piece in pieces for file in piece.files.order_by("pk")]


@pytest.fixture
def client_of_amina(legal_list: None, children: object, amina: User, login: Enter) -> Client:
    return login(amina)


def test_given_once_for_those_who_are_ticked(
    client_of_amina: Client, children: list[HouseholdMember]
) -> None:
    elodie, ismael, nora = children
    page = client_of_amina.get(address(elodie)).content.decode()
    assert "Ce document concerne aussi" in page
    assert str(ismael.public_id) in page
    assert str(nora.public_id) in page
    sent = {"attached": [a_file("livret.jpg"), a_file("suite.jpg")], "also": [ismael.public_id]}
    assert client_of_amina.post(address(elodie), sent).status_code == 302
    assert given_to(elodie) == given_to(ismael) == ["livret.jpg", "suite.jpg"]
    assert given_to(nora) == []
    keys = set(Piece.objects.values_list("files__key", flat=True))
    assert len(keys) == 4, "a copy for each: one is erased without the other"
    # Who has theirs is not proposed again, and the last one left is asked nothing.
    assert str(ismael.public_id) not in client_of_amina.get(address(elodie)).content.decode()


def test_file_after_file_the_others_follow_and_a_second_try_doubles_nothing(
    client_of_amina: Client, children: list[HouseholdMember]
) -> None:
    elodie, ismael, _nora = children
    together, first, second = uuid4(), uuid4(), uuid4()
    for name, upload_id in [("a.jpg", first), ("b.jpg", second), ("b.jpg", second)]:
        answer = client_of_amina.post(
            address(elodie),
            {
                "attached": a_file(name),
                "also": [ismael.public_id],
                "upload_id": upload_id,
                "sending_id": together,
            },
            headers={"X-Upload": "1"},
        )
        assert (answer.status_code, answer.json()) == (
            200,
            {"reasons": [], "kept": True, "again": False},
        )
    assert given_to(elodie) == given_to(ismael) == ["a.jpg", "b.jpg"]


def test_nobody_of_another_household(
    client_of_amina: Client, children: list[HouseholdMember]
) -> None:
    stranger = HouseholdMember.objects.create(
        dossier=f.applicant("Bruno", "Morel").dossier,
        first_name="Zoé",
        link="child",
        birth_date=children[0].birth_date,
    )
    sent = {"attached": [a_file()], "also": [stranger.public_id]}
    answer = client_of_amina.post(address(children[0]), sent)
    assert answer.status_code == 422
    assert "Cette pièce n&#39;est pas demandée pour cette personne." in answer.content.decode()
    assert Piece.objects.count() == 0


def test_an_identity_card_is_of_one_person(client_of_amina: Client) -> None:
    page = client_of_amina.get("/mon-dossier/pieces/identite/").content.decode()
    assert "Ce document concerne aussi" not in page
