"""From the file to the verified figure, in a browser."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from playwright.sync_api import Page, expect

from accounts.models import TaxIncome
from accounts.rules import reference_income_year
from alin.kit import clock
from documents import services
from documents.models import PieceKind
from documents.seals import from_pem
from tests.documents import sealed
from tests.e2e.showing import follow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trusting(cast: SimpleNamespace) -> SimpleNamespace:
    """The portal trusts the authority of the tests, and knows the list of pieces."""
    call_command("load_pieces", stdout=io.StringIO())
    today = clock.today()
    loaded = services.load_trust_list(
        actor=cast.as_farid,
        chain=from_pem(sealed.PEM),
        issued_on=today.replace(day=1),
        next_update=today.replace(year=today.year + 1, day=1),
    )
    services.put_in_force(actor=cast.as_farid, trust_list=loaded)
    return cast


def test_a_sealed_notice_fills_the_dossier_by_one_click(
    trusting: SimpleNamespace, logged_in: Callable[..., Page], clamd: str, tmp_path: Path
) -> None:
    year = reference_income_year(clock.today())
    file = tmp_path / "avis.pdf"
    content = sealed.notice(23_400, year)
    line = "Direction générale des finances publiques, document fait pour un essai, sans valeur."
    file.write_bytes(
        sealed.paper(
            line, f"Impôt sur les revenus de {year}", "BENALI AMINA", "Page 1 / 2", codes=(content,)
        )
    )
    page = logged_in(trusting.amina, java_script_enabled=False)
    page.goto("/mon-dossier/pieces/avis-imposition/")
    page.get_by_label("Vos fichiers ou photos").set_input_files(file)
    follow(page.get_by_role("button", name="Envoyer"))
    assert services.check_due() == 1
    page.reload()
    main = page.get_by_role("main")
    expect(main).to_contain_text(f"Revenu fiscal de référence {year} : 23\u202f400\u00a0€")
    expect(main).to_contain_text("vérifié par le sceau de l'État")
    expect(main).to_contain_text("Le document annonce 2\u00a0pages ; nous en avons reçu 1.")
    page.get_by_role("button", name="Mettre ce montant dans mon dossier").press("Enter")
    expect(main).to_contain_text("Ce montant est dans le dossier, comme vérifié.")
    figure = TaxIncome.objects.get(dossier__applicant=trusting.amina, year=year)
    assert (figure.rfr_eur, figure.source, figure.is_verified) == (23_400, "sealed", True)
    page.goto("/mon-dossier/ressources/")
    expect(main).to_contain_text("par le sceau de l'État.")


def test_the_seal_comes_by_itself_when_the_file_is_read(
    trusting: SimpleNamespace, logged_in: Callable[..., Page], clamd: str
) -> None:
    content = sealed.photo(sealed.notice(23_400, reference_income_year(clock.today())))
    services.give_files(
        actor=trusting.as_amina,
        dossier=trusting.amina.dossier,
        kind=PieceKind.objects.get(code="avis-imposition"),
        member=None,
        uploads=[services.Upload("avis.jpg", ContentFile(content))],
    )
    page = logged_in(trusting.amina)
    page.goto("/mon-dossier/pieces/avis-imposition/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Reçue, vérification en cours")
    assert services.check_due() == 1
    expect(main).to_contain_text("vérifié par le sceau de l'État")
    page.get_by_role("button", name="Mettre ce montant dans mon dossier").click()
    expect(main).to_contain_text("Ce montant est dans le dossier, comme vérifié.")
