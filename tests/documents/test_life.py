"""How long pieces live, and that their objects go with them, whatever takes them away."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import Dossier, HouseholdMember, User
from accounts.services import close_access, open_access
from alin.kit import clock
from documents import rules, services
from documents.models import Piece, PieceView
from documents.queries import deletion_day
from tests import factories as f
from tests.documents.conftest import Give
from tests.documents.specimens import picture

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


@pytest.fixture(autouse=True)
def in_the_morning(travel: Travel) -> None:
    """Late in the evening, a change of hour makes of ninety-one days ninety-two."""
    travel(clock.now().replace(hour=9))


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
        ({"left": 10, "studied": True}, 50),
        ({"left": 10, "ended": 30}, 30),
        ({"left": 10, "ended": 60}, 50),
        ({"left": 10}, 10),
    ],
)
def test_the_day_it_is_erased(told: dict[str, int], days: int | None) -> None:
    given = clock.today()

    def day(name: str) -> object:
        return given + timedelta(days=told[name]) if name in told else None

    kind = SimpleNamespace(kept_unused=366, kept_after_study=92, kept_replaced=30, kept_departed=40)
    found = rules.deletion_day(
        kind,
        given_on=given,
        replaced_on=day("replaced"),  # type: ignore[arg-type]
        studied=bool(told.get("studied")),
        study_ended_on=day("ended"),  # type: ignore[arg-type]
        struck_off_on=day("struck"),  # type: ignore[arg-type]
        left_on=day("left"),  # type: ignore[arg-type]
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


def test_the_notice_that_has_come_out_may_be_given_early_and_follows_the_other(
    amina: User, give: Give, login: Callable[[object], Client], travel: Travel
) -> None:
    """The notice of 2026, on the incomes of 2025, comes out in the summer and is asked in 2027."""
    address = "/mon-dossier/pieces/avis-imposition/"
    early = f"{address}?annee=2025"
    client = login(amina)
    travel(datetime(2026, 8, 31, 10, tzinfo=UTC))
    assert early not in client.get("/mon-dossier/pieces/").content.decode()
    assert client.get(early)["Location"] == address
    with pytest.raises(services.UploadRefused, match="revenus de 2025 n'est pas demandé"):
        give("avis-imposition", year=2025)
    travel(datetime(2026, 9, 1, 10, tzinfo=UTC))
    first = give("avis-imposition")
    assert early in client.get("/mon-dossier/pieces/").content.decode()
    assert "sera demandé à partir du 1er janvier 2027" in client.get(early).content.decode()
    paper = ContentFile(picture(), name="avis.jpg")
    assert client.post(early, {"attached": paper})["Location"] == early
    assert Piece.objects.latest("pk").year == 2025
    # The one that counts today is untouched; with the year it gives way.
    services.erase_due()
    assert set(Piece.objects.values_list("year", "replaced_at")) == {(2024, None), (2025, None)}
    travel(datetime(2027, 1, 2, 10, tzinfo=UTC))
    services.erase_due()
    first.refresh_from_db()
    assert first.replaced_at is not None
    page = client.get(address).content.decode().replace("\xa0", " ")
    assert "sur les revenus de 2025" in page
    assert "Revenus de 2024. Remplacée le 2 janvier 2027, effacée le 1er février 2027." in page
    travel(datetime(2027, 2, 1, 10, tzinfo=UTC))
    services.erase_due()
    assert list(Piece.objects.values_list("year", flat=True)) == [2025]


def test_the_notice_of_a_past_year_is_replaced_by_one_button(
    amina: User, give: Give, login: Callable[[object], Client], travel: Travel
) -> None:
    travel(datetime(2026, 12, 30, 10, tzinfo=UTC))
    old = give("avis-imposition")
    travel(datetime(2027, 1, 4, 10, tzinfo=UTC))
    client = login(amina)
    page = client.get("/mon-dossier/pieces/avis-imposition/?annee=2024").content.decode()
    assert "Remplacer par l&#39;avis sur les revenus de 2025" in page
    assert 'href="/mon-dossier/pieces/avis-imposition/"' in page
    new = give("avis-imposition")
    old.refresh_from_db()
    assert (new.year, new.replaced_at, old.replaced_at is None) == (2025, None, False)
    assert client.get("/mon-dossier/pieces/avis-imposition/?annee=2024").status_code == 302


def test_every_piece_of_the_list_says_when_it_goes(
    give: Give, amina: User, login: Callable[[object], Client], travel: Travel
) -> None:
    """Months for what is worth months or says much of a person, a year for the rest."""
    travel(datetime(2026, 3, 2, 10, tzinfo=UTC))
    for code in ("identite", "salaire", "rapport-social"):
        give(code)
    days = {each.kind_id: deletion_day(each) for each in Piece.objects.all()}
    assert days == {
        "identite": date(2027, 3, 3),
        "salaire": date(2026, 9, 1),
        "rapport-social": date(2026, 9, 1),
    }
    page = login(amina).get("/mon-dossier/pieces/").content.decode().replace("\xa0", " ")
    assert "Effacée le 3 mars 2027." in page
    assert page.count("Effacée le 1er septembre 2026.") == 2
    give("rapport-social", replace=True)
    old = Piece.objects.exclude(replaced_at=None).get()
    assert deletion_day(old) == date(2026, 3, 9)
    lac = f.OrganisationFactory()
    open_access(
        dossier=Dossier.objects.get(applicant=amina), purpose="candidacy:1", organisation=lac
    )
    page = login(amina).get("/mon-dossier/pieces/").content.decode()
    assert page.count("Gardée le temps de l&#39;étude, puis 92 jours.") == 3
