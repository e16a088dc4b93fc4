"""The applicant fills in a dossier, page by page; nothing typed is lost, nothing false is kept."""

import re
from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Dossier, HouseholdMember, SectionState, TaxIncome, User
from accounts.queries import own_dossier, what_is_missing
from accounts.rules import valid_until
from accounts.services import ToldIncome
from alin.kit import clock
from alin.kit.forms import OWNER_FIELD, PAGE_FIELD, TOKEN_FIELD
from tests import factories as f

pytestmark = pytest.mark.django_db
PARIS = clock.PARIS
IN_2026 = datetime(2026, 6, 15, 14, 32, tzinfo=PARIS)


@pytest.fixture
def nadia() -> User:
    """Somebody who has an account and nothing else."""
    return f.person("Nadia", "Saïd")


@pytest.fixture
def june(travel: Callable[[datetime], None]) -> None:
    travel(IN_2026)


def sections(user: User) -> dict[str, int]:
    return dict(SectionState.objects.filter(dossier__applicant=user).values_list("name", "version"))


def says(response: Any) -> list[str]:
    """The errors of the form, in the order of the page."""
    return [str(message) for said in response.context["form"].errors.values() for message in said]


def identity(**changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "first_name": "Nadia",
        "last_name": "Saïd",
        "birth_date": "04/05/1990",
        "phone": "0639980000",
    } | changes


# The task list


def test_reading_ones_dossier_writes_nothing(login: Any, nadia: User) -> None:
    client = login(nadia)
    pages = "identity numero numero_renew household member_add resources employment"
    helpful = "housing reasons wishes"
    for name in ("dossier", *(f"dossier_{page}" for page in f"{pages} {helpful}".split())):
        assert client.get(reverse(name)).status_code == 200
    assert Dossier.objects.count() == 0


def test_an_empty_dossier_says_what_to_do_and_why(login: Any, nadia: User) -> None:
    context = login(nadia).get(reverse("dossier")).context
    assert [task["status"] for task in context["tasks"]] == ["À faire"] * 5 + ["Conseillé"] * 3
    assert (context["done"], context["total"], context["saved_at"]) == (0, 5, None)
    assert [item["fact"].section for item in context["missing"]] == [
        "identity",
        "numero",
        "household",
        "resources",
        "employment",
    ]


def test_each_of_the_eight_sections_says_why_it_is_asked_and_where(login: Any, nadia: User) -> None:
    context = login(nadia).get(reverse("dossier")).context
    told = [(i["href"], i["fact"].label, i["fact"].why) for i in context["missing"]]
    year = clock.today().year - 2
    assert told == [
        (
            "/mon-dossier/identite/",
            "votre date de naissance",
            "L'âge entre dans le calcul des plafonds des jeunes couples.",
        ),
        (
            "/mon-dossier/numero-unique/",
            "votre numéro unique",
            "Sans lui, aucune commission n'examine une candidature (L441-2-1 du CCH).",
        ),
        (
            "/mon-dossier/foyer/",
            "qui vivra avec vous (ou que vous vivrez seul)",
            "Le plafond de ressources dépend du nombre de personnes du foyer.",
        ),
        (
            "/mon-dossier/ressources/",
            f"votre revenu fiscal de référence {year}",
            "Les plafonds de ressources se comparent aux revenus d'il y a deux ans.",
        ),
        (
            "/mon-dossier/emploi/",
            "votre situation professionnelle",
            "Certains logements sont réservés aux salariés d'entreprises qui cotisent.",
        ),
    ]
    told = [(i["href"], i["fact"].label, i["fact"].why) for i in context["advised"]]
    assert told == [
        (
            "/mon-dossier/identite/",
            "votre numéro de téléphone",
            "Le bailleur vous appelle s'il vous propose une visite.",
        ),
        (
            "/mon-dossier/logement-actuel/",
            "votre logement actuel",
            "Être sans logement, hébergé ou mal logé compte parmi les priorités de la loi "
            "(L441-1 du CCH).",
        ),
        (
            "/mon-dossier/demande/",
            "les raisons de votre demande",
            "Certaines rendent une demande prioritaire (L441-1 du CCH).",
        ),
        (
            "/mon-dossier/souhaits/",
            "le logement que vous souhaitez",
            "Communes, taille et loyer : pour ne pas vous proposer ce que vous refuseriez.",
        ),
    ]


