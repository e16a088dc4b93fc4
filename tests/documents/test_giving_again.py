"""A file that was refused, a page that was missing, a piece that replaces another: given again."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Dossier
from accounts.services import close_access, open_access
from alin.kit import clock
from documents import queries, rules, services
from documents.models import Piece, PieceFile, PieceKind, PieceRequest
from notifications.models import Notice
from tests import factories as f
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]
PAGE = "/mon-dossier/pieces/identite/"
GOOD = picture()
# It begins as a photograph does: only the worker finds that nothing follows.
BAD = GOOD[:600]


@pytest.fixture
def studied(cast: SimpleNamespace, legal_list: None, clamd: str) -> SimpleNamespace:
    """Habitat du Lac studies the dossier of Amina and asked her for her identity."""
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    open_access(dossier=cast.dossier, purpose="candidacy:1", organisation=cast.lac)
    services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code="identite"))],
        due=clock.now() + timedelta(days=10),
    )
    return cast


def send(cast: SimpleNamespace, **files: bytes) -> Piece:
    """Amina chooses these files together and a worker reads them."""
    return sent(cast, files)


def sent(cast: SimpleNamespace, files: dict[str, bytes], **options: object) -> Piece:
    piece = services.give_files(
        actor=cast.as_amina,
        dossier=cast.dossier,
        member=None,
        uploads=[
            services.Upload(f"{name}.jpg", ContentFile(content)) for name, content in files.items()
        ],
        **{"kind": PieceKind.objects.get(code="identite"), "sending_id": uuid4(), **options},  # type: ignore[arg-type]
    )
    services.check_due()
    return piece


def conclude(cast: SimpleNamespace, piece: Piece, outcome: str, **said: object) -> None:
    """As Claire, who has just looked at everything."""
    seen = rules.seen(piece.files.all(), queries.last_check_of(cast.as_claire, piece))
    services.conclude(actor=cast.as_claire, piece=piece, seen=seen, outcome=outcome, **said)  # type: ignore[arg-type]


def misses_a_page(cast: SimpleNamespace, piece: Piece) -> None:
    conclude(cast, piece, "refused", reason="incomplete", sentence="Ajoutez le verso.")


def take_back(cast: SimpleNamespace, name: str) -> Piece | None:
    file = PieceFile.objects.select_related("piece__dossier").get(original_name=f"{name}.jpg")
    return services.remove_file(actor=cast.as_amina, file=file)


def standing(cast: SimpleNamespace) -> str:
    kind = PieceKind.objects.get(code="identite")
    piece = queries.current_piece(cast.dossier, kind, None, clock.today())
    return queries.standing_of(piece, clock.today()).name


def queue(cast: SimpleNamespace) -> list[int]:
    return [piece.pk for piece in queries.to_check(cast.as_claire)]


def awaited(cast: SimpleNamespace) -> int:
    return queries.open_requests(cast.dossier).count()


def names(piece: Piece) -> list[str]:
    return [file.original_name for file in piece.files.order_by("pk")]


# --- a file is refused, and sent again ---


def test_a_photograph_sent_again_after_a_refusal_makes_the_piece_whole(
    studied: SimpleNamespace, login: Enter
) -> None:
    piece = send(studied, recto=GOOD, verso=BAD)
    assert (standing(studied), queue(studied), awaited(studied)) == ("FILE_REFUSED", [], 1)
    shown = login(studied.amina).get(PAGE).content.decode()
    assert "Encore à renvoyer, ou à retirer" in shown
    assert "« verso.jpg ». Envoyez à nouveau ci-dessous ce qui a été refusé." in shown
    assert send(studied, photo=GOOD) == piece
    assert (standing(studied), queue(studied), awaited(studied)) == ("READABLE", [piece.pk], 0)
    shown = login(studied.amina).get(PAGE).content.decode()
    assert "Encore à renvoyer" not in shown
    assert "Refusé ; « photo.jpg » est venu à la place." in shown
    client = login(studied.claire)
    page = client.get(f"/bailleur/pieces/{piece.public_id}/").content.decode()
    assert "Vous n&#39;en voyez pas tout" not in page
    conclude(studied, piece, "accepted")
    assert standing(studied) == "ACCEPTED"


def test_of_two_files_refused_one_sent_again_leaves_one_to_send_or_to_take_back(
    studied: SimpleNamespace,
) -> None:
    piece = send(studied, un=BAD, deux=BAD, trois=GOOD)
    send(studied, deux=GOOD)
    # The one that bears its name.
    left = [file.original_name for file in piece.files.all() if file.is_to_resend]
    assert left == ["un.jpg"]
    assert (standing(studied), queue(studied), awaited(studied)) == ("FILE_REFUSED", [], 1)
    with pytest.raises(ValidationError, match="elle ne peut pas être acceptée"):
        conclude(studied, piece, "accepted")
    take_back(studied, "un")
    assert (standing(studied), queue(studied), awaited(studied)) == ("READABLE", [piece.pk], 0)


def test_nothing_more_is_asked_while_what_was_sent_again_is_being_read(
    studied: SimpleNamespace, login: Enter
) -> None:
    send(studied, un=BAD, deux=BAD)
    client, told = login(studied.amina), "Encore à renvoyer, ou à retirer"
    for name, asked in (("trois", True), ("quatre", False)):
        client.post(PAGE, {"attached": SimpleUploadedFile(f"{name}.jpg", GOOD)})
        assert (told in client.get(PAGE).content.decode()) == asked
    assert standing(studied) == "CHECKING"


def test_another_page_chosen_with_the_refused_one_does_not_stand_for_it(
    studied: SimpleNamespace,
) -> None:
    together = uuid4()
    piece = sent(studied, {"verso": BAD}, sending_id=together)
    sent(studied, {"recto": GOOD}, sending_id=together)
    assert names(piece) == ["verso.jpg", "recto.jpg"]
    assert (standing(studied), queue(studied), awaited(studied)) == ("FILE_REFUSED", [], 1)


def test_what_was_sent_again_and_taken_back_is_to_send_again(studied: SimpleNamespace) -> None:
    piece = send(studied, recto=GOOD, verso=BAD)
    send(studied, photo=GOOD)
    take_back(studied, "photo")
    assert [file.original_name for file in piece.files.all() if file.is_to_resend] == ["verso.jpg"]
    assert (standing(studied), queue(studied), awaited(studied)) == ("FILE_REFUSED", [], 1)


def test_a_page_added_and_refused_makes_a_request_wait_again(studied: SimpleNamespace) -> None:
    piece = send(studied, recto=GOOD)
    assert awaited(studied) == 0
    send(studied, verso=BAD)
    assert (standing(studied), awaited(studied)) == ("FILE_REFUSED", 1)
    take_back(studied, "verso")
    assert (standing(studied), awaited(studied), queue(studied)) == ("READABLE", 0, [piece.pk])


# --- a page was missing ---


def test_the_missing_page_joins_the_others(studied: SimpleNamespace, login: Enter) -> None:
    piece = send(studied, recto=GOOD)
    misses_a_page(studied, piece)
    client = login(studied.amina)
    shown = client.get(PAGE).content.decode()
    assert "Ajouter ce qui manque" in shown
    assert "N&#39;envoyez que ce qui manque" in shown
    assert "Renvoyez toutes les pages : les fichiers actuels ne compteront plus." not in shown
    client.post(PAGE, {"attached": SimpleUploadedFile("verso.jpg", GOOD)})
    services.check_due()
    assert names(Piece.objects.get()) == ["recto.jpg", "verso.jpg"]
    assert (standing(studied), queue(studied)) == ("READABLE", [piece.pk])
    conclude(studied, piece, "accepted")
    assert standing(studied) == "ACCEPTED"


def test_everything_may_be_sent_again_instead(studied: SimpleNamespace, login: Enter) -> None:
    piece = send(studied, recto=GOOD)
    misses_a_page(studied, piece)
    typed = {"attached": SimpleUploadedFile("tout.jpg", GOOD), "replace": "on"}
    login(studied.amina).post(PAGE, typed)
    assert names(Piece.objects.get(replaced_at=None)) == ["tout.jpg"]
    assert Piece.objects.exclude(replaced_at=None).get() == piece


def test_the_missing_pages_come_one_by_one(studied: SimpleNamespace, login: Enter) -> None:
    piece = send(studied, recto=GOOD)
    misses_a_page(studied, piece)
    client, together = login(studied.amina), str(uuid4())
    for name in ("verso.jpg", "annexe.jpg"):
        client.post(
            PAGE,
            {"attached": SimpleUploadedFile(name, GOOD), "sending_id": together},
            headers={"X-Upload": "1"},
        )
    assert names(Piece.objects.get()) == ["recto.jpg", "verso.jpg", "annexe.jpg"]


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_whoever_replaces_is_told_that_every_page_is_to_be_sent_again(
    studied: SimpleNamespace, login: Enter, outcome: str
) -> None:
    piece = send(studied, recto=GOOD)
    if outcome == "accepted":
        conclude(studied, piece, "accepted")
    else:
        conclude(studied, piece, "refused", reason="wrong_person", sentence="Donnez la vôtre.")
    shown = login(studied.amina).get(PAGE).content.decode()
    assert "Remplacer cette pièce" in shown
    assert "Renvoyez toutes les pages : les fichiers actuels ne compteront plus." in shown
    told = "Acceptée par Habitat du Lac : après votre envoi, elle sera à vérifier de nouveau."
    assert (told in shown) == (outcome == "accepted")
    assert sent(studied, {"neuve": GOOD}) != piece


def test_the_page_that_was_missing_is_taken_back_and_what_was_said_counts_again(
    studied: SimpleNamespace,
) -> None:
    piece = send(studied, recto=GOOD)
    misses_a_page(studied, piece)
    send(studied, verso=GOOD)
    with pytest.raises(services.UploadRefused, match="a déjà vérifié"):
        take_back(studied, "recto")
    take_back(studied, "verso")
    assert (names(piece), standing(studied)) == (["recto.jpg"], "REFUSED")


# --- what replaces is refused ---


def test_a_replacement_of_which_nothing_is_readable_gives_its_place_back(
    studied: SimpleNamespace, login: Enter
) -> None:
    good = send(studied, carte=GOOD)
    conclude(studied, good, "accepted")
    bad = send(studied, nouvelle=BAD)
    assert (standing(studied), awaited(studied)) == ("ACCEPTED", 0)
    assert Piece.objects.get(replaced_at=None) == good
    told = Notice.objects.filter(recipient=studied.amina).latest("pk")
    assert told.body.endswith("Ce que vous aviez donné avant compte toujours : rien n'est perdu.")
    shown = login(studied.amina).get(PAGE).content.decode()
    assert "Votre dernier envoi n&#39;a pas pu être gardé" in shown
    assert "« nouvelle.jpg » : Le fichier est abîmé" in shown
    assert "Acceptée par Habitat du Lac" in shown
    assert "aucun fichier n&#39;a pu être gardé" in shown
    bad.refresh_from_db()
    assert queries.deletion_day(good) is None
    assert queries.deletion_day(bad) == clock.today() + timedelta(days=bad.kind.kept_replaced)
    # Something came since: the last sending is that one.
    newer = send(studied, derniere=GOOD)
    assert Piece.objects.get(replaced_at=None) == newer
    assert "Votre dernier envoi" not in login(studied.amina).get(PAGE).content.decode()


def test_a_replacement_taken_back_gives_its_place_back(
    studied: SimpleNamespace, login: Enter
) -> None:
    good = send(studied, carte=GOOD)
    conclude(studied, good, "accepted")
    send(studied, nouvelle=GOOD)
    file = PieceFile.objects.get(original_name="nouvelle.jpg")
    answer = login(studied.amina).post(
        f"/mon-dossier/pieces/fichiers/{file.public_id}/retirer/", follow=True
    )
    assert "Ce que vous aviez donné avant compte de nouveau." in answer.content.decode()
    assert list(Piece.objects.all()) == [good]
    assert standing(studied) == "ACCEPTED"


def test_the_rest_of_a_sending_whose_beginning_was_refused_replaces_all_the_same(
    studied: SimpleNamespace,
) -> None:
    good = send(studied, carte=GOOD)
    conclude(studied, good, "accepted")
    together = uuid4()
    bad = sent(studied, {"recto": BAD}, sending_id=together)
    assert Piece.objects.get(replaced_at=None) == good
    assert sent(studied, {"verso": GOOD}, sending_id=together) == bad
    assert Piece.objects.get(replaced_at=None) == bad
    assert standing(studied) == "FILE_REFUSED"
    take_back(studied, "verso")
    assert (Piece.objects.get(replaced_at=None), standing(studied)) == (good, "ACCEPTED")


def test_the_rest_of_a_sending_does_not_replace_what_another_window_gave(
    studied: SimpleNamespace,
) -> None:
    send(studied, carte=GOOD)
    together = uuid4()
    sent(studied, {"recto": BAD}, sending_id=together, replace=True)
    other = sent(studied, {"autre": GOOD}, replace=True)
    with pytest.raises(services.UploadRefused, match="depuis une autre fenêtre"):
        sent(studied, {"verso": GOOD}, sending_id=together)
    assert Piece.objects.get(replaced_at=None) == other


def test_without_anything_before_the_refused_piece_stays_to_be_mended(
    studied: SimpleNamespace,
) -> None:
    piece = send(studied, carte=BAD)
    assert (Piece.objects.get(replaced_at=None), standing(studied)) == (piece, "FILE_REFUSED")
    send(studied, carte=GOOD)
    assert (standing(studied), queue(studied), awaited(studied)) == ("READABLE", [piece.pk], 0)


def test_a_notice_given_ahead_and_refused_brings_back_nothing_of_a_past_year(
    studied: SimpleNamespace, travel: Callable[[object], None]
) -> None:
    """The one asked today is there and counts."""
    travel(clock.now().replace(month=10, day=5))
    asked = clock.today().year - 2
    past = f.clean_file(studied.amina, "avis-imposition").piece
    Piece.objects.filter(pk=past.pk).update(year=asked - 1, replaced_at=clock.now())
    present = f.clean_file(studied.amina, "avis-imposition").piece
    Piece.objects.filter(pk=present.pk).update(year=asked)
    notice = PieceKind.objects.get(code="avis-imposition")
    sent(studied, {"avis": BAD}, kind=notice, year=asked + 1)
    counting = Piece.objects.filter(kind=notice, replaced_at=None)
    assert past.pk not in {each.pk for each in counting}
    assert present.pk in {each.pk for each in counting}


def test_the_notice_of_a_past_year_comes_back_when_its_follower_is_refused(
    studied: SimpleNamespace,
) -> None:
    old = f.clean_file(studied.amina, "avis-imposition").piece
    asked = clock.today().year - 2
    Piece.objects.filter(pk=old.pk).update(year=asked - 1)
    notice = PieceKind.objects.get(code="avis-imposition")
    sent(studied, {"avis": BAD}, kind=notice)
    old.refresh_from_db()
    assert old.replaced_at is None
    services.erase_due()
    old.refresh_from_db()
    assert old.replaced_at is None
    sent(studied, {"avis": GOOD}, kind=notice)
    assert Piece.objects.get(replaced_at=None).year == asked


# --- taking back, and what shows a number ---


def test_a_file_is_taken_back_once_nobody_studies_the_dossier(studied: SimpleNamespace) -> None:
    piece = send(studied, carte=GOOD)
    conclude(studied, piece, "accepted")
    with pytest.raises(services.UploadRefused, match="a déjà vérifié"):
        take_back(studied, "carte")
    close_access(dossier=studied.dossier, purpose="candidacy:1")
    take_back(studied, "carte")
    assert not Piece.objects.exists()


def test_what_shows_a_number_is_hidden_from_staff_as_soon_as_it_is_replaced(
    studied: SimpleNamespace, login: Enter
) -> None:
    piece = send(studied, carte=GOOD)
    shown = piece.files.get()
    conclude(studied, piece, "refused", reason="number_shown", sentence="Cachez le numéro.")
    pages = [
        f"/bailleur/pieces/{piece.public_id}/",
        f"/bailleur/pieces/fichiers/{shown.public_id}/pages/1/",
    ]
    client = login(studied.claire)
    assert [client.get(page).status_code for page in pages] == [200, 200]
    new = send(studied, cachee=GOOD)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    original = f"/bailleur/pieces/fichiers/{shown.public_id}/original/"
    assert client.post(original).status_code == 404
    # Nor does it come back when its replacement goes.
    take_back(studied, "cachee")
    assert not Piece.objects.filter(replaced_at=None).exists()
    assert PieceRequest.objects.get().answered_at is None
    assert new.pk != piece.pk
