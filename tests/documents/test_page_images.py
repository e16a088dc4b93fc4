"""The image of a page is the one that was drawn from the checked file, or is drawn again."""

import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client
from PIL import Image

from documents import services, storage
from documents.models import PieceFile
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import pdf, picture

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[object], Client]


@pytest.fixture
def checked(cast: SimpleNamespace, give: Give, clamd: str) -> PieceFile:
    """Two pages that a worker drew."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    give("identite", ("carte.pdf", pdf(2)))
    assert services.check_due() == 1
    return PieceFile.objects.get()


def page(client: Client, file: PieceFile, number: int = 1) -> int:
    answer = client.get(f"/bailleur/pieces/fichiers/{file.public_id}/pages/{number}/")
    return answer.status_code


def lose(name: str) -> None:
    storage.storage().delete(name)


def change(name: str) -> None:
    other = io.BytesIO()
    Image.new("RGB", (400, 500), "black").save(other, "JPEG")
    storage.write(name, other.getvalue())


@pytest.mark.parametrize("harm", [lose, change])
def test_a_page_that_is_lost_or_another_is_drawn_again(
    cast: SimpleNamespace, checked: PieceFile, login: Enter, harm: Callable[[str], None]
) -> None:
    name = storage.page_name(checked.key, 2)
    drawn = storage.read(name)
    harm(name)
    client = login(cast.claire)
    assert [page(client, checked, number) for number in (1, 2, 3)] == [200, 200, 404]
    # What is kept again is the page, not what stood in its place.
    assert Image.open(io.BytesIO(storage.read(name))).size == Image.open(io.BytesIO(drawn)).size
    corner = Image.open(io.BytesIO(storage.read(name))).convert("RGB").getpixel((2, 2))
    assert corner == Image.open(io.BytesIO(drawn)).convert("RGB").getpixel((2, 2))
    harm(storage.page_name(checked.key, 1))
    assert page(client, checked) == 200


def test_nothing_is_drawn_from_a_file_that_is_not_the_one_checked(
    cast: SimpleNamespace, checked: PieceFile, login: Enter
) -> None:
    lose(storage.page_name(checked.key, 1))
    storage.write(storage.clean_name(checked.key), picture())
    client = login(cast.claire)
    assert [page(client, checked, number) for number in (1, 2)] == [409, 200]
    lose(storage.clean_name(checked.key))
    assert page(client, checked) == 404