def test_what_is_only_advised_never_keeps_from_applying(login: Any, cast: SimpleNamespace) -> None:
    Dossier.objects.filter(applicant=cast.amina).update(employer_headcount=None)
    context = login(cast.amina).get(reverse("dossier")).context
    assert (context["done"], context["missing"]) == (5, [])
    assert [item["fact"].label for item in context["advised"]] == [
        "le nombre de salariés de votre entreprise",
        "votre logement actuel",
        "les raisons de votre demande",
        "le logement que vous souhaitez",
    ]
    # Amina may apply all the same.
    assert f.submitted(cast.amina, f.offer_of(cast.lac)).state == "submitted"


def test_a_section_begun_is_told_from_a_complete_one(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(reverse("dossier_identity"), identity(birth_date=""))
    client.post(reverse("dossier_household"), {"version": 0})
    context = client.get(reverse("dossier")).context
    assert [task["status"] for task in context["tasks"]] == [
        "Commencé",
        "À faire",
        "Complet",
        "À faire",
        "À faire",
        "Conseillé",
        "Conseillé",
        "Conseillé",
    ]
    assert context["done"] == 1


def test_a_complete_dossier_leads_to_homes(login: Any, cast: SimpleNamespace) -> None:
    response = login(cast.amina).get(reverse("dossier"))
    assert (response.context["done"], response.context["missing"]) == (5, [])
    assert "Votre dossier est complet" in response.content.decode()


def test_the_dossier_says_who_may_see_it(login: Any, cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    dossier = cast.amina.dossier
    for member in (cast.estelle, cast.hugo):
        services.open_access(dossier=dossier, person=member, purpose="session:1")
    services.open_access(dossier=dossier, organisation=cast.oc, purpose="candidacy:closed")
    services.close_access(dossier=dossier, purpose="candidacy:closed")
    # Somebody else's access must not show here.
    services.open_access(dossier=cast.bruno.dossier, organisation=cast.oc, purpose="x:1")
    viewers = login(cast.amina).get(reverse("dossier")).context["viewers"]
    assert [(v["who"], v["why"], v["href"]) for v in viewers] == [
        (
            "Habitat du Lac",
            "pour votre candidature : T3 à Villeurbanne, Les Tilleuls",
            reverse("candidacy", args=[candidacy.public_id]),
        ),
        (
            "Commission d'attribution (2\u00a0membres)",
            "pour la séance où votre candidature est présentée",
            "",
        ),
    ]


def test_the_task_list_costs_the_same_with_one_or_thirty_people(
    login: Any, cast: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    client = login(cast.amina)
    for people in (1, 30):
        for _ in range(people):
            services.save_member(
                actor=cast.as_amina,
                dossier=cast.amina.dossier,
                expected_version=sections(cast.amina)["household"],
                member=HouseholdMember(first_name="Lou", link="child", custody="full"),
            )
        with django_assert_num_queries(14):
            client.get(reverse("dossier"))
        with django_assert_num_queries(8):
            client.get(reverse("dossier_household"))


def test_somebody_at_work_has_no_dossier_until_they_act_for_themselves(
    login: Any, cast: SimpleNamespace
) -> None:
    client = login(cast.claire)
    response = client.get(reverse("dossier"))
    assert response.status_code == 403
    assert "le dossier de demande de logement est personnel" in response.content.decode()
    client.post(reverse("switch_organisation"), {"organisation": "moi"})
    assert client.get(reverse("dossier")).status_code == 200


# Identity


@pytest.mark.usefixtures("june")
def test_identity_is_saved_and_said_so(login: Any, nadia: User) -> None:
    response = login(nadia).post(
        reverse("dossier_identity"), identity(disabled="on", first_name="Nadia-Lou"), follow=True
    )
    assert response.redirect_chain == [(reverse("dossier"), 302)]
    assert [str(m) for m in response.context["messages"]] == ["Enregistré à 14\u00a0h\u00a032."]
    nadia.refresh_from_db()
    saved = own_dossier(f.actor_for(nadia))
    assert (nadia.first_name, saved.birth_date, saved.phone, saved.disabled) == (
        "Nadia-Lou",
        date(1990, 5, 4),
        "06 39 98 00 00",
        True,
    )
    assert sections(nadia) == {"identity": 1}


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"birth_date": "16/06/2026"}, "Cette date est à venir : vérifiez l'année."),
        (
            {"birth_date": "14/06/1905"},
            "Cette date remonte à plus de 120 ans : vérifiez l'année.",
        ),
        (
            {"birth_date": "30/02/1990"},
            "Écrivez la date sous la forme JJ/MM/AAAA, par exemple 27/03/1985.",
        ),
        (
            {"birth_date": "04/05/90"},
            "Écrivez la date sous la forme JJ/MM/AAAA, par exemple 27/03/1985.",
        ),
        (
            {"phone": "chez ma sœur"},
            "Écrivez un numéro de téléphone, par exemple 06 39 98 00 00.",
        ),
    ],
)
def test_what_cannot_be_true_is_refused_and_what_was_typed_stays(
    login: Any, nadia: User, typed: dict[str, str], reason: str
) -> None:
    response = login(nadia).post(
        reverse("dossier_identity"), identity(last_name="Nouveau nom", **typed)
    )
    assert response.status_code == 422
    assert says(response) == [reason]
    page = response.content.decode()
    assert 'value="Nouveau nom"' in page
    assert f'value="{next(iter(typed.values()))}"' in page
    nadia.refresh_from_db()
    assert (nadia.last_name, sections(nadia)) == ("Saïd", {})


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize("typed", ["4/5/1990", "04.05.1990", "1990-05-04", "04 05 1990"])
def test_a_date_is_read_as_people_write_it(login: Any, nadia: User, typed: str) -> None:
    login(nadia).post(reverse("dossier_identity"), identity(birth_date=typed))
    assert nadia.dossier.birth_date == date(1990, 5, 4)


