"""Some fifty files that people, or somebody worse, may send: what becomes of each."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from alin.kit import clock
from documents import storage
from documents.models import PieceFile
from documents.services import UploadRefused, check_due
from tests.documents.conftest import Give
from tests.documents.specimens import CORPUS, form, pdf, photograph_that_tells, picture

pytestmark = pytest.mark.django_db(transaction=True)
AT_FIRST_SIGHT = {"wrong_type", "mismatch"}


def test_the_corpus_has_forty_hostile_files() -> None:
    assert sum(expected != "clean" for _make, expected in CORPUS.values()) >= 40


def test_what_becomes_of_each(
    give: Give, clamd: str, pieces_directory: Path, travel: Callable[[object], None]
) -> None:
    verdicts = {}
    for name, (make, expected) in CORPUS.items():
        if expected not in AT_FIRST_SIGHT:
            give("identite", (name, make()))
            continue
        # Nothing is kept of it, and the sentence says which file and why.
        with pytest.raises(UploadRefused) as refused:
            give("identite", (name, make()))
        assert refused.value.reasons == [f"« {name} » : {PieceFile.Refusal(expected).label}"]
        verdicts[name] = expected
    # A machine too busy to open one in time opens it again later: that is no verdict.
    waiting = PieceFile.objects.filter(state__in=("received", "checking"))
    for _turn in range(4):
        check_due(seconds=600)
        if not waiting.exists():
            break
        travel(clock.now() + timedelta(minutes=4))
    for file in PieceFile.objects.all():
        verdicts[file.original_name] = file.refusal or file.state
    assert verdicts == {name: expected for name, (_make, expected) in CORPUS.items()}

    clean = {file.key for file in PieceFile.objects.filter(state="clean")}
    assert {path.name for path in (pieces_directory / "clean").iterdir()} == clean
    assert {path.name for path in (pieces_directory / "pages").iterdir()} == clean
    assert list((pieces_directory / "quarantine").iterdir()) == []


def test_a_photograph_keeps_its_picture_and_nothing_else(give: Give, clamd: str) -> None:
    sent = photograph_that_tells()
    for told in (b"SENTINELLE-APPAREIL", b"SENTINELLE-COMMENTAIRE", b"SENTINELLE-ZIP"):
        assert told in sent
    give("identite", ("photo.jpg", sent))
    check_due()
    file = PieceFile.objects.get()
    for name in (storage.clean_name(file.key), storage.page_name(file.key, 1)):
        kept = storage.read(name)
        assert b"SENTINELLE" not in kept
        assert kept.endswith(b"\xff\xd9")
        with Image.open(io.BytesIO(kept)) as image:
            assert dict(image.getexif()) == {}
            assert image.size == (900, 1200)


def test_a_pdf_is_written_anew_without_what_tells_of_its_author(give: Give, clamd: str) -> None:
    def told(document: pikepdf.Pdf) -> None:
        document.docinfo["/Author"] = "SENTINELLE-AUTEUR"
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = ["SENTINELLE-XMP"]
        document.Root.OpenAction = pikepdf.Array([0, pikepdf.Name.Fit])

    sent = pdf(change=told) + b"SENTINELLE-APRES"
    give("identite", ("avis.pdf", sent))
    check_due()
    kept = storage.read(storage.clean_name(PieceFile.objects.get().key))
    assert b"SENTINELLE" not in kept
    with pikepdf.open(io.BytesIO(kept)) as document:
        assert "/OpenAction" not in document.Root
        assert len(document.pages) == 1


def test_a_photograph_taken_sideways_stands_upright(give: Give, clamd: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    give("identite", ("photo.jpg", picture(size=(1200, 900), exif=exif)))
    check_due()
    kept = storage.read(storage.clean_name(PieceFile.objects.get().key))
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (900, 1200)


@pytest.mark.parametrize(
    "sent",
    [
        form(value="BENALI"),
        form(value="BENALI", NeedAppearances=True),
        # What the program drew is kept, and is not drawn a second time.
        form(value="BENALI", drawing="BENALI"),
        # Drawn before it was typed over, and said to be so.
        form(value="BENALI", drawing="MARTIN", NeedAppearances=True),
    ],
    ids=["not drawn", "to be drawn", "drawn", "to be drawn again"],
)
def test_a_form_filled_in_on_a_screen_shows_what_was_typed(
    give: Give, clamd: str, sent: bytes
) -> None:
    give("identite", ("formulaire.pdf", sent))
    check_due()
    key = PieceFile.objects.get().key
    with pypdfium2.PdfDocument(storage.read(storage.clean_name(key))) as document:
        assert document[0].get_textpage().get_text_bounded().strip() == "BENALI"
    with Image.open(io.BytesIO(storage.read(storage.page_name(key, 1)))) as image:
        # The grey block of the specimen has no pixel as dark as print.
        assert sum(image.convert("L").histogram()[:60]) > 100
