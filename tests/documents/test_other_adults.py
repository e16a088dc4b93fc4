"""The pieces of the other adults of a household: asked of them, given for them, read as theirs."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock
from documents import services
from documents.models import PieceFile, PieceKind, PieceRequest
from tests import factories as f
from tests.documents import sealed
from tests.documents.conftest import Give
from tests.documents.specimens import pdf

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]


@pytest.fixture
def couple(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Amina lives with Karim Haddad, who works, and with a nephew of eight."""
    f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    today = clock.today()
    cast.karim = HouseholdMember.objects.create(
        dossier=cast.dossier, first_name="Karim", last_name="Haddad", link="partner",
        birth_date=date(1986, 2, 3),
    )  # fmt: skip
    cast.nephew = HouseholdMember.objects.create(
        dossier=cast.dossier, first_name="Sami", link="other",
        birth_date=date(today.year - 8, 1, 15),
    )  # fmt: skip
    return cast


def test_a_landlord_asks_for_the_pay_slips_of_the_partner(
    couple: SimpleNamespace, login: Enter
) -> None:
    address = f"/bailleur/dossiers/{couple.dossier.public_id}/pieces/demander/"
    client = login(couple.claire)
    page = client.get(address).content.decode()
    karim, nephew = couple.karim.public_id, couple.nephew.public_id
    for code in ("salaire", "independant", "retraite", "chomage", "prestations", "etudes"):
        assert f'value="{code}:{karim}"' in page
        assert f'value="{code}:{nephew}"' not in page
    # Nobody said that he is disabled, or under a guardianship: he may give it, unasked.
    for code in ("handicap", "tutelle"):
        assert f'value="{code}:{karim}"' not in page
    # His own notice is asked by the situation, once; the lease is the applicant's.
    assert page.count(f'value="avis-imposition:{karim}"') == 1
    assert f'value="bail:{karim}"' not in page
    due = (clock.today() + timedelta(days=9)).isoformat()
    client.post(address, {"pieces": [f"salaire:{karim}"], "due": due})
    asked = PieceRequest.objects.get()
    assert (asked.kind_id, asked.member) == ("salaire", couple.karim)
    page = login(couple.amina).get("/mon-dossier/pieces/").content.decode()
    assert "Trois derniers bulletins de salaire · Karim Haddad" in page


def test_the_applicant_gives_them_unasked(couple: SimpleNamespace, login: Enter) -> None:
    client = login(couple.amina)
    page = client.get("/mon-dossier/pieces/").content.decode()
    address = f"/mon-dossier/pieces/salaire/{couple.karim.public_id}/"
    assert "Pour Karim Haddad" in page
    assert address in page
    assert "Pour Sami" not in page
    assert "Elle montre les ressources ou la situation de Karim Haddad." in (
        client.get(address).content.decode()
    )
    services.give_files(
        actor=couple.as_amina,
        dossier=couple.dossier,
        kind=PieceKind.objects.get(code="salaire"),
        member=couple.karim,
        uploads=[services.Upload("mai.pdf", ContentFile(pdf()))],
    )
    page = client.get("/mon-dossier/pieces/").content.decode()
    given = page[: page.index('id="autre"')]
    assert "Trois derniers bulletins de salaire · Karim Haddad" in given


def test_the_name_looked_for_is_that_of_the_person(
    couple: SimpleNamespace, give: Give, clamd: str, login: Enter
) -> None:
    content = sealed.paper("Bulletin de paie de la boulangerie. " * 4, "MME BENALI AMINA")
    give("salaire", ("mai.pdf", content), member=couple.karim)
    assert services.check_due() == 1
    page = login(couple.amina).get(f"/mon-dossier/pieces/salaire/{couple.karim.public_id}/")
    assert "Nous n&#39;avons pas trouvé le nom « Haddad »" in page.content.decode()
    # Nor is the employer of the applicant a claim of his.
    file = PieceFile.objects.get()
    page = login(couple.claire).get(f"/bailleur/pieces/{file.piece.public_id}/")
    assert page.status_code == 200
    assert "Boulangerie du Port" not in page.content.decode()
