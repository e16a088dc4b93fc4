"""What cannot be true is refused beside its field and in the summary, and stays as typed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Dossier
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Page]

REFUSALS = [
    (
        "/mon-dossier/numero-unique/",
        "Votre numéro unique",
        "074 1322 000001 TESTS",
        "Les caractères 4 à 7 doivent donner le mois et l'année de votre première demande, par "
        "exemple 0423 pour avril 2023 ; vous avez saisi 1322.",
    ),
    (
        "/mon-dossier/numero-unique/",
        "Votre numéro unique",
        "074 0522 1",
        "Le numéro unique compte 18 caractères ; vous en avez saisi 8.",
    ),
    (
        "/mon-dossier/numero-unique/",
        "Date de dépôt de votre première demande",
        "14/05/2190",
        "Cette date est à venir : vérifiez l'année.",
    ),
    (
        "/mon-dossier/ressources/",
        "Votre revenu fiscal de référence",
        "21 450 000",
        "Ce montant est trop élevé (999 999 € au plus) : recopiez la ligne « revenu fiscal de "
        "référence », sans les centimes.",
    ),
    (
        "/mon-dossier/ressources/",
        "Votre revenu fiscal de référence",
        "vingt mille",
        "Écrivez le montant en chiffres et en euros entiers, par exemple 21 450.",
    ),
    (
        "/mon-dossier/identite/",
        "Date de naissance",
        "04/05/2190",
        "Cette date est à venir : vérifiez l'année.",
    ),
    (
        "/mon-dossier/identite/",
        "Date de naissance",
        "31/02/1990",
        "Écrivez la date sous la forme JJ/MM/AAAA, par exemple 27/03/1985.",
    ),
    (
        "/mon-dossier/emploi/",
        "Nombre de salariés de l'entreprise",
        "0",
        "Écrivez un nombre à partir de 1.",
    ),
]


def text_of(found: Locator) -> str:
    """As read: on one line, with plain spaces."""
    return " ".join(found.inner_text().split())


def described_by(page: Page, field: Locator) -> list[str]:
    """What a screen reader adds to the field, in order."""
    ids = (field.get_attribute("aria-describedby") or "").split()
    return [text_of(page.locator(f"#{each}")) for each in ids]


def test_what_cannot_be_true_is_refused_where_it_was_typed(
    cast: SimpleNamespace, logged_in: Open
) -> None:
    page = logged_in(cast.amina)
    before = Dossier.objects.values().get(applicant=cast.amina)
    for path, label, typed, message in REFUSALS:
        page.goto(path)
        page.get_by_label(label).fill(typed)
        page.get_by_role("button", name="Enregistrer").click()
        summary = page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        field = page.get_by_label(label)
        assert [text_of(link) for link in summary.get_by_role("link").all()] == [message]
        assert described_by(page, field)[-1] == f"Erreur : {message}"
        assert (field.get_attribute("aria-invalid"), field.input_value()) == ("true", typed)

        summary.get_by_role("link").click()
        expect(field).to_be_focused()
    assert Dossier.objects.values().get(applicant=cast.amina) == before


def test_a_number_taken_by_somebody_else_says_what_to_do(
    cast: SimpleNamespace, logged_in: Open
) -> None:
    theirs = Dossier.objects.get(applicant=cast.bruno).numero_unique
    page = logged_in(f.person("Nadia", "Kaci"))
    page.goto("/mon-dossier/numero-unique/")
    field = page.get_by_label("Votre numéro unique")
    field.fill(theirs)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert field.input_value() == theirs
    expect(page.get_by_text("Si le numéro est bien le vôtre")).to_be_visible()
    assert Dossier.objects.get(applicant__first_name="Nadia").numero_unique == ""
    expect(page.get_by_role("main")).not_to_contain_text("Bruno")