def test_the_number_of_a_page_that_was_tampered_with_is_refused(login: Any, nadia: User) -> None:
    client = login(nadia)
    for version in ("", "-1", "abc"):
        response = client.post(reverse("dossier_identity"), identity(version=version))
        assert response.status_code == 422
    assert sections(nadia) == {}


def test_a_double_click_saves_once(login: Any, nadia: User) -> None:
    client = login(nadia)
    typed = identity(**{TOKEN_FIELD: str(uuid4())})
    first = client.post(reverse("dossier_identity"), typed)
    second = client.post(reverse("dossier_identity"), typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.url == first.url
    assert sections(nadia) == {"identity": 1}


def test_who_saves_second_sees_both_versions_and_chooses(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(reverse("dossier_identity"), identity(phone="0639980001"))
    response = client.post(reverse("dossier_identity"), identity(phone="0639980002"))
    assert response.status_code == 409
    assert [row for row in response.context["rows"] if row[3]] == [
        ("Numéro de téléphone", "06 39 98 00 02", "06 39 98 00 01", True)
    ]
    assert nadia.dossier.phone == "06 39 98 00 01"
    again = dict(response.context["hidden"]) | {"version": response.context["version"]}
    assert client.post(reverse("dossier_identity"), again).status_code == 302
    nadia.dossier.refresh_from_db()
    assert (nadia.dossier.phone, sections(nadia)) == ("06 39 98 00 02", {"identity": 2})


# The session that ends in the middle of a form


def typed_then_logged_out(client: Client, user: User, page: str, typed: dict[str, Any]) -> Any:
    """`user` opens a form; the session ends; the form is sent."""
    guard = client.get(page)
    client.logout()
    return client.post(page, typed | hidden_fields(guard.content.decode()))


def hidden_fields(page: str) -> dict[str, str]:
    found = {}
    for name in (OWNER_FIELD, PAGE_FIELD):
        for value in re.findall(f'name="{name}" value="([^"]*)"', page):
            found[name] = value
    return found


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("dossier_identity", {"last_name": "Saïd-Petit", "version": "0"}, "Saïd-Petit"),
        ("dossier_member_add", {"first_name": "Élie", "link": "child", "version": "0"}, "Élie"),
    ],
)
def test_what_was_typed_comes_back_after_login(
    login: Any, nadia: User, name: str, typed: dict[str, str], shown: str
) -> None:
    page = reverse(name)
    client = login(nadia)
    response = typed_then_logged_out(client, nadia, page, typed)
    assert response.url == f"{reverse('account_login')}?next={page}"
    response = client.post(response.url, {"login": nadia.email, "password": f.PASSWORD})
    assert response.url == page
    restored = client.get(page).content.decode()
    assert f'value="{shown}"' in restored
    assert "Nous avons gardé ce que vous aviez saisi" in restored
    assert sections(nadia) == {}
    # Once: a later visit shows what is saved.
    assert f'value="{shown}"' not in client.get(page).content.decode()


