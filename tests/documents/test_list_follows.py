"""The list follows the situation, and says how it changed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Dossier, HouseholdMember, User
from accounts.signals import dossier_changed
from alin.kit import clock
from documents.models import AskedPiece
from documents.queries import news_of
from documents.services import erase_due

pytestmark = pytest.mark.django_db
Travel = Callable[[object], None]
LIST = "/mon-dossier/pieces/"


@pytest.fixture
def dossier(amina: User, legal_list: None) -> Dossier:
    """Amina works in the private sector; her list was made for the first time."""
    found = Dossier.objects.get(applicant=amina)
    changed(found)
    return found


def changed(dossier: Dossier, **said: object) -> None:
    for name, value in said.items():
        setattr(dossier, name, value)
    dossier.save()
    dossier_changed.send(sender=Dossier, dossier=dossier)


def told(dossier: Dossier) -> tuple[list[str], list[str]]:
    news = news_of(dossier)
    return [row.kind_id for row in news.added], [row.kind_id for row in news.freed]


def test_the_first_list_is_no_news(dossier: Dossier, login: Callable[[object], Client]) -> None:
    assert told(dossier) == ([], [])
    assert {row.kind_id for row in AskedPiece.objects.all()} == {
        "identite",
        "avis-imposition",
        "salaire",
    }
    page = login(dossier.applicant).get(LIST).content.decode()
    assert "Votre liste a changé" not in page


def test_another_job_frees_the_pay_slips_and_asks_for_something_else(
    dossier: Dossier, login: Callable[[object], Client], travel: Travel
) -> None:
    travel(clock.now() + timedelta(days=20))
    changed(dossier, employment_sector="retired")
    assert told(dossier) == (["retraite"], ["salaire"])
    client = login(dossier.applicant)
    page = client.get(LIST).content.decode()
    assert "Votre liste a changé avec votre situation" in page
    assert "Vous avez déclaré être à la retraite." in page
    assert "Trois derniers bulletins de salaire" in page
    # The page of the dossier says so too, and leads there.
    page = client.get("/mon-dossier/").content.decode()
    assert "La liste des pièces a changé" in page
    assert 'href="/mon-dossier/pieces/retraite/"' in page


def test_said_for_two_weeks_then_it_is_the_list(dossier: Dossier, travel: Travel) -> None:
    changed(dossier, housing_status="hosted")
    assert told(dossier) == (["hebergeant"], [])
    travel(clock.now() + timedelta(days=16))
    assert told(dossier) == ([], [])
    changed(dossier, housing_status="")
    assert told(dossier) == ([], ["hebergeant"])


def test_what_was_asked_once_is_forgotten_when_it_is_no_more_news(
    dossier: Dossier, travel: Travel
) -> None:
    changed(dossier, housing_status="hosted")
    changed(dossier, housing_status="")
    travel(clock.now() + timedelta(days=14))
    erase_due()
    assert AskedPiece.objects.filter(kind="hebergeant").exists()
    travel(clock.now() + timedelta(days=2))
    erase_due()
    assert not AskedPiece.objects.filter(kind="hebergeant").exists()
    # What the dossier asks for today stays, and the next change is told.
    changed(dossier, housing_status="hosted")
    assert told(dossier) == (["hebergeant"], [])


def test_a_change_taken_back_changed_nothing(dossier: Dossier, travel: Travel) -> None:
    travel(clock.now() + timedelta(days=20))
    changed(dossier, employment_sector="student")
    changed(dossier, employment_sector="private")
    assert told(dossier) == ([], [])


def test_a_child_who_left_is_still_named(dossier: Dossier, travel: Travel) -> None:
    child = HouseholdMember.objects.create(
        dossier=dossier, link="child", first_name="Léo", birth_date=date(2015, 3, 2)
    )
    changed(dossier)
    assert told(dossier) == (["filiation"], [])
    travel(clock.now() + timedelta(days=20))
    child.delete()
    changed(dossier)
    (freed,) = news_of(dossier).freed
    assert (freed.kind_id, freed.member_name[:3]) == ("filiation", "Léo")


def test_the_list_of_another_dossier_does_not_move(dossier: Dossier) -> None:
    from tests import factories as f

    other = Dossier.objects.get(applicant=f.applicant("Bruno", "Morel"))
    changed(other, employment_sector="retired")
    assert told(dossier) == ([], [])
