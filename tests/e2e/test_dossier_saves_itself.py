"""The dossier saves itself as one types, says so, and says loudly when it could not."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Dossier, SectionState, WishedCommune
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"width": 360, "height": 780}


def housing(user: Any) -> tuple[str, int | None, int]:
    saved = Dossier.objects.get(applicant=user)
    version = SectionState.objects.get(dossier=saved, name="housing").version
    return saved.housing_status, saved.housing_persons, version


def test_a_page_saves_itself_and_the_button_meets_no_conflict(
    cast: SimpleNamespace, logged_in: Enter, axe: Callable[[Page], list[str]]
) -> None:
    page = logged_in(cast.amina, viewport=PHONE)
    page.goto("/mon-dossier/logement-actuel/")
    page.get_by_label("Hôtel").check(force=True)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Enregistré à \d+\sh\s\d\d\.$"))
    assert housing(cast.amina) == ("hotel", None, 1)
    assert axe(page) == []
    page.get_by_label("Nombre de personnes").fill("3")
    # At once: the page's own save may still be on its way.
    page.get_by_role("button", name="Enregistrer").click()
    expect(page).to_have_url(re.compile(r"/mon-dossier/$"))
    status, persons, _version = housing(cast.amina)
    assert (status, persons) == ("hotel", 3)


def test_a_lost_connection_is_said_and_tried_again(
    cast: SimpleNamespace, logged_in: Enter, axe: Callable[[Page], list[str]]
) -> None:
    page = logged_in(cast.amina)
    page.goto("/mon-dossier/logement-actuel/")

    def lose_the_answer(route: Route) -> None:
        # The portal has saved; the page does not know.
        route.fetch()
        route.abort()

    page.route("**/logement-actuel/", lose_the_answer)
    page.get_by_label("Nombre de personnes").fill("3")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Pas enregistré : la connexion ne passe pas.")
    assert axe(page) == []
    page.unroute("**/logement-actuel/")
    alert.get_by_role("button", name="Réessayer").click()
    expect(page.get_by_role("status")).to_contain_text("Enregistré à")
    expect(alert).to_be_empty()
    assert housing(cast.amina) == ("", 3, 2)


def test_another_window_is_told_before_anything_is_overwritten(
    cast: SimpleNamespace, logged_in: Enter
) -> None:
    first, second = logged_in(cast.amina), logged_in(cast.amina)
    for page in (first, second):
        page.goto("/mon-dossier/logement-actuel/")
    first.get_by_label("Nombre de personnes").fill("3")
    expect(first.get_by_role("status")).to_contain_text("Enregistré à")
    second.get_by_label("Nombre de personnes").fill("9")
    expect(second.get_by_role("alert")).to_contain_text("modifiée dans une autre fenêtre")
    assert housing(cast.amina) == ("", 3, 1)
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.get_by_role("heading", level=1)).to_have_text(
        "Cette page a été modifiée entre-temps"
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_commune_is_proposed_or_asked_again(
    cast: SimpleNamespace, logged_in: Enter, axe: Callable[[Page], list[str]], javascript: bool
) -> None:
    for code, departement in (("93066", "93"), ("97411", "974")):
        CommuneFactory(insee_code=code, name="Saint-Denis", departement__code=departement)
    page = logged_in(cast.amina, viewport=PHONE, java_script_enabled=javascript)
    page.goto("/mon-dossier/souhaits/")
    if javascript:
        page.get_by_label("Commune 1").press_sequentially("saint d")
        page.get_by_role("button", name="Saint-Denis (974)").click()
        expect(page.get_by_label("Commune 1")).to_have_value("Saint-Denis (974)")
        expect(page.locator("[data-autosave-status]")).to_contain_text("Enregistré à")
        assert axe(page) == []
    else:
        page.get_by_label("Commune 1").fill("saint denis")
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_label("Saint-Denis (974)").check(force=True)
        page.get_by_role("button", name="Enregistrer").click()
        expect(page).to_have_url(re.compile(r"/mon-dossier/$"))
    assert list(WishedCommune.objects.values_list("slot", "commune_id")) == [(1, "97411")]


def test_the_way_out_leaves_no_way_back(cast: SimpleNamespace, logged_in: Enter) -> None:
    page = logged_in(cast.amina)
    page.goto("/mon-dossier/")
    page.goto("/mon-dossier/demande/")
    # A page of the portal stands for the site without relation: tests reach no network.
    page.locator("[data-quick-exit]").evaluate("link => { link.href = '/logements/'; }")
    for _press in range(3):
        page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/logements/$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/mon-dossier/$"))