def test_another_person_never_sees_what_was_typed(
    login: Any, nadia: User, cast: SimpleNamespace
) -> None:
    page = reverse("dossier_identity")
    client = login(nadia)
    typed_then_logged_out(client, nadia, page, {"last_name": "Secret", "version": "0"})
    client.post(reverse("account_login"), {"login": cast.bruno.email, "password": f.PASSWORD})
    response = client.get(page)
    assert response.status_code == 200
    assert response.context["form"].is_bound is False
    assert "Secret" not in response.content.decode()


# The numéro unique


def numero(text: str, **changes: Any) -> dict[str, Any]:
    return {"version": 0, "numero": text, "registered_on": "", "renewed_on": ""} | changes


@pytest.mark.usefixtures("june")
def test_a_number_is_kept_normalised_and_read_aloud(login: Any, nadia: User) -> None:
    client = login(nadia)
    response = client.post(
        reverse("dossier_numero"),
        numero("074 0525-000000 tests", registered_on="12/05/2025", renewed_on="02/05/2026"),
    )
    assert response.url == reverse("dossier")
    assert nadia.dossier.numero_unique == "0740525000000TESTS"
    facts = client.get(reverse("dossier_numero")).context["facts"]
    assert (facts.text, facts.guichet, facts.since, facts.valid_until, facts.warnings) == (
        "074 0525 000000 TESTS",
        "TESTS",
        date(2025, 5, 1),
        date(2027, 5, 2),
        [],
    )


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0740525", "Le numéro unique compte 18 caractères ; vous en avez saisi 7."),
        (
            "0741325000000TESTS",
            "Les caractères 4 à 7 doivent donner le mois et l'année de votre première demande, "
            "par exemple 0423 pour avril 2023 ; vous avez saisi 1325.",
        ),
        (
            "0740726000000TESTS",
            "Ce numéro porte une date à venir (07/2026) : relisez les caractères 4 à 7.",
        ),
    ],
)
def test_a_malformed_number_is_refused_with_the_reason(
    login: Any, nadia: User, text: str, reason: str
) -> None:
    response = login(nadia).post(reverse("dossier_numero"), numero(text))
    assert (response.status_code, says(response)) == (422, [reason])
    assert f'value="{text}"' in response.content.decode()
    assert sections(nadia) == {}


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("text", "dates", "warning"),
    [
        (
            "9990526000000TESTS",
            {},
            "Nous ne reconnaissons pas le territoire 999 au début du numéro. Relisez votre "
            "attestation ; si c'est bien ce qu'elle porte, continuez.",
        ),
        (
            "0750526000000TESTS",
            {},
            "Les numéros d'Île-de-France commencent aujourd'hui par 111. Le vôtre est ancien : "
            "vérifiez qu'il est toujours actif.",
        ),
        (
            "0740526000000TESTS",
            {"registered_on": "03/04/2026"},
            "La date de dépôt (3\u00a0avril 2026) ne correspond pas au mois porté par le numéro "
            "(05/2026). Relisez votre attestation.",
        ),
        (
            "0740524000000TESTS",
            {},
            "D'après ces dates, votre demande n'est plus valable depuis le 1er\u00a0mai 2025 et a "
            "dû être radiée. Si vous l'avez renouvelée depuis, dites-nous quand. Une demande "
            "radiée à cette date ne peut plus être réactivée : déposez-en une nouvelle et "
            "saisissez son numéro.",
        ),
    ],
)
def test_a_doubtful_number_is_saved_with_a_warning(
    login: Any, nadia: User, text: str, dates: dict[str, str], warning: str
) -> None:
    response = login(nadia).post(reverse("dossier_numero"), numero(text, **dates), follow=True)
    assert response.redirect_chain == [(reverse("dossier_numero"), 302)]
    assert response.context["facts"].warnings == [warning]
    assert nadia.dossier.numero_unique == text


