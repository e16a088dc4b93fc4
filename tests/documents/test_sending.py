"""Files chosen together come one by one, and stay together whatever happens in between."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from alin.kit import clock
from documents import queries
from documents.models import Piece, PieceCheck, PieceFile
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db
Send = Callable[..., list[str]]


@pytest.fixture
def send(amina: User, legal_list: None, login: Callable[[object], Client]) -> Send:
    """One request of the browser: what it says of the file."""
    client = login(amina)

    def send(name: str, code: str = "identite", **typed: object) -> list[str]:
        response = client.post(
            f"/mon-dossier/pieces/{code}/",
            {"attached": SimpleUploadedFile(name, picture()), **typed},
            headers={"X-Upload": "1"},
        )
        reasons: list[str] = response.json()["reasons"]
        return reasons

    return send


def names(piece: Piece) -> list[str]:
    return [file.original_name for file in piece.files.order_by("pk")]


def read_all() -> None:
    PieceFile.objects.update(
        state="clean", sha256="0" * 64, pages=1, media_type="image/jpeg", checked_at=clock.now()
    )


def test_the_pages_of_an_old_lease_stay_one_piece(send: Send) -> None:
    signed = (clock.today() - timedelta(days=400)).isoformat()
    together = {"sending_id": str(uuid4()), "dated_on": signed}
    for number in range(3):
        assert send(f"page-{number}.jpg", "bail", **together) == []
        # Read before the next one arrives: the piece is by then too old to be completed.
        read_all()
    assert names(Piece.objects.get()) == ["page-0.jpg", "page-1.jpg", "page-2.jpg"]


def test_a_landlord_that_concludes_in_between_parts_nothing(
    send: Send, amina: User, cast: SimpleNamespace
) -> None:
    sending = str(uuid4())
    f.submitted(amina, f.offer_of(cast.lac))
    send("recto.jpg", sending_id=sending)
    PieceCheck.objects.create(
        piece=Piece.objects.get(),
        organisation=cast.lac,
        checked_by=cast.claire,
        outcome="accepted",
    )
    assert send("verso.jpg", sending_id=sending) == []
    assert names(Piece.objects.get()) == ["recto.jpg", "verso.jpg"]
    # What nobody saw is not accepted: the piece waits again.
    read_all()
    (piece,) = queries.with_details(queries.to_check(cast.as_claire))
    assert queries.latest_checks(piece) == []


def test_replacing_replaces_once_even_when_an_answer_was_lost(send: Send, give: Give) -> None:
    old = give("identite", ("ancienne.jpg", picture()))
    together = {"sending_id": str(uuid4()), "replace": "on"}
    first = str(uuid4())
    # It arrived, its answer did not: the browser sends the second one, then the first again.
    assert send("recto.jpg", upload_id=first, **together) == []
    assert send("verso.jpg", upload_id=str(uuid4()), **together) == []
    assert send("recto.jpg", upload_id=first, **together) == []
    assert names(Piece.objects.get(replaced_at=None)) == ["recto.jpg", "verso.jpg"]
    assert Piece.objects.exclude(replaced_at=None).get() == old


def test_what_another_window_replaced_is_never_said_to_be_sent(send: Send, give: Give) -> None:
    sending, first = str(uuid4()), str(uuid4())
    assert send("recto.jpg", sending_id=sending, upload_id=first) == []
    give("identite", ("autre.jpg", picture()), replace=True)
    for again in (
        send("recto.jpg", sending_id=sending, upload_id=first),
        send("verso.jpg", sending_id=sending, upload_id=str(uuid4())),
    ):
        assert again == [
            "Cette pièce vient d'être remplacée depuis une autre fenêtre. Rechargez la page pour "
            "voir ce qui est gardé, puis envoyez à nouveau ce qui manque."
        ]
    assert PieceFile.objects.filter(original_name="verso.jpg").count() == 0
    assert names(Piece.objects.get(replaced_at=None)) == ["autre.jpg"]


def test_two_sendings_are_two(send: Send) -> None:
    signed = (clock.today() - timedelta(days=400)).isoformat()
    send("vieux.jpg", "bail", sending_id=str(uuid4()), dated_on=signed)
    read_all()
    send("neuf.jpg", "bail", sending_id=str(uuid4()))
    assert names(Piece.objects.get(replaced_at=None)) == ["neuf.jpg"]
