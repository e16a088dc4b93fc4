"""Somebody leaves the household: the pieces leave the dossier, and the studies that had begun."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.test import Client

from accounts import services as accounts
from accounts.models import Dossier, HouseholdMember, SectionState
from alin.kit import clock
from applications.services.access import access_purpose
from documents import queries, services
from documents.models import Departure, Piece, PieceFile, PieceKind
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[object], Client]
Travel = Callable[[object], None]


@pytest.fixture(autouse=True)
def in_the_morning(travel: Travel) -> None:
    """Late in the evening, a change of hour makes of ninety-one days ninety-two."""
    travel(clock.now().replace(hour=9))


@pytest.fixture
def karim(cast: SimpleNamespace, legal_list: None) -> HouseholdMember:
    """A child of Amina's; his birth certificate is readable, the judgment is not yet."""
    member = HouseholdMember.objects.create(
        dossier=cast.amina.dossier,
        link="child",
        custody="full",
        first_name="Karim",
        last_name="Aït",
        birth_date=clock.today().replace(year=clock.today().year - 9, day=1),
    )
    for code in ("filiation", "garde"):
        file = f.clean_file(cast.amina, code)
        Piece.objects.filter(pk=file.piece_id).update(member=member)
    PieceFile.objects.filter(piece__kind="garde").update(state="received")
    return member


def leave(world: SimpleNamespace, member: HouseholdMember) -> None:
    state = SectionState.objects.filter(dossier=member.dossier, name="household").first()
    accounts.remove_member(
        actor=world.as_amina,
        dossier=member.dossier,
        expected_version=state.version if state else 0,
        member=member,
    )


def certificate() -> Piece:
    return Piece.objects.get(kind="filiation")


def objects(directory: Path) -> set[str]:
    return {path.name for path in directory.rglob("*") if path.is_file()}


def test_without_any_study_everything_goes_at_once(
    cast: SimpleNamespace, karim: HouseholdMember, pieces_directory: Path
) -> None:
    mine = f.clean_file(cast.amina)
    leave(cast, karim)
    assert list(Piece.objects.all()) == [mine.piece]
    assert objects(pieces_directory) == {mine.key, "0001.jpg"}
    assert Departure.objects.count() == 0


def test_who_was_studying_reads_on_and_nobody_else(
    cast: SimpleNamespace, karim: HouseholdMember, login: Enter
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    leave(cast, karim)
    f.submitted(cast.amina, f.offer_of(cast.oc))
    paper = certificate()
    # What nobody could read is gone; the certificate bears a name and no member.
    assert list(Piece.objects.all()) == [paper]
    assert (paper.member, paper.whose) == (None, "Karim Aït")
    page = f"/bailleur/pieces/{paper.public_id}/"
    image = f"/bailleur/pieces/fichiers/{paper.files.get().public_id}/pages/1/"
    assert [login(cast.claire).get(each).status_code for each in (page, image)] == [200, 200]
    assert [login(cast.david).get(each).status_code for each in (page, image)] == [404, 404]

    listed = f"/bailleur/dossiers/{cast.amina.dossier.public_id}/pieces/"
    lac, oc = (login(who).get(listed).content.decode() for who in (cast.claire, cast.david))
    assert "Pièces de Karim Aït, sorties du dossier" in lac
    assert page in lac
    assert "Karim" not in oc
    # Nothing is left to conclude of it, and nobody is asked to.
    assert list(queries.to_check(cast.as_claire)) == []
    shown = login(cast.claire).get(page).content.decode()
    last = clock.today() + timedelta(days=92)
    assert "Pièce retirée par le foyer le" in shown
    assert f"{last.year}" in re.findall(r"effacée au plus tard le ([^.<]+)", shown)[0]
    assert "Refuser et prévenir" not in shown


def test_it_is_of_the_dossier_no_more(
    cast: SimpleNamespace, karim: HouseholdMember, login: Enter
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    leave(cast, karim)
    file = certificate().files.get()
    client = login(cast.amina)
    page = client.get("/mon-dossier/pieces/").content.decode()
    told = page[page.index("Retirées de votre dossier") :]
    assert "Livret de famille ou acte de naissance · Karim Aït" in told
    assert "effacée au plus tard le" in told
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 404
    assert client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/retirer/").status_code == 404
    assert queries.room_left(cast.amina.dossier).files == 60
    # Another person may come and give the same piece.
    lou = HouseholdMember.objects.create(
        dossier=cast.amina.dossier, link="other", first_name="Lou", last_name="Roy"
    )
    other = f.clean_file(cast.amina, "identite").piece
    Piece.objects.filter(pk=other.pk).update(kind="filiation", member=lou)


def test_it_goes_with_the_study_and_its_objects_with_it(
    cast: SimpleNamespace, karim: HouseholdMember, pieces_directory: Path
) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    leave(cast, karim)
    key = certificate().files.get().key
    assert services.erase_due() == 0
    accounts.close_access(dossier=candidacy.dossier, purpose=access_purpose(candidacy))
    assert queries.pieces_visible_to(cast.as_claire).count() == 0
    assert services.erase_due() == 1
    assert key not in objects(pieces_directory)
    assert (Piece.objects.count(), Departure.objects.count()) == (0, 0)


def test_a_study_that_lasts_keeps_it_three_months_and_then_says_so(
    cast: SimpleNamespace, karim: HouseholdMember, login: Enter, travel: Travel
) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    leave(cast, karim)
    travel(clock.now() + timedelta(days=91))
    assert services.erase_due() == 0
    travel(clock.now() + timedelta(days=1))
    assert services.erase_due() == 1
    listed = f"/bailleur/dossiers/{cast.amina.dossier.public_id}/pieces/"
    page = login(cast.claire).get(listed).content.decode()
    assert "Pièces de Karim Aït, sorties du dossier" in page
    assert "Celles que vous étudiiez ont été effacées depuis" in page


def test_a_piece_given_while_the_person_leaves_is_refused_or_goes_too(
    cast: SimpleNamespace, karim: HouseholdMember, give: Give, pieces_directory: Path
) -> None:
    """Both at once, ten times: no row of nobody, no object of nobody, no error of a machine."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    kind = PieceKind.objects.get(code="handicap")

    def send(member: HouseholdMember) -> str:
        try:
            services.give_files(
                actor=cast.as_amina,
                dossier=Dossier.objects.get(pk=member.dossier_id),
                kind=kind,
                member=member,
                uploads=[services.Upload("carte.jpg", ContentFile(picture(size=(60, 80))))],
            )
        except services.UploadRefused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    def part(member: HouseholdMember) -> None:
        try:
            leave(cast, member)
        finally:
            connections.close_all()

    for turn in range(10):
        member = HouseholdMember.objects.create(
            dossier=cast.amina.dossier, link="other", first_name=f"Passant{turn}"
        )
        with ThreadPoolExecutor(2) as both:
            # Each request reads the person for itself.
            hers = HouseholdMember.objects.get(pk=member.pk)
            sent, gone = both.submit(send, hers), both.submit(part, member)
        assert gone.result() is None
        assert sent.result() in (
            "",
            "Cette personne vient de quitter votre foyer : sa pièce n'est plus à donner.",
        )
    assert not PieceFile.objects.filter(piece__kind=kind).exists()
    assert objects(pieces_directory) == {
        *PieceFile.objects.values_list("key", flat=True),
        "0001.jpg",
    }
