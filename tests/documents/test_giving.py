"""A piece is given, completed, replaced, taken back; nothing is half kept."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Dossier, HouseholdMember, User
from accounts.services import open_access
from alin.kit import clock, french
from documents import services
from documents.models import Piece, PieceCheck, PieceFile, PieceKind
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import pdf, picture

Enter = Callable[[object], Client]
pytestmark = pytest.mark.django_db


def a_file(name: str = "carte.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


@pytest.fixture
def client_of_amina(amina: User, legal_list: None, login: Enter) -> Client:
    return login(amina)


def test_several_photographs_make_one_piece(client_of_amina: Client, amina: User) -> None:
    response = client_of_amina.post(
        "/mon-dossier/pieces/identite/", {"attached": [a_file("recto.jpg"), a_file("verso.jpg")]}
    )
    assert (response.status_code, response["Location"]) == (302, "/mon-dossier/pieces/identite/")
    piece = Piece.objects.get()
    assert (piece.kind_id, piece.member, piece.dossier.applicant) == ("identite", None, amina)
    assert [(each.original_name, each.state) for each in piece.files.all()] == [
        ("recto.jpg", "received"),
        ("verso.jpg", "received"),
    ]
    page = client_of_amina.get("/mon-dossier/pieces/identite/").content.decode()
    assert "Reçue, vérification en cours" in page
    # What is not checked yet can be taken back, and has no address to be read at.
    links = set(re.findall(r'href="(/mon-dossier/pieces/fichiers/[^"]*)"', page))
    assert {link.rpartition("fichiers/")[2][37:] for link in links} == {"retirer/"}


def test_a_refused_file_is_named_and_the_others_are_kept(
    client_of_amina: Client, pieces_directory: Path
) -> None:
    response = client_of_amina.post(
        "/mon-dossier/pieces/identite/",
        {"attached": [a_file("recto.jpg"), a_file("photo.gif", b"GIF89a..."), a_file("verso.jpg")]},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "« photo.gif » : Ce n&#39;est ni un PDF ni une photo." in page
    assert "Vos fichiers sont reçus et gardés : ne les renvoyez pas." in page
    kept = PieceFile.objects.order_by("pk")
    assert [each.original_name for each in kept] == ["recto.jpg", "verso.jpg"]
    assert {path.name for path in pieces_directory.rglob("*") if path.is_file()} == {
        each.key for each in kept
    }


def test_a_wrong_date_loses_no_photograph_and_is_asked_alone(client_of_amina: Client) -> None:
    address = "/mon-dossier/pieces/salaire/"
    tomorrow = clock.today() + timedelta(days=1)
    response = client_of_amina.post(
        address,
        {"attached": [a_file("mai.jpg"), a_file("juin.jpg")], "dated_on": tomorrow.isoformat()},
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "Vos fichiers sont reçus et gardés : ne les renvoyez pas." in page
    assert "Joignez le fichier demandé" not in page
    # What was typed is still there, and the choice of replacing is not, now that they are in.
    assert f'value="{tomorrow.isoformat()}"' in page
    assert not re.search(r'name="replace"[^>]*checked', page)
    piece = Piece.objects.get()
    assert (piece.dated_on, piece.files.count()) == (None, 2)
    again = client_of_amina.post(address, {"dated_on": tomorrow.isoformat()})
    assert again.status_code == 422
    last = clock.today() - timedelta(days=20)
    response = client_of_amina.post(address, {"dated_on": last.isoformat()}, follow=True)
    assert "La date est notée." in response.content.decode()
    piece.refresh_from_db()
    assert (piece.dated_on, piece.files.count()) == (last, 2)


def test_the_date_of_a_piece_that_a_landlord_concluded_on_is_theirs(
    client_of_amina: Client, give: Give, cast: SimpleNamespace
) -> None:
    piece = give("salaire")
    PieceCheck.objects.create(
        piece=piece, organisation=cast.lac, checked_by=cast.claire, outcome="accepted"
    )
    with pytest.raises(services.UploadRefused, match="a déjà vérifié"):
        services.date_piece(actor=cast.as_amina, piece=piece, dated_on=clock.today())
    response = client_of_amina.post(
        "/mon-dossier/pieces/salaire/", {"dated_on": clock.today().isoformat()}
    )
    assert response.status_code == 422
    assert "Joignez le fichier demandé" in response.content.decode()


@pytest.mark.parametrize(("size", "kept"), [(10_000_000, 1), (10_000_001, 0)])
def test_ten_megabytes_and_no_byte_more(give: Give, size: int, kept: int) -> None:
    content = picture().ljust(size, b"\0")
    if kept:
        give("identite", ("carte.jpg", content))
    else:
        with pytest.raises(services.UploadRefused, match="plus de 10 Mo"):
            give("identite", ("carte.jpg", content))
    assert PieceFile.objects.count() == kept


def test_an_empty_file_is_said_to_be_empty(client_of_amina: Client) -> None:
    response = client_of_amina.post(
        "/mon-dossier/pieces/identite/", {"attached": a_file("a.pdf", b"")}
    )
    assert "« a.pdf » est vide." in response.content.decode()


def test_no_file_at_all_is_a_clear_mistake(client_of_amina: Client) -> None:
    response = client_of_amina.post("/mon-dossier/pieces/identite/", {})
    assert response.status_code == 422
    assert "Joignez le fichier demandé" in response.content.decode()


def test_sixty_files_and_not_one_more(give: Give) -> None:
    piece = give("identite")
    PieceFile.objects.bulk_create(
        PieceFile(piece=piece, original_name="page.jpg", size=1000) for _n in range(58)
    )
    give("union")
    with pytest.raises(services.UploadRefused, match="60 fichiers au plus"):
        give("union")
    assert PieceFile.objects.count() == 60


def test_what_was_replaced_takes_no_room_and_a_full_dossier_is_told_the_way_out(
    give: Give, amina: User
) -> None:
    union, first = give("union"), give("identite")
    PieceFile.objects.bulk_create(
        [PieceFile(piece=union, original_name="page.jpg", size=1000) for _n in range(39)]
        + [PieceFile(piece=first, original_name="page.jpg", size=1000) for _n in range(19)]
    )
    with pytest.raises(services.UploadRefused) as refused:
        give("bail")
    assert refused.value.reasons == [
        "Un dossier garde 60 fichiers au plus. Retirez des fichiers de « Livret de famille ou "
        "attestation de PACS » (40\u00a0fichiers), « Pièce d'identité ou titre de séjour » "
        "(20\u00a0fichiers), ou remplacez-les par un seul PDF : ce qui est remplacé ne compte plus."
    ]
    # Full as it is, a piece can be replaced; then there is room.
    give("union", replace=True)
    give("bail")


def test_a_dossier_full_of_concluded_pieces_is_told_to_replace(
    give: Give, amina: User, cast: SimpleNamespace
) -> None:
    piece = give("identite")
    PieceFile.objects.bulk_create(
        PieceFile(piece=piece, original_name="page.jpg", size=1000) for _n in range(59)
    )
    open_access(dossier=amina.dossier, purpose="candidacy:1", organisation=cast.lac)
    PieceCheck.objects.create(
        piece=piece, organisation=cast.lac, checked_by=cast.claire, outcome="accepted"
    )
    with pytest.raises(services.UploadRefused, match="remplacez-en une par un seul PDF"):
        give("union")
    give("identite")
    give("union")


def test_two_hundred_megabytes_and_no_more(give: Give) -> None:
    piece = give("identite")
    PieceFile.objects.bulk_create(
        PieceFile(piece=piece, original_name="page.jpg", size=10_000_000) for _n in range(20)
    )
    with pytest.raises(services.UploadRefused, match="200 Mo au plus"):
        give("union")


def test_a_file_sent_again_after_a_cut_is_kept_once(client_of_amina: Client) -> None:
    attempt = str(uuid4())
    for _try in range(2):
        response = client_of_amina.post(
            "/mon-dossier/pieces/identite/",
            {"attached": a_file(), "upload_id": attempt},
            headers={"X-Upload": "1"},
        )
        assert response.status_code == 200
        assert response.json() == {"reasons": [], "kept": True, "again": False}
    assert PieceFile.objects.count() == 1


def test_replacing_keeps_what_was_given_before(give: Give) -> None:
    first = give("identite", ("ancienne.jpg", picture()))
    second = give("identite", ("nouvelle.jpg", picture()), replace=True)
    first.refresh_from_db()
    assert (second.replaced_at, first.replaced_at is None) == (None, False)
    assert [each.original_name for each in first.files.all()] == ["ancienne.jpg"]


def test_a_piece_a_landlord_concluded_on_is_replaced_not_completed(
    give: Give, cast: SimpleNamespace
) -> None:
    first = give("identite")
    PieceCheck.objects.create(
        piece=first, organisation=cast.lac, checked_by=cast.claire, outcome="accepted"
    )
    assert give("identite").pk != first.pk


def test_a_tax_notice_is_of_the_year_before_last(give: Give) -> None:
    assert give("avis-imposition", ("avis.pdf", pdf())).year == clock.today().year - 2


def test_somebody_else_gives_nothing_to_a_dossier_that_is_not_hers(
    amina: User, legal_list: None
) -> None:
    bruno = f.applicant("Bruno", "Morel")
    with pytest.raises(PermissionDenied):
        services.give_files(
            actor=f.actor_for(bruno),
            dossier=Dossier.objects.get(applicant=amina),
            kind=PieceKind.objects.get(code="identite"),
            member=None,
            uploads=[services.Upload("a.jpg", ContentFile(picture()))],
        )


def test_the_member_of_another_household_does_not_exist(client_of_amina: Client) -> None:
    other = HouseholdMember.objects.create(
        dossier=f.complete_dossier(f.person("Bruno")), link="child", first_name="Léo"
    )
    path = f"/mon-dossier/pieces/filiation/{other.public_id}/"
    assert client_of_amina.get(path).status_code == 404
    assert client_of_amina.post(path, {"attached": a_file()}).status_code == 404


@pytest.mark.parametrize(
    "code",
    [
        "releve-bancaire",
        "carte-vitale",
        "casier-judiciaire",
        "dossier-medical",
        "photo-identite",
        "caution",
    ],
)
def test_what_the_law_forbids_to_ask_is_not_taken_either(
    client_of_amina: Client, amina: User, give: Give, code: str
) -> None:
    assert client_of_amina.get(f"/mon-dossier/pieces/{code}/").status_code == 404
    with pytest.raises(ValidationError):
        give(code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Piece.objects.create(dossier=amina.dossier, kind_id=code, given_by=amina)


def test_a_file_taken_back_is_gone_with_its_piece(
    client_of_amina: Client,
    give: Give,
    pieces_directory: Path,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    give("identite")
    file = PieceFile.objects.get()
    assert (pieces_directory / "quarantine" / file.key).exists()
    path = f"/mon-dossier/pieces/fichiers/{file.public_id}/retirer/"
    assert "sera effacé pour de bon" in client_of_amina.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of_amina.post(path).status_code == 302
    assert (Piece.objects.count(), PieceFile.objects.count()) == (0, 0)
    assert [each for each in pieces_directory.rglob("*") if each.is_file()] == []


def test_a_file_of_somebody_else_cannot_be_taken_back(give: Give, login: Enter) -> None:
    give("identite")
    file = PieceFile.objects.get()
    client = login(f.applicant("Bruno", "Morel"))
    for tail in ("", "retirer/"):
        path = f"/mon-dossier/pieces/fichiers/{file.public_id}/{tail}"
        assert (client.get(path).status_code, client.post(path).status_code) in (
            (404, 404),
            (404, 405),
        )
    assert PieceFile.objects.count() == 1


def test_a_storage_that_fails_keeps_nothing(
    client_of_amina: Client, pieces_directory: Path
) -> None:
    pieces_directory.parent.mkdir(exist_ok=True)
    pieces_directory.write_text("a file where the directory should be")
    response = client_of_amina.post("/mon-dossier/pieces/identite/", {"attached": a_file()})
    assert response.status_code == 503
    assert "Nous ne pouvons pas garder de fichier en ce moment" in response.content.decode()
    # The page that sends one by one may send this one again as it is.
    response = client_of_amina.post(
        "/mon-dossier/pieces/identite/", {"attached": a_file()}, headers={"X-Upload": "1"}
    )
    assert (response.json()["again"], response.json()["kept"]) == (True, False)
    assert (Piece.objects.count(), PieceFile.objects.count()) == (0, 0)


def test_a_pay_slip_grows_old_and_is_asked_again(
    client_of_amina: Client, give: Give, travel: Callable[[object], None]
) -> None:
    give("salaire", ("mars.pdf", pdf()))
    PieceFile.objects.update(
        state="clean",
        sha256="0" * 64,
        pages=1,
        media_type="application/pdf",
        checked_at=clock.now(),
    )
    page = "/mon-dossier/pieces/salaire/"
    assert "Reçue et lisible" in client_of_amina.get(page).content.decode()
    travel(clock.now() + timedelta(days=95))
    assert "Trop ancienne" in client_of_amina.get(page).content.decode()
    new = give("salaire", ("juin.pdf", pdf()))
    assert Piece.objects.filter(replaced_at=None).get() == new


def test_a_name_is_text_and_never_a_path(give: Give, pieces_directory: Path) -> None:
    give("identite", ("../../etc/" + "é" * 200 + ".jpg", picture()))
    file = PieceFile.objects.get()
    assert len(file.original_name) <= 120
    assert file.original_name.endswith("….jpg")
    assert [each.name for each in pieces_directory.rglob("*") if each.is_file()] == [file.key]


def test_the_list_costs_the_same_with_one_piece_and_with_many(
    client_of_amina: Client, give: Give, django_assert_num_queries: Callable[..., object]
) -> None:
    give("identite")
    client_of_amina.get("/mon-dossier/pieces/")
    with django_assert_num_queries(13):
        client_of_amina.get("/mon-dossier/pieces/")
    for code in ("union", "garde", "bail", "salaire", "etudes", "conge"):
        for _time in range(3):
            give(code, replace=True)
    with django_assert_num_queries(13):
        client_of_amina.get("/mon-dossier/pieces/")


def test_a_pay_slip_counts_from_the_date_it_bears(
    client_of_amina: Client, travel: Callable[[object], None]
) -> None:
    given = clock.today()
    slip = given - timedelta(days=40)
    page = "/mon-dossier/pieces/salaire/"
    client_of_amina.post(page, {"attached": a_file("mai.pdf", pdf()), "dated_on": slip.isoformat()})
    PieceFile.objects.update(
        state="clean",
        sha256="0" * 64,
        pages=1,
        media_type="application/pdf",
        checked_at=clock.now(),
    )
    assert Piece.objects.get().dated_on == slip
    shown = client_of_amina.get(page).content.decode()
    assert "Reçue et lisible" in shown
    assert "Datée du" in shown
    # Three months after the slip, though only fifty-odd days after it was given.
    travel(clock.now() + timedelta(days=56))
    assert "Trop ancienne" in client_of_amina.get(page).content.decode()


@pytest.mark.parametrize("days", [1, -3700])
def test_a_document_of_tomorrow_or_of_another_age_is_a_mistake_said(
    client_of_amina: Client, days: int
) -> None:
    day = (clock.today() + timedelta(days=days)).isoformat()
    typed = {"attached": a_file("mai.pdf", pdf()), "dated_on": day}
    response = client_of_amina.post("/mon-dossier/pieces/salaire/", typed)
    assert response.status_code == 422
    assert "la date que porte le document" in response.content.decode()
    response = client_of_amina.post(
        "/mon-dossier/pieces/salaire/",
        {"attached": a_file("mai.pdf", pdf()), "dated_on": day},
        headers={"X-Upload": "1"},
    )
    assert response.status_code == 422
    assert response.json() == {
        "reasons": [
            "Écrivez la date que porte le document : elle est passée, et de moins de dix ans."
        ],
        "kept": True,
        "again": False,
    }
    assert Piece.objects.get().dated_on is None


def test_a_piece_that_does_not_age_asks_for_no_date(client_of_amina: Client) -> None:
    page = client_of_amina.get("/mon-dossier/pieces/identite/").content.decode()
    assert 'name="dated_on"' not in page


def test_a_hundred_and_twenty_files_an_hour_and_then_words(
    give: Give, amina: User, travel: Callable[[object], None]
) -> None:
    travel(clock.now().replace(minute=10))
    cache.set(f"pieces-sent:{amina.pk}:{_this_hour()}", 119, timeout=3600)
    give("identite")
    with pytest.raises(services.UploadRefused, match="beaucoup de fichiers en peu de temps"):
        give("identite")
    assert PieceFile.objects.count() == 1
    travel(clock.now() + timedelta(minutes=55))
    give("identite")
    assert PieceFile.objects.count() == 2


def _this_hour() -> str:
    return clock.now().replace(minute=0, second=0, microsecond=0).isoformat()


def test_somebody_else_in_a_rush_slows_nobody(give: Give) -> None:
    bruno = f.applicant("Bruno", "Morel")
    cache.set(f"pieces-sent:{bruno.pk}:{_this_hour()}", 500, timeout=3600)
    give("identite")
    assert PieceFile.objects.count() == 1


def test_what_was_replaced_fills_the_disk_no_further_than_said(
    give: Give, settings: Settings, amina: User
) -> None:
    settings.PIECES_MOST_BYTES_HELD = 30_000_000
    for _time in range(2):
        piece = give("identite", replace=True)
        PieceFile.objects.create(piece=piece, original_name="page.jpg", size=10_000_000)
        PieceFile.objects.create(piece=piece, original_name="page.jpg", size=4_000_000)
    gone = french.long_date(clock.today() + timedelta(days=30))
    with pytest.raises(services.UploadRefused) as refused:
        give("union", ("carte.jpg", picture().ljust(3_000_000, b"\0")))
    assert refused.value.reasons == [
        "Un dossier garde 30 Mo au plus, en comptant ce que vous avez remplacé et qui n'est pas "
        f"encore effacé. Seront effacés : « Pièce d'identité ou titre de séjour » (14 Mo) le "
        f"{gone}. Attendez ce jour, ou retirez-les de ce que vous aviez donné avant, sur la page "
        "de la pièce."
    ]
    old = Piece.objects.exclude(replaced_at=None).get()
    heavy = old.files.get(size=10_000_000)
    services.remove_file(actor=f.actor_for(amina), file=heavy)
    give("union", ("carte.jpg", picture().ljust(3_000_000, b"\0")))
