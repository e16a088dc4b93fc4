"""What the pages of pieces ask of the database: the same however much a dossier holds."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock
from documents import services
from documents.models import Departure, Piece, PieceFile, PieceKind, PieceView, Seal
from tests import factories as f

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]


@pytest.fixture
def studied(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    cast.piece = f.clean_file(cast.amina).piece
    return cast


def fill(cast: SimpleNamespace) -> None:
    """Thirty files, thirty pieces replaced, other kinds, requests, looks."""
    PieceFile.objects.bulk_create(
        PieceFile(
            piece=cast.piece, original_name=f"page-{n}.jpg", size=10, state="clean", pages=1,
            media_type="image/jpeg", sha256="0" * 64, checked_at=clock.now(),
        )
        for n in range(30)
    )  # fmt: skip
    Piece.objects.bulk_create(
        Piece(
            dossier=cast.dossier, kind_id="identite", given_by=cast.amina,
            given_at=clock.now() - timedelta(days=3), replaced_at=clock.now(),
        )
        for _n in range(30)
    )  # fmt: skip
    for code in ("bail", "union", "garde", "etudes", "conge", "chomage", "retraite"):
        f.clean_file(cast.amina, code)
    services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[
            services.RequestLine(PieceKind.objects.get(code=code))
            for code in ("salaire", "prestations", "independant", "retraite")
        ],
        due=clock.now() + timedelta(days=9),
    )
    PieceView.objects.bulk_create(
        PieceView(
            dossier=cast.dossier, piece=cast.piece, piece_label="Pièce", viewer=cast.claire,
            organisation=cast.lac, what="original", purpose="étude",
        )
        for _n in range(30)
    )  # fmt: skip


def few_things(cast: SimpleNamespace) -> None:
    services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code="lettre-employeur"))],
        due=clock.now() + timedelta(days=9),
    )
    Piece.objects.create(
        dossier=cast.dossier, kind_id="identite", given_by=cast.amina,
        given_at=clock.now() - timedelta(days=4), replaced_at=clock.now(),
    )  # fmt: skip
    PieceView.objects.create(
        dossier=cast.dossier, piece=cast.piece, piece_label="Pièce", viewer=cast.claire,
        organisation=cast.lac, what="original", purpose="étude",
    )  # fmt: skip


def costs(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_each_page_costs_the_same_empty_and_full(studied: SimpleNamespace, login: Enter) -> None:
    piece, dossier = studied.piece.public_id, studied.dossier.public_id
    # One of each: another piece to check, a request, a look, a piece replaced.
    f.clean_file(studied.amina, "rapport-social")
    few_things(studied)
    pages = {
        "/mon-dossier/pieces/identite/": studied.amina,
        "/mon-dossier/pieces/consultations/": studied.amina,
        f"/bailleur/pieces/{piece}/": studied.claire,
        f"/bailleur/dossiers/{dossier}/pieces/": studied.claire,
        f"/bailleur/dossiers/{dossier}/pieces/demander/": studied.claire,
    }
    few = [costs(login(user), address) for address, user in pages.items()]
    fill(studied)
    many = [costs(login(user), address) for address, user in pages.items()]
    assert many == few == [11, 8, 10, 12, 12]


@pytest.fixture
def family(studied: SimpleNamespace) -> SimpleNamespace:
    """Karim has his own notice, under a seal; of two children one has her papers; Lou left, and
    the landlord still studies what she gave."""
    born = clock.today() - timedelta(days=365 * 8)
    add = partial(HouseholdMember.objects.create, dossier=studied.dossier, last_name="Benali")
    studied.karim = add(link="spouse", first_name="Karim", birth_date=date(1985, 3, 2))
    studied.nora, studied.ismael = (
        add(link="child", first_name=name, birth_date=born) for name in ("Nora", "Ismaël")
    )
    studied.his_notice = f.sealed_notice(studied.amina).piece
    Piece.objects.filter(pk=studied.his_notice.pk).update(member=studied.karim)
    Seal.objects.update(names=["BENALI KARIM"])
    f.sealed_notice(studied.amina)
    hers = f.clean_file(studied.amina, "filiation").piece
    Piece.objects.filter(pk=hers.pk).update(member=studied.nora)
    lou = Departure.objects.create(dossier=studied.dossier, name="Lou Roy")
    left = f.clean_file(studied.amina, "filiation").piece
    Piece.objects.filter(pk=left.pk).update(departure=lou)
    return studied


def test_nor_what_a_family_makes_of_them(family: SimpleNamespace, login: Enter) -> None:
    """Seals to compare with the incomes, a document for several children, somebody who left."""
    notices = "/mon-dossier/pieces/avis-imposition/"
    pages = {
        notices: family.amina,
        f"{notices}{family.karim.public_id}/": family.amina,
        f"/mon-dossier/pieces/filiation/{family.nora.public_id}/": family.amina,
        f"/bailleur/pieces/{family.his_notice.public_id}/": family.claire,
        f"/bailleur/dossiers/{family.dossier.public_id}/pieces/": family.claire,
    }
    asked = [costs(login(user), address) for address, user in pages.items()]
    assert asked == [12, 12, 12, 11, 12]
    notice, filiation = (
        login(family.amina).get(address).content.decode() for address in list(pages)[1:3]
    )
    assert "Mettre ce montant dans mon dossier" in notice
    assert str(family.ismael.public_id) in filiation
