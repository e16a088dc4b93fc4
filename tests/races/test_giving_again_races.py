"""A replacement is refused by a worker while its owner, or another window, gives something."""

from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile

from accounts.models import Dossier
from documents import services
from documents.models import Piece, PieceFile, PieceKind
from documents.services import UploadRefused
from tests import factories as f
from tests.documents.specimens import picture
from tests.races.test_piece_races import bad, pieces_directory  # noqa: F401
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
BROKEN = picture()[:4000]


def give(world: SimpleNamespace, content: bytes, *, replace: bool) -> Piece:
    return services.give_files(
        actor=world.as_amina,
        dossier=Dossier.objects.get(applicant=world.amina),
        kind=PieceKind.objects.get(code="identite"),
        member=None,
        uploads=[services.Upload("carte.jpg", ContentFile(content))],
        replace=replace,
    )


def test_a_replacement_refused_while_another_window_gives(
    cast: SimpleNamespace, clamd: str
) -> None:
    """What is good counts in the end, whoever was first; nothing that was given is lost."""
    for _round in range(ROUNDS):
        Piece.objects.all().delete()
        first = f.clean_file(cast.amina).piece
        give(cast, BROKEN, replace=True)
        results = at_once(services.check_due, lambda: give(cast, f.picture(), replace=True))
        assert bad(results) == []
        services.check_due()
        last = results[1]
        assert Piece.objects.get(replaced_at=None) == last
        assert last.files.get().state == "clean"
        assert first.files.get().state == "clean"


def test_a_replacement_refused_while_a_page_is_added_to_it(
    cast: SimpleNamespace, clamd: str
) -> None:
    """The page joins what was being given, or what counts again: it is in the piece that counts."""
    for _round in range(ROUNDS):
        Piece.objects.all().delete()
        f.clean_file(cast.amina)
        give(cast, BROKEN, replace=True)
        results = at_once(services.check_due, lambda: give(cast, f.picture(), replace=False))
        assert bad(results) == []
        services.check_due()
        current = Piece.objects.get(replaced_at=None)
        assert results[1] == current
        assert current.files.filter(state="clean").exists()


def test_a_replacement_refused_and_taken_back_at_once_gives_its_place_back_once(
    cast: SimpleNamespace, clamd: str
) -> None:
    for _round in range(ROUNDS):
        Piece.objects.all().delete()
        first = f.clean_file(cast.amina).piece
        file = give(cast, BROKEN, replace=True).files.get()
        results = at_once(
            services.check_due,
            lambda file=file: services.remove_file(actor=cast.as_amina, file=file),
        )
        assert bad(results, but=(UploadRefused,)) == []
        assert Piece.objects.get(replaced_at=None) == first


def test_two_files_sent_again_read_by_two_workers_stand_for_two(
    cast: SimpleNamespace, clamd: str
) -> None:
    for _round in range(ROUNDS):
        Piece.objects.all().delete()
        piece = f.clean_file(cast.amina).piece
        for _time in range(2):
            give(cast, BROKEN, replace=False)
        services.check_due()
        for _time in range(2):
            give(cast, f.picture(), replace=False)
        results = at_once(services.check_due, services.check_due)
        assert bad(results) == []
        refused = PieceFile.objects.filter(piece=piece, state="refused")
        assert [file.is_to_resend for file in refused] == [False, False]
