"""Two people share a dossier no more: what was given for the one who leaves goes with her."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from accounts import services as accounts
from accounts.models import CoApplicant, HouseholdMember
from documents import queries
from documents.models import Departure, Piece
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[[object], Client]


@pytest.fixture
def couple(cast: SimpleNamespace, legal_list: None) -> SimpleNamespace:
    """Cora shares Amina's dossier. There are a card and pay slips of hers, a card of Amina's, a
    certificate of their child."""
    cast.cora = f.person("Cora", "Benali")
    cast.as_cora = f.actor_for(cast.cora)
    cast.link = f.shared(cast.amina, cast.cora)
    cast.child = HouseholdMember.objects.create(
        dossier=cast.link.dossier,
        link="child",
        first_name="Lou",
        custody="full",
        birth_date=date(2016, 7, 7),
    )
    whose = {"identite": None, "filiation": cast.child, "identite-adulte": cast.link.member,
             "salaire": cast.link.member}  # fmt: skip
    cast.files = {code: f.clean_file(cast.amina, code) for code in whose}
    for code, member in whose.items():
        Piece.objects.filter(kind=code).update(member=member)
    return cast


def kept() -> set[str]:
    return set(queries.of_the_dossier().values_list("kind_id", flat=True))


def read_by(client: Client, cast: SimpleNamespace) -> set[str]:
    return {
        code
        for code, file in cast.files.items()
        if client.get(f"/mon-dossier/pieces/fichiers/{file.public_id}/").status_code == 200
    }


@pytest.mark.parametrize("who", ["as_cora", "as_amina"])
def test_hers_are_erased_when_nobody_studies_them(
    couple: SimpleNamespace, login: Enter, pieces_directory: Path, who: str
) -> None:
    assert read_by(login(couple.amina), couple) == set(couple.files)
    accounts.end_shared_dossier(actor=getattr(couple, who), link=couple.link)
    assert kept() == {"identite", "filiation"}
    assert read_by(login(couple.amina), couple) == {"identite", "filiation"}
    names = {path.name for path in pieces_directory.rglob("*")}
    assert couple.files["salaire"].key not in names
    assert couple.files["identite"].key in names
    # She is of the household until its holder takes her out of it.
    assert HouseholdMember.objects.filter(pk=couple.link.member_id).exists()
    # Once: who presses again takes nothing else along.
    accounts.end_shared_dossier(actor=couple.as_cora, link=CoApplicant.objects.get())
    assert kept() == {"identite", "filiation"}


def test_a_landlord_who_studies_them_reads_on_and_her_ex_does_not(
    couple: SimpleNamespace, login: Enter
) -> None:
    f.submitted(couple.amina, f.offer_of(couple.lac))
    accounts.end_shared_dossier(actor=couple.as_cora, link=couple.link)
    assert read_by(login(couple.amina), couple) == {"identite", "filiation"}
    assert Departure.objects.get().name == "Cora Benali"
    slips = couple.files["salaire"].piece.public_id
    assert login(couple.claire).get(f"/bailleur/pieces/{slips}/").status_code == 200
    assert login(couple.david).get(f"/bailleur/pieces/{slips}/").status_code == 404


def test_both_read_it_before_they_confirm(couple: SimpleNamespace, login: Enter) -> None:
    hers = login(couple.cora).get("/mon-dossier/a-deux/terminer/").content.decode()
    assert "Les pièces justificatives données pour vous sortent de ce dossier" in hers
    assert 'href="/mon-dossier/pieces/"' in hers
    page = login(couple.amina).get("/mon-dossier/a-deux/terminer/").content.decode()
    assert "Les pièces justificatives données pour cette personne sortent de votre dossier" in page
