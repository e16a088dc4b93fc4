"""An operator's new year in a real browser: loaded, looked at, published, watched, withdrawn."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from alin.kit import clock
from eligibility import services
from tests.e2e.test_accessibility import PHONE, Open, Walk
from tests.eligibility.publications import file_of, lives_alone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def walk(axe: Callable[[Page], list[str]]) -> Walk:
    return Walk(axe)


@pytest.fixture
def file(cast: SimpleNamespace, tmp_path: Path) -> Path:
    path = tmp_path / "plafonds.csv"
    path.write_text(file_of(clock.today().year + 1, percent="1"), encoding="utf-8")
    return path


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_new_year_from_the_file_to_the_correction(
    cast: SimpleNamespace, logged_in: Open, file: Path, with_javascript: bool
) -> None:
    lives_alone("Nadia", 23_500)
    page = logged_in(cast.farid, viewport=PHONE, java_script_enabled=with_javascript)
    page.goto("/plateforme/")
    page.get_by_role("link", name="Plafonds de ressources").click()
    page.get_by_role("link", name="Charger une année").first.click()
    page.get_by_label("Si des montants s’écartent").fill("Arrêté d’essai")
    page.get_by_label("Fichier CSV des plafonds").set_input_files(file)
    page.get_by_role("button", name="Contrôler le fichier").click()
    expect(page.get_by_role("main")).to_contain_text("Ces plafonds ne comptent pas encore")
    page.get_by_role("button", name="Publier ces plafonds").click()
    progress = page.locator("#avancement")
    expect(progress).to_contain_text("0 sur 12")
    services.work_on_publications()
    if not with_javascript:
        progress.get_by_role("link", name="Actualiser l’avancement").click()
    expect(progress).to_contain_text("Terminé")
    expect(progress).to_contain_text("personne prévenue")
    page.goto(page.url)
    page.get_by_role("link", name="Retirer ces plafonds").click()
    page.get_by_label("Pourquoi retirer ces plafonds ?").fill("Arrêté rectifié.")
    page.get_by_role("button", name="Retirer ces plafonds").click()
    expect(page.get_by_role("main")).to_contain_text("Motif : Arrêté rectifié.")


def test_the_pages_of_the_ceilings(
    cast: SimpleNamespace, logged_in: Open, walk: Walk, file: Path
) -> None:
    page = logged_in(cast.farid, viewport=PHONE)
    walk.visit(page, "/plateforme/plafonds/", "empty")
    walk.visit(page, "/plateforme/plafonds/charger/")
    wrong = file.read_text().replace(",confirmed,", ",sûr,", 3)
    page.get_by_label("Fichier CSV des plafonds").set_input_files(
        {"name": "faux.csv", "mimeType": "text/csv", "buffer": wrong.encode()}
    )
    walk.refuse(page, "Contrôler le fichier")
    page.get_by_label("Si des montants s’écartent").fill("Arrêté d’essai")
    page.get_by_label("Fichier CSV des plafonds").set_input_files(file)
    page.get_by_role("button", name="Contrôler le fichier").click()
    expect(page.get_by_role("main")).to_contain_text("Ces plafonds ne comptent pas encore")
    draft = page.url
    walk.look(page, "draft")
    page.get_by_label("Date d’entrée en vigueur").fill("2020-01-01")
    walk.refuse(page, "Publier ces plafonds")
    page.goto(draft)
    page.get_by_role("button", name="Publier ces plafonds").click()
    expect(page.get_by_role("main")).to_contain_text("Avancement")
    walk.look(page, "published")
    services.work_on_publications()
    walk.visit(page, draft, "done")
    walk.visit(page, "/plateforme/plafonds/", "filled")
    walk.visit(page, f"{draft}retirer/")
    walk.refuse(page, "Retirer ces plafonds")
    page.get_by_label("Pourquoi retirer ces plafonds ?").fill("Arrêté rectifié.")
    page.get_by_role("button", name="Retirer ces plafonds").click()
    expect(page.get_by_role("main")).to_contain_text("Motif : Arrêté rectifié.")
    walk.look(page, "withdrawn")
    assert walk.faults == []
