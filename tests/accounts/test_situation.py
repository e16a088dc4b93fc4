"""Where one lives, why one asks, what one wishes; and pages that save as one types."""

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import queries
from accounts.models import Dossier, SectionState, User, WishedCommune
from alin.kit import clock
from alin.kit.forms import TOKEN_FIELD
from applications import staff_words
from tests import factories as f
from tests.territory.factories import CommuneFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)


@pytest.fixture
def nadia() -> User:
    return f.person("Nadia", "Saïd")


@pytest.fixture
def communes() -> None:
    CommuneFactory(
        insee_code="74010", name="Annecy", postal_codes=["74000"], departement__code="74"
    )
    CommuneFactory(insee_code="93066", name="Saint-Denis", departement__code="93")
    CommuneFactory(insee_code="97411", name="Saint-Denis", departement__code="974")


def wished(user: User) -> list[tuple[int, str]]:
    return list(
        WishedCommune.objects.filter(dossier__applicant=user).values_list("slot", "commune_id")
    )


def test_the_three_sections_that_help_are_advised_never_required(
    login: Any, cast: SimpleNamespace
) -> None:
    context = login(cast.amina).get(reverse("dossier")).context
    assert [task["status"] for task in context["tasks"][5:]] == ["Conseillé"] * 3
    assert context["missing"] == []


def test_present_housing_is_saved_and_read_by_staff(login: Any, nadia: User) -> None:
    client = login(nadia)
    response = client.post(
        reverse("dossier_housing"),
        {
            "version": 0,
            "housing_status": "private_tenant",
            "housing_since": "01/09/2021",
            "housing_rent_eur": "0",
            "housing_surface_m2": "31",
            "housing_persons": "3",
        },
    )
    assert response.status_code == 302
    told = queries.snapshot(nadia.dossier, ON)
    lines = {line.label: line.value for line in staff_words.claims(told, ON)["household"]}
    assert lines["Logement actuel"] == (
        "Locataire d'un logement privé, depuis le 1er\u00a0septembre 2021, 0\u00a0€ par mois, "
        "31\u00a0m², 3\u00a0personnes"
    )


def test_a_commission_reads_the_reasons_and_never_the_words(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(
        reverse("dossier_reasons"),
        {"version": 0, "reasons": ["safety", "too_small"], "reasons_note": "SENTINELLE"},
    )
    told = queries.snapshot(nadia.dossier, ON)
    reasons = "Besoin d'un lieu sûr ; Logement trop petit pour le foyer"
    for claims, expected in (
        (staff_words.claims, {"Raisons de la demande": reasons, "Précisions": "SENTINELLE"}),
        (staff_words.claims_for_members, {"Raisons de la demande": reasons}),
    ):
        lines = {line.label: line.value for line in claims(told, ON)["household"]}
        del lines["Personnes"]
        assert lines == expected


def test_a_reason_that_is_not_of_the_list_is_refused(login: Any, nadia: User) -> None:
    response = login(nadia).post(reverse("dossier_reasons"), {"version": 0, "reasons": ["x"]})
    assert response.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(applicant=nadia).update(reasons=["x"])


def test_the_page_on_reasons_has_a_way_out(login: Any, nadia: User) -> None:
    page = login(nadia).get(reverse("dossier_reasons")).content.decode()
    assert page.count("data-quick-exit") == 1
    assert "<title>Votre demande" in page


@pytest.mark.usefixtures("communes")
def test_wishes_are_saved_and_shown_again(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(
        reverse("dossier_wishes"),
        {
            "version": 0,
            "commune_1": "annecy",
            "commune_3": "Saint-Denis (93)",
            "wish_kinds": ["flat"],
            "wish_sizes": ["3", "4"],
            "wish_max_rent_eur": "650",
            "wish_floor": "ground",
            "wish_lift": "on",
        },
    )
    assert wished(nadia) == [(1, "74010"), (2, "93066")]
    initial = client.get(reverse("dossier_wishes")).context["form"].initial
    assert (initial["commune_1"], initial["commune_2"], initial["wish_sizes"]) == (
        "Annecy (74)",
        "Saint-Denis (93)",
        [3, 4],
    )
    told = queries.snapshot(nadia.dossier, ON)
    lines = {line.label: line.value for line in staff_words.claims(told, ON)["household"]}
    assert lines["Souhaits"] == (
        "Annecy, Saint-Denis ; appartement ; T3, T4 ; 650\u00a0€ par mois au plus ; "
        "rez-de-chaussée seulement ; ascenseur nécessaire"
    )


@pytest.mark.usefixtures("communes")
def test_a_name_in_doubt_is_offered_and_the_choice_kept(login: Any, nadia: User) -> None:
    client = login(nadia)
    typed = {"version": 0, "commune_1": "Saint-Denis", "wish_max_rent_eur": "700"}
    response = client.post(reverse("dossier_wishes"), typed)
    assert response.status_code == 422
    form = response.context["form"]
    assert sorted(form.suggestions["commune_1"]) == [
        ("93066", "Saint-Denis (93)"),
        ("97411", "Saint-Denis (974)"),
    ]
    assert 'value="700"' in response.content.decode()
    assert wished(nadia) == []
    client.post(reverse("dossier_wishes"), typed | {"commune_1_choice": "97411"})
    assert wished(nadia) == [(1, "97411")]


@pytest.mark.usefixtures("communes")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (
            {"commune_1": "Xyzzy"},
            "Nous ne trouvons pas cette commune. Écrivez son nom ou son code postal.",
        ),
        (
            {"commune_1": "Annecy", "commune_2": "74000"},
            "Cette commune est déjà dans votre liste.",
        ),
    ],
)
def test_an_unknown_or_repeated_commune_is_refused(
    login: Any, nadia: User, typed: dict[str, str], reason: str
) -> None:
    response = login(nadia).post(reverse("dossier_wishes"), {"version": 0} | typed)
    assert response.status_code == 422
    assert [str(e) for said in response.context["form"].errors.values() for e in said] == [reason]


