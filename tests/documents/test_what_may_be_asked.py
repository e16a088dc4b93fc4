"""A landlord asks for what a situation calls for, never for what would reveal another one."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock
from documents import services
from documents.models import PieceKind, PieceRequest
from tests import factories as f

pytestmark = pytest.mark.django_db
Enter = Callable[[object], Client]

# Of who lives alone and is employed: her list, what is asked of anybody, and other proofs of
# resources, since one may have several. Written by hand.
OF_AMINA = {
    "identite", "avis-imposition", "salaire", "independant", "retraite", "chomage", "prestations",
    "etudes", "lettre-employeur",
}  # fmt: skip
OF_AN_ADULT = {"salaire", "independant", "retraite", "chomage", "prestations", "etudes"}


@pytest.fixture
def studied(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.dossier = Dossier.objects.get(applicant=cast.amina)
    cast.page = f"/bailleur/dossiers/{cast.dossier.public_id}/pieces/demander/"
    return cast


def offered(client: Client, page: str) -> set[tuple[str, str]]:
    return set(re.findall(r'value="([a-z-]+):([^"]*)"', client.get(page).content.decode()))


def ask(cast: SimpleNamespace, code: str, member: HouseholdMember | None = None) -> None:
    services.request_pieces(
        actor=cast.as_claire,
        dossier=cast.dossier,
        lines=[services.RequestLine(PieceKind.objects.get(code=code), member)],
        due=clock.now() + timedelta(days=9),
    )


def test_what_nobody_declared_is_not_offered(studied: SimpleNamespace, login: Enter) -> None:
    client = login(studied.claire)
    assert offered(client, studied.page) == {(code, "") for code in OF_AMINA}
    nour = HouseholdMember.objects.create(
        dossier=studied.dossier, link="other", first_name="Nour", birth_date=date(1990, 6, 9)
    )
    of_nour = {*OF_AN_ADULT, "identite-adulte", "avis-imposition"}
    assert offered(client, studied.page) == {(code, "") for code in OF_AMINA} | {
        (code, str(nour.public_id)) for code in of_nour
    }


@pytest.mark.parametrize(
    "code", ["violences", "ordonnance-protection", "divorce", "tutelle", "rapport-social", "bail"]
)
def test_nor_asked_by_who_does_without_the_page(
    studied: SimpleNamespace, login: Enter, code: str
) -> None:
    typed = {
        "pieces": [f"{code}:"],
        "due": (clock.today() + timedelta(days=9)).isoformat(),
        "note": "",
    }
    assert login(studied.claire).post(studied.page, typed).status_code == 422
    with pytest.raises(ValidationError, match="ne répond à rien de ce que ce dossier déclare"):
        ask(studied, code)
    assert not PieceRequest.objects.exists()


def test_what_is_declared_or_given_is_asked(studied: SimpleNamespace, login: Enter) -> None:
    Dossier.objects.filter(pk=studied.dossier.pk).update(
        separation_ground="complaint", housing_status="private_tenant"
    )
    studied.dossier.refresh_from_db()
    f.clean_file(studied.amina, "rapport-social")
    asked = {"violences", "bail", "rapport-social"}
    assert offered(login(studied.claire), studied.page) == {(code, "") for code in OF_AMINA | asked}
    for code in asked:
        ask(studied, code)
    assert {each.kind_id for each in PieceRequest.objects.all()} == asked


def test_what_is_declared_no_more_when_the_form_arrives_is_not_asked(
    studied: SimpleNamespace,
) -> None:
    Dossier.objects.filter(pk=studied.dossier.pk).update(separation_ground="complaint")
    studied.dossier.refresh_from_db()
    Dossier.objects.filter(pk=studied.dossier.pk).update(separation_ground="")
    with pytest.raises(ValidationError, match="ne répond à rien de ce que ce dossier déclare"):
        ask(studied, "violences")