def test_a_number_of_another_dossier_shows_the_way_on(
    login: Any, nadia: User, cast: SimpleNamespace
) -> None:
    cast.platform.email = "aide@portail.test"
    cast.platform.save()
    response = login(nadia).post(
        reverse("dossier_numero"), numero(cast.amina.dossier.numero_unique)
    )
    assert response.status_code == 422
    assert says(response) == [
        "Ce numéro unique est déjà celui d'un autre dossier. S'il est bien le vôtre, "
        "contactez-nous : nous vérifierons avec vous."
    ]
    page = response.content.decode()
    assert "aide@portail.test" in page
    assert "Benali" not in page
    assert sections(nadia) == {}


def test_a_number_can_be_removed(login: Any, cast: SimpleNamespace) -> None:
    login(cast.amina).post(reverse("dossier_numero"), numero(""))
    cast.amina.dossier.refresh_from_db()
    assert cast.amina.dossier.numero_unique == ""


@pytest.mark.usefixtures("june")
def test_a_renewal_before_the_first_demand_is_refused(login: Any, nadia: User) -> None:
    response = login(nadia).post(
        reverse("dossier_numero"), numero("", registered_on="12/05/2025", renewed_on="11/05/2025")
    )
    assert says(response) == ["Le renouvellement ne peut pas précéder la première demande."]


# The household


def child(**changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "link": "child",
        "first_name": "Élie",
        "last_name": "",
        "birth_date": "04/05/2015",
        "custody": "full",
        "dependant": "yes",
    } | changes


def people_of(user: User) -> list[tuple[str, str, str, bool, bool]]:
    return list(
        HouseholdMember.objects.filter(dossier__applicant=user)
        .order_by("pk")
        .values_list("first_name", "link", "custody", "expected", "dependant")
    )


def test_who_lives_alone_says_so(login: Any, nadia: User) -> None:
    response = login(nadia).post(reverse("dossier_household"), {"version": 0})
    assert response.url == reverse("dossier")
    assert sections(nadia) == {"household": 1}


def test_people_are_added_changed_and_removed(login: Any, nadia: User) -> None:
    client = login(nadia)
    response = client.post(reverse("dossier_member_add"), child())
    assert response.url == reverse("dossier_household")
    client.post(
        reverse("dossier_member_add"),
        child(version=1, first_name="", birth_date="", custody="", dependant="", expected="on"),
    )
    assert people_of(nadia) == [
        ("Élie", "child", "full", False, True),
        ("Enfant à naître", "child", "", True, False),
    ]
    elie = HouseholdMember.objects.get(first_name="Élie")
    edit = reverse("dossier_member", args=[elie.public_id])
    assert client.get(edit).context["form"].initial["dependant"] == "yes"
    client.post(edit, child(version=2, custody="alternating", dependant="no"))
    remove = reverse("dossier_member_remove", args=[elie.public_id])
    said = client.get(remove).content.decode()
    assert "les pièces justificatives de cette personne quittent votre dossier" in said
    assert people_of(nadia)[0] == ("Élie", "child", "alternating", False, False)
    client.post(remove, {"version": 3})
    assert people_of(nadia) == [("Enfant à naître", "child", "", True, False)]


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"birth_date": "16/06/2026"}, ["Cette date est à venir : vérifiez l'année."]),
        (
            {"expected": "on"},
            ["Un enfant à naître n'a pas de date de naissance : laissez ce champ vide."],
        ),
        ({"link": "other", "expected": "on"}, ["Seul un enfant peut être à naître."]),
        ({"first_name": ""}, ["Écrivez le prénom de cette personne."]),
        ({"custody": ""}, ["Dites où vit cet enfant."]),
        ({"dependant": ""}, ["Dites si cette personne est à votre charge."]),
        ({"link": ""}, ["Dites qui est cette personne pour vous."]),
    ],
)
def test_a_person_who_cannot_be_is_refused(
    login: Any, nadia: User, typed: dict[str, str], reasons: list[str]
) -> None:
    response = login(nadia).post(reverse("dossier_member_add"), child(**typed))
    assert (response.status_code, says(response)) == (422, reasons)
    assert people_of(nadia) == []


