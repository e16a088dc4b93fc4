"""Two people share a dossier no more: what was given for the one who leaves goes with her."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client

from accounts import services as accounts
from accounts.models import CoApplicant, DossierAccess, HouseholdMember
from alin.kit import clock
from applications import services as applications
from documents import queries, services, storage
from documents.models import Departure, Piece, PieceCheck, PieceKind, PieceRequest
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


def test_what_was_asked_of_her_waits_again(couple: SimpleNamespace) -> None:
    """She is of the household still: the landlord does not read "donnée" of what has gone."""
    f.submitted(couple.amina, f.offer_of(couple.lac))
    services.request_pieces(
        actor=couple.as_claire,
        dossier=couple.link.dossier,
        lines=[
            services.RequestLine(PieceKind.objects.get(code="salaire"), couple.link.member),
            services.RequestLine(PieceKind.objects.get(code="identite")),
        ],
        due=clock.now() + timedelta(days=9),
    )
    DossierAccess.objects.update(since=clock.now() - timedelta(days=3))
    PieceRequest.objects.update(
        asked_at=clock.now() - timedelta(days=2), answered_at=clock.now() - timedelta(days=1)
    )
    accounts.end_shared_dossier(actor=couple.as_cora, link=couple.link)
    waiting = PieceRequest.objects.filter(answered_at=None)
    assert [each.kind_id for each in waiting] == ["salaire"]


def test_a_file_on_its_way_when_the_sharing_ends_is_not_left_to_the_other(
    couple: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = storage.write

    def ends_meanwhile(name: str, content: Any) -> None:
        written(name, content)
        accounts.end_shared_dossier(actor=couple.as_amina, link=couple.link)

    monkeypatch.setattr(storage, "write", ends_meanwhile)
    before = kept()
    with pytest.raises(PermissionDenied):
        services.give_files(
            actor=couple.as_cora,
            dossier=couple.link.dossier,
            kind=PieceKind.objects.get(code="salaire"),
            member=couple.link.member,
            uploads=[services.Upload("paie.jpg", ContentFile(f.picture()))],
        )
    assert kept() == before - {"salaire", "identite-adulte"}


def test_a_piece_checked_once_is_taken_back_when_no_landlord_studies_any_more(
    couple: SimpleNamespace,
) -> None:
    """That the other one reads the dossier is no study."""
    candidacy = f.submitted(couple.amina, f.offer_of(couple.lac))
    card = couple.files["identite"]
    PieceCheck.objects.create(
        piece=card.piece, organisation=couple.lac, checked_by=couple.claire, outcome="accepted"
    )
    with pytest.raises(services.UploadRefused):
        services.remove_file(actor=couple.as_amina, file=card)
    applications.withdraw(actor=couple.as_amina, candidacy=candidacy)
    services.remove_file(actor=couple.as_amina, file=card)
    assert "identite" not in kept()


def test_both_read_it_before_they_confirm(couple: SimpleNamespace, login: Enter) -> None:
    hers = login(couple.cora).get("/mon-dossier/a-deux/terminer/").content.decode()
    assert "Les pièces justificatives données pour vous sortent de ce dossier" in hers
    assert 'href="/mon-dossier/pieces/"' in hers
    page = login(couple.amina).get("/mon-dossier/a-deux/terminer/").content.decode()
    assert "Les pièces justificatives données pour cette personne sortent de votre dossier" in page
