"""How long pieces live, and that their objects go with them, whatever takes them away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Dossier, HouseholdMember, User
from accounts.services import close_access, open_access
from alin.kit import clock
from documents import rules, services
from documents.models import Piece, PieceView
from documents.queries import deletion_day
from tests import factories as f
from tests.documents.conftest import Give

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


def objects(directory: Path) -> list[str]:
    return [path.name for path in directory.rglob("*") if path.is_file()]


def test_a_dossier_that_goes_takes_every_object_along(
    give: Give, clamd: str, amina: User, pieces_directory: Path
) -> None:
    give("identite")
    give("bail")
    services.check_due()
    give("union")
    assert len(objects(pieces_directory)) == 5
    Dossier.objects.get(applicant=amina).delete()
    assert Piece.objects.count() == 0
    assert objects(pieces_directory) == []


def test_who_leaves_the_household_takes_her_pieces_along(
    give: Give, clamd: str, amina: User, pieces_directory: Path
) -> None:
    child = HouseholdMember.objects.create(
        dossier=Dossier.objects.get(applicant=amina), link="child", first_name="Léo"
    )
    give("filiation", member=child)
    mine = give("identite").files.get()
    child.delete()
    assert objects(pieces_directory) == [mine.key]


def test_a_demande_struck_off_keeps_its_pieces_for_a_recours_and_no_longer(
    give: Give, clamd: str, amina: User, pieces_directory: Path, travel: Travel
) -> None:
    give("identite")
    services.check_due()
    dossier = Dossier.objects.get(applicant=amina)
    travel(clock.now() + timedelta(days=10))
    dossier.numero_radiated_on = clock.today()
    dossier.numero_radiation_ground = "e"
    dossier.save()
    struck = clock.today()
    assert deletion_day(Piece.objects.get()) == struck + timedelta(days=92)
    travel(clock.now() + timedelta(days=91))
    assert services.erase_due() == 0
    travel(clock.now() + timedelta(days=1))
    assert services.erase_due() == 1
    assert objects(pieces_directory) == []


def test_while_a_landlord_studies_nothing_goes_and_then_three_months(
    give: Give, amina: User, travel: Travel
) -> None:
    give("identite")
    dossier = Dossier.objects.get(applicant=amina)
    lac = f.OrganisationFactory()
    open_access(dossier=dossier, purpose="candidacy:1", organisation=lac)
    travel(clock.now() + timedelta(days=400))
    assert services.erase_due() == 0
    close_access(dossier=dossier, purpose="candidacy:1")
    travel(clock.now() + timedelta(days=91))
    assert services.erase_due() == 0
    travel(clock.now() + timedelta(days=1))
    assert services.erase_due() == 1


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ({"replaced": 5}, 35),
        ({"studied": True, "struck": 5}, None),
        ({}, 366),
        ({"ended": 100}, 192),
        ({"ended": 100, "struck": 50}, 142),
        ({"struck": 300}, 366),
        ({"struck": -20}, 92),
    ],
)
def test_the_day_it_is_erased(told: dict[str, int], days: int | None) -> None:
    given = clock.today()

    def day(name: str) -> object:
        return given + timedelta(days=told[name]) if name in told else None

    found = rules.deletion_day(
        given_on=given,
        replaced_on=day("replaced"),  # type: ignore[arg-type]
        studied=bool(told.get("studied")),
        study_ended_on=day("ended"),  # type: ignore[arg-type]
        struck_off_on=day("struck"),  # type: ignore[arg-type]
    )
    assert found == (None if days is None else given + timedelta(days=days))


def test_the_day_is_shown_on_the_page_of_the_piece(
    give: Give, amina: User, login: Callable[[object], Client]
) -> None:
    give("identite")
    page = login(amina).get("/mon-dossier/pieces/identite/").content.decode()
    assert "Effacée le" in page


def test_looks_are_forgotten_after_a_year(give: Give, amina: User, travel: Travel) -> None:
    piece = give("identite")
    lac = f.OrganisationFactory()
    PieceView.objects.create(
        dossier=piece.dossier,
        piece=piece,
        piece_label="Pièce d'identité",
        viewer=f.member("Claire", lac),
        organisation=lac,
        what="pages",
        purpose="étude",
    )
    travel(clock.now() + timedelta(days=365))
    services.erase_due()
    assert PieceView.objects.count() == 1
    travel(clock.now() + timedelta(days=2))
    services.erase_due()
    assert PieceView.objects.count() == 0


def test_on_new_year_the_notice_of_last_year_stays_within_reach(
    amina: User, give: Give, login: Callable[[object], Client], travel: Travel
) -> None:
    travel(datetime(2026, 12, 30, 10, tzinfo=UTC))
    notice = give("avis-imposition")
    file = notice.files.get()
    travel(datetime(2027, 1, 4, 10, tzinfo=UTC))
    client = login(amina)
    listed = client.get("/mon-dossier/pieces/").content.decode()
    # The incomes of 2024 were asked in 2026; those of 2025 are asked in 2027.
    assert 'href="/mon-dossier/pieces/avis-imposition/?annee=2024"' in listed
    assert 'href="/mon-dossier/pieces/avis-imposition/"' in listed
    page = client.get("/mon-dossier/pieces/avis-imposition/?annee=2024").content.decode()
    assert "sur les revenus de 2024" in page
    assert f"/mon-dossier/pieces/fichiers/{file.public_id}/retirer/" in page
    assert "Effacée le" in page
    assert "data-upload" not in page
    page = client.get("/mon-dossier/pieces/avis-imposition/").content.decode()
    assert "sur les revenus de 2025" in page
    assert "Rien pour l&#39;instant." in page
    back = client.post(f"/mon-dossier/pieces/fichiers/{file.public_id}/retirer/", follow=True)
    assert back.redirect_chain[-1] == ("/mon-dossier/pieces/avis-imposition/", 302)
    assert not Piece.objects.filter(pk=notice.pk).exists()