def test_a_second_spouse_is_refused(login: Any, nadia: User) -> None:
    client = login(nadia)
    adult = {"custody": "", "dependant": "", "birth_date": "04/05/1988"}
    client.post(reverse("dossier_member_add"), child(link="spouse", **adult))
    response = client.post(reverse("dossier_member_add"), child(version=1, link="partner", **adult))
    assert (response.status_code, says(response)) == (
        422,
        ["Une seule personne peut être votre conjoint ou partenaire."],
    )
    assert people_of(nadia) == [("Élie", "spouse", "", False, False)]


def test_adding_somebody_on_an_old_page_shows_it_and_keeps_what_was_typed(
    login: Any, nadia: User
) -> None:
    client = login(nadia)
    client.post(reverse("dossier_member_add"), child())
    response = client.post(reverse("dossier_member_add"), child(first_name="Zoé"))
    assert response.status_code == 409
    assert dict(response.context["hidden"])["first_name"] == "Zoé"
    assert len(people_of(nadia)) == 1


def test_an_old_page_neither_closes_nor_empties_the_household(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(reverse("dossier_member_add"), child())
    elie = HouseholdMember.objects.get()
    old = {"version": 0}
    assert client.post(reverse("dossier_household"), old).status_code == 409
    remove = client.post(reverse("dossier_member_remove", args=[elie.public_id]), old)
    assert remove.status_code == 409
    assert remove.context["form"].initial == {"version": 1}
    assert len(people_of(nadia)) == 1


def test_the_household_of_another_does_not_exist(
    login: Any, nadia: User, cast: SimpleNamespace
) -> None:
    login(nadia).post(reverse("dossier_member_add"), child())
    elie = HouseholdMember.objects.get()
    client = login(cast.bruno)
    for name in ("dossier_member", "dossier_member_remove"):
        page = reverse(name, args=[elie.public_id])
        assert client.get(page).status_code == 404
        assert client.post(page, child(version=1)).status_code == 404
    assert client.get(reverse("dossier_household")).context["members"] == []
    assert len(people_of(nadia)) == 1


# Resources


def incomes_of(user: User) -> list[tuple[str | None, int, int]]:
    return list(
        TaxIncome.objects.filter(dossier__applicant=user)
        .order_by("pk")
        .values_list("member__first_name", "year", "rfr_eur")
    )


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("21450", 21450),
        ("21 450 €", 21450),
        ("21\u202f450\u00a0euros", 21450),
        ("21.450,00", 21450),
        ("0", 0),
        ("999 999", 999_999),
    ],
)
def test_an_income_is_read_as_people_write_it(
    login: Any, nadia: User, typed: str, kept: int
) -> None:
    client = login(nadia)
    assert (
        client.post(reverse("dossier_resources"), {"version": 0, "rfr": typed}).status_code == 302
    )
    assert incomes_of(nadia) == [(None, 2024, kept)]


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-5", "Ce montant ne peut pas être négatif. S'il l'est sur votre avis, écrivez 0."),
        (
            "1000000",
            "Ce montant est trop élevé (999\u202f999 € au plus) : recopiez la ligne « revenu "
            "fiscal de référence », sans les centimes.",
        ),
        (
            "deux mille",
            "Écrivez le montant en chiffres et en euros entiers, par exemple 21 450.",
        ),
        ("12,50", "Écrivez le montant en chiffres et en euros entiers, par exemple 21 450."),
    ],
)
def test_an_absurd_income_is_refused_with_a_sentence(
    login: Any, nadia: User, typed: str, reason: str
) -> None:
    response = login(nadia).post(reverse("dossier_resources"), {"version": 0, "rfr": typed})
    assert (response.status_code, says(response)) == (422, [reason])
    assert f'value="{typed}"' in response.content.decode()
    assert incomes_of(nadia) == []


