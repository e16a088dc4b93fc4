"""The closed list is dated: what leaves it is asked no more, and what was given keeps its name."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from accounts.models import Dossier
from alin.kit import clock
from documents import queries, services
from documents.models import PieceKind
from tests import factories as f
from tests.documents.conftest import Give

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]
FILE = Path(settings.BASE_DIR) / "documents" / "data" / "pieces.csv"


def load_without(directory: Path, *codes: str) -> str:
    """Load the list of a new text, that has these pieces no more."""
    with FILE.open(newline="") as file:
        rows = [line for line in csv.DictReader(file) if line["code"] not in codes]
    with (directory / "liste.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    said = io.StringIO()
    call_command("load_pieces", fichier=directory / "liste.csv", stdout=said)
    return said.getvalue()


@pytest.fixture
def studied(cast: SimpleNamespace, give: Give) -> SimpleNamespace:
    """Amina, who gave a lease nobody asks for, applied to Habitat du Lac."""
    cast.file = f.clean_file(cast.amina, "bail")
    f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    return cast


def test_a_piece_is_asked_from_its_day_on(legal_list: None) -> None:
    today = clock.today()
    PieceKind.objects.filter(code="bail").update(since=today + timedelta(days=1))
    PieceKind.objects.filter(code="conge").update(until=today)
    PieceKind.objects.filter(code="garde").update(until=today + timedelta(days=1))
    listed = {kind.code for kind in queries.kinds(today)}
    assert ("bail" in listed, "conge" in listed, "garde" in listed) == (False, False, True)
    tomorrow = {kind.code for kind in queries.kinds(today + timedelta(days=1))}
    assert ("bail" in tomorrow, "conge" in tomorrow, "garde" in tomorrow) == (True, False, False)


def test_what_leaves_the_file_is_dated_and_comes_back_with_it(
    legal_list: None, tmp_path: Path
) -> None:
    count = PieceKind.objects.count()
    assert "Pièces qui quittent la liste : 2." in load_without(tmp_path, "bail", "salaire")
    closed = PieceKind.objects.filter(until__isnull=False)
    assert {kind.code: kind.until for kind in closed} == {
        "bail": clock.today(),
        "salaire": clock.today(),
    }
    assert PieceKind.objects.count() == count
    assert "quittent" not in load_without(tmp_path, "bail", "salaire")
    call_command("load_pieces", stdout=io.StringIO())
    assert not PieceKind.objects.filter(until__isnull=False).exists()


def test_what_was_given_is_still_read_and_nothing_more_is_asked_nor_given(
    studied: SimpleNamespace, give: Give, tmp_path: Path, login: Enter
) -> None:
    load_without(tmp_path, "bail", "conge")
    client = login(studied.amina)
    page = client.get("/mon-dossier/pieces/").content.decode()
    assert "Bail et dernière quittance de loyer" in page
    page = client.get("/mon-dossier/pieces/bail/").content.decode()
    assert "n&#39;est plus dans la liste de la loi" in page
    assert "Vos fichiers ou photos" not in page
    assert client.get("/mon-dossier/pieces/conge/").status_code == 404
    with pytest.raises(services.UploadRefused, match="n'est plus à donner"):
        give("bail")

    client = login(studied.claire)
    address = f"/bailleur/dossiers/{studied.dossier.public_id}/pieces/"
    assert "Bail et dernière quittance" in client.get(address).content.decode()
    asking = client.get(f"{address}demander/").content.decode()
    assert ('value="bail:"' in asking, 'value="identite:"' in asking) == (False, True)
    assert client.get(f"/bailleur/pieces/{studied.file.piece.public_id}/").status_code == 200
    with pytest.raises(ValidationError, match="ne permet plus de demander"):
        services.request_pieces(
            actor=studied.as_claire,
            dossier=studied.dossier,
            lines=[services.RequestLine(PieceKind.objects.get(code="bail"))],
            due=clock.now() + timedelta(days=9),
        )
