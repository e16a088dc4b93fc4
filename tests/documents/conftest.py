import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from pytest_django.fixtures import Settings

from accounts.models import Dossier, User
from alin.kit import clock
from documents import services
from documents.models import Piece, PieceKind, TrustList
from tests import factories as f
from tests.documents import sealed, specimens

Give = Callable[..., Piece]


@pytest.fixture(autouse=True)
def pieces_directory(settings: Settings, tmp_path: Path) -> Path:
    """A storage of its own for each test."""
    directory = tmp_path / "pieces"
    settings.STORAGES = {
        **settings.STORAGES,
        "pieces": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(directory)},
        },
    }
    return directory


@pytest.fixture
def legal_list(db: None) -> None:
    call_command("load_pieces", stdout=io.StringIO())


@pytest.fixture
def amina(db: None) -> User:
    return f.applicant("Amina", "Benali")


@pytest.fixture
def give(amina: User, legal_list: None) -> Give:
    """`give("identite", ("carte.jpg", content), …)`: Amina gives a piece."""

    def give(code: str, *files: tuple[str, bytes], **options: object) -> Piece:
        return services.give_files(
            actor=f.actor_for(amina),
            dossier=Dossier.objects.get(applicant=amina),
            kind=PieceKind.objects.get(code=code),
            member=options.pop("member", None),
            uploads=[
                services.Upload(name, ContentFile(content))
                for name, content in files or [("carte.jpg", specimens.picture())]
            ],
            **options,
        )

    return give


@pytest.fixture
def trusted(db: None) -> TrustList:
    """The authority of the tests is the one that seals are verified with."""
    farid = f.person("Farid", "Trust")
    return TrustList.objects.create(
        pem=sealed.PEM,
        sha256="0" * 64,
        certificates=3,
        authorities=1,
        issued_on=date(2026, 1, 1),
        next_update=date(2027, 1, 1),
        loaded_by=farid,
        in_force_at=clock.now(),
    )