@pytest.mark.usefixtures("june")
def test_each_other_adult_has_a_line_and_a_child_has_none(login: Any, nadia: User) -> None:
    client = login(nadia)
    adult = {"custody": "", "dependant": "", "birth_date": "04/05/1988"}
    client.post(reverse("dossier_member_add"), child())
    client.post(
        reverse("dossier_member_add"), child(version=1, link="spouse", first_name="Karim", **adult)
    )
    form = client.get(reverse("dossier_resources")).context["form"]
    [_nobody, karim] = form.people
    field = f"rfr_{karim.public_id.hex}"
    assert (karim.first_name, len(form.fields_of("rfr"))) == ("Karim", 2)
    client.post(reverse("dossier_resources"), {"version": 0, "rfr": "12000", field: "9 000"})
    assert incomes_of(nadia) == [(None, 2024, 12000), ("Karim", 2024, 9000)]
    client.post(reverse("dossier_resources"), {"version": 1, "rfr": "12000", field: ""})
    assert incomes_of(nadia) == [(None, 2024, 12000)]


def test_the_income_of_somebody_elses_household_is_never_written(
    cast: SimpleNamespace,
) -> None:
    member = services.save_member(
        actor=cast.as_bruno,
        dossier=cast.bruno.dossier,
        expected_version=1,
        member=HouseholdMember(first_name="Lou", link="other"),
    )
    services.save_resources(
        actor=cast.as_amina,
        dossier=cast.amina.dossier,
        expected_version=0,
        told={
            None: ToldIncome(rfr_by_year={2020: 1}),
            member.pk: ToldIncome(rfr_by_year={2020: 2}),
        },
    )
    assert list(TaxIncome.objects.filter(year=2020).values_list("member", "rfr_eur")) == [(None, 1)]


# Employment


def work(**changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "employment_sector": "private",
        "employment_contract": "seasonal",
        "employer_name": "Boulangerie du Port",
        "employer_siret": "732 829 320 00074",
        "employer_headcount": "1 200",
    } | changes


def test_an_employer_is_saved(login: Any, nadia: User) -> None:
    client = login(nadia)
    client.post(reverse("dossier_employment"), work())
    saved = nadia.dossier
    assert (saved.employment_sector, saved.employer_siret, saved.employer_headcount) == (
        "private",
        "73282932000074",
        1200,
    )
    assert saved.employment_contract == "seasonal"
    page = client.get(reverse("dossier_employment")).content.decode()
    assert re.search(r'<option value="seasonal" selected>\s*Saisonnier', page)


def test_a_contract_may_be_left_out(login: Any, nadia: User) -> None:
    login(nadia).post(reverse("dossier_employment"), work(employment_contract=""))
    assert (nadia.dossier.employment_sector, nadia.dossier.employment_contract) == ("private", "")
    assert "employment" not in {
        each.section for each in what_is_missing(nadia.dossier, clock.today())
    }


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (
            {"employer_siret": "73282932000075"},
            "Ce numéro ne correspond à aucun SIRET possible : un chiffre a pu être inversé.",
        ),
        (
            {"employer_siret": "732829320"},
            "Le SIRET compte 14 chiffres ; vous en avez saisi 9.",
        ),
        ({"employer_headcount": "0"}, "Écrivez un nombre à partir de 1."),
        ({"employer_headcount": "-3"}, "Ce nombre ne peut pas être négatif."),
        ({"employer_headcount": "vingt"}, "Écrivez ce nombre en chiffres, par exemple 250."),
    ],
)
def test_a_wrong_employer_is_refused(
    login: Any, nadia: User, typed: dict[str, str], reason: str
) -> None:
    response = login(nadia).post(reverse("dossier_employment"), work(**typed))
    assert (response.status_code, says(response)) == (422, [reason])


def test_a_dossier_is_private_to_visitors(client: Client, db: None) -> None:
    response = client.get(reverse("dossier"))
    assert response.url == f"{reverse('account_login')}?next={reverse('dossier')}"


def test_a_demand_is_valid_for_a_year_even_from_29_february() -> None:
    assert valid_until(date(2024, 2, 29), None) == date(2025, 2, 28)
    assert valid_until(date(2022, 2, 1), date(2024, 3, 1)) == date(2025, 3, 1)
    assert valid_until(None, None) is None
