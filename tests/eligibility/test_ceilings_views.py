"""The screens where an operator loads, publishes and withdraws a year of ceilings."""

import csv
import re
from collections.abc import Callable
from html import unescape
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eligibility import services
from eligibility.models import Ceiling, CeilingPublication, ProposedCeiling
from tests import factories as f
from tests.eligibility.publications import DECEMBER, SOCIAL, draft, file_of, lives_alone, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings")]


@pytest.fixture
def farid(travel: Callable[..., None]) -> SimpleNamespace:
    travel(DECEMBER)
    platform = f.OrganisationFactory(name="Équipe du portail", kind="plateforme")
    return f.actor_for(f.member("Farid", platform, "manager"), platform)


@pytest.fixture
def operator(farid, client: Client) -> Client:
    client.force_login(farid.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, content: str | bytes, **typed: str) -> HttpResponse:
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("plafonds-2027.csv", raw, "text/csv")
    return client.post(reverse("ceilings_load"), {"file": file, "rent_index": "147,22"} | typed)


def errors(response: HttpResponse) -> list[str]:
    """What the summary at the head of the page says, one line each."""
    summary = response.content.decode().partition('role="alert"')[2].partition("</div>")[0]
    return [_text(line) for line in re.findall(r"<li>.*?</li>", summary)]