@pytest.mark.usefixtures("communes")
def test_communes_are_proposed_to_anybody(client: Any) -> None:
    response = client.get(reverse("communes"), {"q": "anne"})
    assert response.context["communes"] == ["Annecy (74)"]
    assert client.get(reverse("communes")).context["communes"] == []


# Saving as one types


def autosave(client: Any, page: str, **typed: Any) -> Any:
    return client.post(
        reverse("dossier_housing"), {"version": 0} | typed, headers={"X-Autosave": page}
    )


def test_a_page_saves_itself_and_says_when(login: Any, nadia: User, travel: Any) -> None:
    travel(datetime(2026, 6, 15, 14, 32, tzinfo=clock.PARIS))
    response = autosave(login(nadia), str(uuid4()), housing_status="hotel")
    assert (response.status_code, response.json()) == (
        200,
        {"version": 1, "saved": "Enregistré à 14\u00a0h\u00a032."},
    )
    assert nadia.dossier.housing_status == "hotel"


def test_a_page_never_meets_itself_even_when_an_answer_was_lost(login: Any, nadia: User) -> None:
    client, page = login(nadia), str(uuid4())
    for persons in ("1", "2"):
        assert autosave(client, page, housing_persons=persons).status_code == 200
    # The button of the same page, which still holds the version it was shown with.
    response = client.post(
        reverse("dossier_housing"),
        {"version": 0, "housing_persons": "3", TOKEN_FIELD: page},
    )
    assert response.status_code == 302
    assert nadia.dossier.housing_persons == 3
    assert SectionState.objects.get().version == 3


def test_another_page_is_told_and_nothing_is_overwritten(login: Any, nadia: User) -> None:
    client, other = login(nadia), str(uuid4())
    autosave(client, str(uuid4()), housing_persons="1")
    response = autosave(client, other, housing_persons="9")
    assert response.status_code == 409
    assert response.json()["reason"].startswith("Pas enregistré : cette page a été modifiée")
    assert nadia.dossier.housing_persons == 1
    # A page without a known token never passes for the one that saved last.
    assert autosave(client, "", housing_persons="9").status_code == 409
    assert autosave(client, "x", housing_persons="9").status_code == 409


def test_half_a_date_waits_without_an_alarm(login: Any, nadia: User) -> None:
    response = autosave(login(nadia), str(uuid4()), housing_since="01/0", housing_persons="2")
    assert (response.status_code, response.json()) == (
        422,
        {"reason": "Pas encore enregistré. À corriger : « Depuis quand ? »."},
    )
    assert SectionState.objects.count() == 0


def test_a_page_that_lost_its_session_is_sent_to_login(client: Any) -> None:
    assert autosave(client, str(uuid4())).status_code == 302
