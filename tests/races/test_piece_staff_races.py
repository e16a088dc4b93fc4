"""Two agents of a landlord at once on one piece, and an agent against the checks of a file."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from alin.kit import clock
from documents import rules, services
from documents.models import PieceCheck, PieceFile, PieceKind, PieceRequest, PieceView
from documents.services.requests import answer_requests
from tests import factories as f
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def studied(cast: SimpleNamespace) -> SimpleNamespace:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.file = f.clean_file(cast.amina, "bail")
    cast.dossier = f.tenant(cast.amina)
    return cast


def test_two_agents_conclude_against_each_other(studied: SimpleNamespace) -> None:
    """One concludes; the other reads what was said."""
    piece = studied.file.piece
    blank = rules.seen(piece.files.all())
    refusal = {"outcome": "refused", "reason": "incomplete", "sentence": "Une page manque."}
    results = at_once(
        lambda: services.conclude(
            actor=studied.as_claire, piece=piece, seen=blank, outcome="accepted"
        ),
        lambda: services.conclude(actor=studied.as_chloe, piece=piece, seen=blank, **refusal),
    )
    (kept,) = [each for each in results if isinstance(each, PieceCheck)]
    (told,) = [each for each in results if isinstance(each, ValidationError)]
    assert PieceCheck.objects.get() == kept
    assert f"{kept.checked_by} a conclu avant vous" in told.messages[0]


def ask(studied: SimpleNamespace, actor: object, days: int) -> list[PieceRequest]:
    return services.request_pieces(
        actor=actor,  # type: ignore[arg-type]
        dossier=studied.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code="bail"))],
        due=clock.now() + timedelta(days=days),
    )


def test_two_agents_ask_for_one_piece_at_once(studied: SimpleNamespace) -> None:
    for _time in range(3):
        PieceRequest.objects.all().delete()
        results = at_once(
            lambda: ask(studied, studied.as_claire, 10), lambda: ask(studied, studied.as_chloe, 12)
        )
        assert not any(isinstance(each, Exception) for each in results), results
        assert PieceRequest.objects.count() == 1


def test_asking_again_while_a_worker_notes_the_answer(studied: SimpleNamespace) -> None:
    """Answered and asked anew, or asked anew and answered by nothing yet: never a request whose
    answer is older than it."""
    for _time in range(6):
        PieceRequest.objects.all().delete()
        ask(studied, studied.as_claire, 10)
        PieceFile.objects.update(received_at=clock.now())
        file = PieceFile.objects.select_related("piece__kind").get()
        results = at_once(
            lambda: ask(studied, studied.as_chloe, 12),
            lambda file=file: answer_requests(file.piece),
        )
        assert not any(isinstance(each, Exception) for each in results), results
        for request in PieceRequest.objects.all():
            assert request.answered_at is None or request.answered_at > request.asked_at
        assert PieceRequest.objects.filter(answered_at=None).count() == 1


def test_pages_asked_for_together_are_one_look(studied: SimpleNamespace) -> None:
    file = PieceFile.objects.select_related("piece__kind", "piece__member").get()
    results = at_once(
        *[
            lambda: services.look_at_page(
                actor=studied.as_claire, file=file, page=1, purpose="étude"
            )
        ]
        * 6
    )
    assert not any(isinstance(each, Exception) for each in results), results
    assert PieceView.objects.filter(viewer=studied.claire, what="pages").count() == 1