def _text(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def rows_of(response: HttpResponse, caption: str) -> list[list[str]]:
    """The cells of the table with that caption."""
    table = response.content.decode().partition(f">{caption}</caption>")[2].partition("</table>")[0]
    return [
        [
            unescape(re.sub(r"<[^>]*>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        for row in re.findall(r"<tr>.*?</tr>", table, re.S)[1:]
    ]


def test_a_right_file_becomes_a_draft_that_shows_what_it_changes(farid, operator) -> None:
    lives_alone("Amina", 23_500)
    response = send(operator, file_of())
    publication = CeilingPublication.objects.get()
    assert response["Location"] == reverse("ceilings_publication", args=[publication.public_id])
    assert publication.lines.count() == 7 * 11
    assert Ceiling.objects.filter(year=2027).count() == 0
    page = operator.get(response["Location"])
    text = page.content.decode()
    assert "2027 : indexation vérifiée sur 77 plafonds (× 1.009947)." in text
    assert "<strong>1\u00a0dossier</strong>" in text
    gained = rows_of(page, "Droits gagnés et perdus par financement et zone")
    assert ["PLUS · autres régions", "+1\u00a0%", "1", "0"] in gained
    assert rows_of(page, "PLUS · autres régions")[0] == [
        "catégorie 1",
        "23\u202f403\u00a0€",
        "23\u202f636\u00a0€",
        "+1\u00a0%",
    ]


def test_semicolons_a_mark_of_order_and_spaces_in_figures_are_read(operator) -> None:
    text = "\ufeff" + file_of().replace(",", ";").replace(";27188;", ";27 188;")
    assert send(operator, text).status_code == 302
    assert ProposedCeiling.objects.filter(zone="paris_limitrophes", amount_eur=27_188).exists()


LINE_2 = "2027,LLS,drom,1,21273,confirmed,arrêté du 20 décembre 2026"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "", "Le fichier est vide."),
        (lambda text: "\n \n", "Le fichier est vide."),
        (lambda text: text.split("\n")[0], "Le fichier n’a que son en-tête"),
        (lambda text: text.encode("utf-16"), "Ligne 1 : le fichier n’est pas en UTF-8."),
        (lambda text: text.encode("cp1252"), "Ligne 2 : le fichier n’est pas en UTF-8."),
        (
            lambda text: text.replace("amount_eur", "montant"),
            "Il manque les colonnes : amount_eur.",
        ),
        (lambda text: text.replace("year,", "annee,"), "Il manque les colonnes : year."),
        (lambda text: "%PDF-1.4 \x00", "octets nuls"),
        (lambda text: text.replace(LINE_2, "2027,LLS"), "Ligne 2 : 2 valeurs pour 7 colonnes."),
        (lambda text: text.replace("2027,LLS,drom,1,", "n,LLS,drom,1,"), "Ligne 2 : l’année « n »"),
        (lambda text: text.replace(",21273,", ",-5,"), "Ligne 2 : le plafond « -5 »"),
        (lambda text: text.replace(",21273,", ",212.73,"), "Ligne 2 : le plafond « 212.73 »"),
        (lambda text: text.replace(",21273,", ",0,"), "Ligne 2 : le plafond « 0 »"),
        (
            lambda text: text.replace("LLS,drom,1,", "HLM,drom,1,"),
            "Ligne 2 : le financement « HLM »",
        ),
        (lambda text: text.replace("LLS,drom,1,", "LLS,A_bis,1,"), "Ligne 2 : zone « A_bis »"),
        (lambda text: text.replace("LLS,drom,1,", "LLS,drom,seul,"), "Ligne 2 : category « seul »"),
        (lambda text: text.replace(",21273,confirmed,", ",21273,sûr,"), "la fiabilité « sûr »"),
        (lambda text: text.replace(LINE_2, LINE_2[:31]), "Ligne 2 : 6 valeurs pour 7 colonnes."),
        (lambda text: text.replace(LINE_2 + "\n", ""), "LLS, zone drom : il manque 1."),
        (lambda text: text + LINE_2, "Ligne 79 : LLS drom 1 est déjà donné à la ligne 2."),
        (
            lambda text: text.replace(LINE_2, LINE_2.replace("2027", "2028", 1)),
            "mêle plusieurs années",
        ),
        (lambda text: text.replace("2027,", "2025,"), "une année passée"),
        (lambda text: text.replace(",21273,", ",22173,"), "22173, mais 21063 l’année d’avant"),
        (lambda text: text + "x" * (5 * 1024 * 1024), "dépasse 5 Mo"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line_and_nothing_is_written(
    operator, change, said
) -> None:
    response = send(operator, change(file_of()))
    assert response.status_code == 422
    assert any(said in each for each in errors(response)), errors(response)
    assert 'value="147,22"' in response.content.decode()
    assert CeilingPublication.objects.count() == 0


def test_a_thousand_faults_show_thirty(operator) -> None:
    text = file_of() + "2027,HLM,drom,1,1,confirmed,x\n" * 1000
    found = errors(send(operator, text))
    assert len(found) == 31
    assert found[-1] == "… et 970 autres anomalies."


def test_amounts_that_a_text_sets_apart_from_the_index_need_that_text(operator) -> None:
    text = file_of(percent="5")
    response = send(operator, text)
    assert "dites ici quel texte les fixe" in errors(response)[-1]
    assert send(operator, text, departure="Loi du 1er décembre 2026, article 3").status_code == 302
    publication = CeilingPublication.objects.get()
    page = operator.get(reverse("ceilings_publication", args=[publication.public_id]))
    assert "Loi du 1er décembre 2026, article 3" in page.content.decode()


def test_an_index_that_nobody_knows_is_said(operator) -> None:
    send(operator, file_of(), rent_index="")
    assert any(
        "l’IRL du 3e trimestre 2026 n’est pas connu" in each
        for each in CeilingPublication.objects.get().checks
    )


def test_published_watched_resumed_downloaded_and_withdrawn(farid, operator) -> None:
    lives_alone("Amina", 23_500)
    publication = draft(farid)
    named = [publication.public_id]
    page = reverse("ceilings_publication", args=named)
    refused = operator.post(reverse("ceilings_publish", args=named), {"valid_from": "2026-12-31"})
    assert refused.status_code == 422
    assert "choisissez un jour de 2027" in refused.content.decode()
    operator.post(reverse("ceilings_publish", args=named), {"valid_from": "2027-01-01"})
    waiting = operator.get(page).content.decode()
    assert 'hx-trigger="every 3s"' in waiting
    assert "0 sur 12" in waiting
    services.work_on_publications()
    fragment = operator.get(reverse("ceilings_progress", args=named)).content.decode()
    assert "12 sur 12" in fragment
    assert "1\u00a0personne prévenue" in fragment
    assert "hx-trigger" not in fragment
    again = operator.post(reverse("ceilings_publish", args=named), {"valid_from": "2027-01-01"})
    assert "déjà été publiés" in again.content.decode()
    download = operator.get(reverse("ceilings_changes", args=named))
    rows = list(csv.reader(StringIO(download.getvalue().decode())))
    assert rows[0] == ["dossier", "financement", "zone", "changement", "état"]
    assert [row[1:] for row in rows[1:]] == [["PLUS", "autres_regions", "gagné", "en cours"]]
    empty = operator.post(reverse("ceilings_withdraw", args=named), {"reason": " "})
    assert empty.status_code == 422
    operator.post(reverse("ceilings_withdraw", args=named), {"reason": "Rectificatif au JO."})
    text = operator.get(page).content.decode()
    assert "Motif : Rectificatif au JO." in text
    assert "Cette liste est annulée." in text


def test_the_example_is_a_file_that_can_be_loaded(operator) -> None:
    example = operator.get(reverse("ceilings_example")).content.decode()
    assert example.count("\n") == 1 + 7 * 16
    response = send(operator, example.replace("2026,", "2027,", 1), rent_index="")
    assert "mêle plusieurs années" in errors(response)[0]
    assert send(operator, example, rent_index="").status_code == 302


def test_the_pages_cost_the_same_with_one_or_thirty(farid, operator) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert operator.get(path).status_code == 200
        return len(found)

    publication = published(farid)
    page = reverse("ceilings_publication", args=[publication.public_id])
    lives_alone("Amina", 23_500)
    services.work_on_publications()
    home_of_one, page_of_one = statements(reverse("ceilings")), statements(page)
    for number in range(30):
        draft(farid, file_of(fundings=("LLS",)))
        lives_alone(f"Bruno{number}", 23_500)
    assert (statements(reverse("ceilings")), statements(page)) == (home_of_one, page_of_one)
    assert (home_of_one, page_of_one) == (9, 12)


def test_the_first_page_says_which_years_are_in_place(farid, operator) -> None:
    published(farid, file_of(fundings=SOCIAL))
    page = operator.get(reverse("ceilings"))
    assert rows_of(page, "Années dont les plafonds sont chargés")[:2] == [
        [
            "2027",
            "LLS, LLTS, PLAI, PLS, PLUS",
            "du 1er\u00a0janvier 2027 au 31\u00a0décembre 2027",
            "77",
        ],
        [
            "2026",
            "LLI, LLS, LLTS, PLAI, PLS, PLUS",
            "du 1er\u00a0janvier 2026 au 31\u00a0décembre 2026",
            "112",
        ],
    ]
