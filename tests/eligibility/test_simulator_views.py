"""The public simulator: questions, rights, and what a new account keeps of them.

The figures are those of the published tables for 2026, worked out by hand."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.models import Dossier, HouseholdMember, SectionState, User
from tests import factories as f
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ceilings", "communes")]

Login = Callable[[object], Client]
QUESTIONS, RESULT, KEEP = (reverse(n) for n in ("simulator", "simulator_result", "simulator_keep"))
ALONE = {"vie": "seul", "commune": "Villeurbanne (69)", "rfr": "20000"}


@pytest.fixture
def communes() -> None:
    CommuneFactory()
    seine = DepartementFactory(code="93", name="Seine-Saint-Denis")
    reunion = DepartementFactory(code="974", name="La Réunion")
    miquelon = DepartementFactory(code="975", name="Saint-Pierre-et-Miquelon")
    CommuneFactory(
        insee_code="93066",
        name="Saint-Denis",
        departement=seine,
        postal_codes=["93200"],
        zone_abc="A",
        zone_123="1",
        ceilings_zone="paris_limitrophes",
    )
    CommuneFactory(
        insee_code="97411",
        name="Saint-Denis",
        departement=reunion,
        postal_codes=["97400"],
        zone_abc="B1",
        zone_123="2",
        ceilings_zone="drom",
    )
    CommuneFactory(
        insee_code="97502",
        name="Saint-Pierre",
        departement=miquelon,
        postal_codes=["97500"],
        zone_abc="",
        zone_abc_as_of=None,
        zone_123="",
        ceilings_zone="com",
    )


def words(content: bytes) -> str:
    """The text of a page as it is read, spaces made plain."""
    body = re.sub(r"(?s)<(script|style|svg|header|footer)\b.*?</\1>", " ", content.decode())
    text = strip_tags(body.replace("<", " <")).replace("&#39;", "'")
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def result(client: Client, **answers: str) -> str:
    """The text of the result, at its shortest address."""
    response = client.get(RESULT, ALONE | answers, follow=True)
    assert response.status_code == 200
    return words(response.content)


def missing(said: list[str], text: str) -> list[str]:
    return [each for each in said if each not in text]


# --- what one is entitled to -----------------------------------------------------------------


def test_somebody_alone_reads_ceilings_figures_and_texts(client: Client) -> None:
    text = result(client)
    said = [
        "Vos droits à Villeurbanne (69)",
        "Vos revenus ouvrent droit à : Logement social (PLUS), Logement social supérieur (PLS), "
        "Logement intermédiaire (LLI).",
        "Logement très social (PLAI) : vos revenus dépassent le plafond",
        "Logement social (PLUS) : vous y avez droit",
        "Vos ressources 20 000 € Plafond 2026 23 403 €",
        "Vos ressources font 86 % de ce plafond. De 60 à 100 %",
        "Plafond 2026 12 870 €",
        "Plafond 2026 30 424 €",
        "Plafond 2026 44 344 €",
        "Arrêté du 29 juillet 1987",
        "BOI-BAREME-000017",
    ]
    assert missing(said, text) == []


@pytest.mark.parametrize(
    ("rfr", "said"),
    [
        ("14041", "Logement social (PLUS) : vous y avez droit"),
        ("23403", "Vos ressources font 100 % de ce plafond. De 60 à 100 %"),
        ("23404", "Logement social (PLUS) : possible par exception"),
        ("28083", "Vos ressources font 120 % de ce plafond. De 100 à 120 %"),
        ("28084", "Vos ressources font 121 % de ce plafond. Au-delà de 120 %"),
        ("0", "Vos revenus ouvrent droit à toutes les catégories de logements."),
        ("90000", "Vos revenus dépassent les plafonds de ces logements dans cette commune."),
    ],
)
def test_the_bands_of_a_plus_ceiling(client: Client, rfr: str, said: str) -> None:
    assert said in result(client, rfr=rfr)


def test_sixty_percent_of_a_plus_ceiling_is_said(client: Client) -> None:
    assert "Jusqu'à 60 %, vous faites partie" in result(client, rfr="14041")
    assert "Jusqu'à 60 %, vous faites partie" not in result(client, rfr="14042")


def test_without_income_the_ceilings_are_given_and_no_verdict(client: Client) -> None:
    text = result(client, rfr="")
    said = [
        "Il manque de quoi vous répondre. Voici déjà les plafonds de votre foyer.",
        "Logement social (PLUS) : à préciser",
        "Plafond 2026 23 403 €",
        "Ressources retenues non indiquées",
    ]
    assert missing(said, text) == []
    assert "Vos ressources 0 €" not in text


@pytest.mark.parametrize(
    ("ages", "plus"),
    [(("27", "28"), "37 584 €"), (("28", "28"), "31 254 €")],
)
def test_a_young_couple_has_a_higher_ceiling(
    client: Client, ages: tuple[str, str], plus: str
) -> None:
    text = result(client, vie="concubin", age=ages[0], age_conjoint=ages[1])
    assert f"Plafond 2026 {plus}" in text


def test_a_couple_without_ages_is_asked_for_them_when_it_matters(client: Client) -> None:
    assert "Indiquez l'âge de chacun de vous deux." in result(client, vie="marie", rfr="35000")
    assert "Indiquez l'âge" not in result(client, vie="marie", rfr="30000")


def test_children_count_by_where_they_live(client: Client) -> None:
    """One person with one child à charge and one in alternating custody: category 4. A child who
    visits makes four persons of it, with the same ceiling."""
    text = result(client, enfants="1", alternes="1", ages="3, 7")
    said = [
        "(catégorie 4)",
        "Foyer une personne, 1 enfant, 1 enfant en garde alternée, âges des enfants : 3, 7",
        "catégorie 4, 3 personnes, relevée car vous êtes seul",
    ]
    assert missing(said, text) == []
    assert "(catégorie 4)" in result(client, enfants="1", alternes="1", visites="1")


def test_a_child_expected_does_not_count_yet(client: Client) -> None:
    text = result(client, a_naitre="on")
    assert missing(["(catégorie 1)", "un enfant à naître, compté à sa naissance"], text) == []


def test_a_drop_of_ten_percent_counts_for_social_homes_alone(
    client: Client, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2026, 11, 23, 9, tzinfo=UTC))
    text = result(client, rfr="30000", rfr_n1="27000")
    said = [
        "27 000 € (revenus de 2025, en baisse d'au moins 10 %)",
        "Vos ressources 27 000 € Plafond 2026 23 403 €",
        "Vos ressources 30 000 € Plafond 2026 44 344 €",
    ]
    assert missing(said, text) == []
    assert "Vos ressources 30 000 € Plafond 2026 23 403 €" in result(
        client, rfr="30000", rfr_n1="27001"
    )


def test_overseas_has_its_own_kinds_of_home(client: Client) -> None:
    text = result(client, commune="Saint-Denis (974)", loyer="400")
    assert missing(["(LLTS)", "(LLS)", "(LLI)", "L'aide au logement n'est pas estimée"], text) == []
    assert missing(["(PLAI)", "(PLUS)", "(PLS)"], text) == ["(PLAI)", "(PLUS)", "(PLS)"]


def test_where_no_ceiling_is_known_it_is_said(client: Client) -> None:
    text = result(client, commune="97500")
    assert "Le portail ne connaît pas de plafonds pour cette collectivité" in text


def test_a_year_not_published_is_said(client: Client, travel: Callable[[datetime], None]) -> None:
    travel(datetime(2027, 1, 5, 9, tzinfo=UTC))
    assert "Les plafonds 2027 ne sont pas encore publiés ; ceux de 2026" in result(client)


def test_a_job_opens_homes_reserved_to_employees(client: Client) -> None:
    assert "ils vous sont ouverts" in result(client, secteur="private", effectif="10")
    assert "ils ne vous sont pas ouverts" in result(client, secteur="private", effectif="9")
    assert "Indiquez le nombre de salariés" in result(client, secteur="private")
    assert "vous a reconnu prioritaire (DALO)" in result(client, secteur="unemployed")
    assert "retraitées depuis peu" in result(client, secteur="retired")
    assert "réservés aux salariés" not in result(client)


def test_a_rent_gives_a_budget_that_is_called_an_estimate(client: Client) -> None:
    text = result(client, rfr="6000", loyer="400", charges="60", mensuel="900")
    said = [
        "Votre budget, une estimation",
        "Loyer et charges 460 € par mois",
        "Aide au logement estimée (APL)",
        "Resterait à payer, estimation",
        "Part de vos revenus (taux d'effort)",
        "par personne et par jour",
        "seule la caisse d'allocations familiales calcule l'aide",
    ]
    assert missing(said, text) == []
    assert "Aide au logement estimée" not in result(client)


def test_a_heavy_rent_warns_and_refuses_nothing(client: Client) -> None:
    text = result(client, loyer="700", mensuel="1800")
    said = ["38,9 %", "Ce n'est pas un motif de refus à lui seul", "(PLUS) : vous y avez droit"]
    assert missing(said, text) == []


# --- the address, and nothing else ---------------------------------------------------------


def test_the_address_carries_only_answers(client: Client) -> None:
    typed = {
        "vie": "seul",
        "age_conjoint": "30",
        "enfants": "0",
        "commune": "villeurbanne",
        "rfr": "20 000 €",
        "effectif": "12",
        "nom": "Benali",
        "utm_source": "x",
        "loyer": "",
    }
    response = client.get(RESULT, typed)
    assert response.status_code == 302
    where = urlsplit(response["Location"])
    assert parse_qs(where.query) == {
        "vie": ["seul"],
        "rfr": ["20000"],
        "commune": ["Villeurbanne (69)"],
    }
    assert client.get(response["Location"]).status_code == 200


def test_the_link_gives_anybody_the_same_page(
    client: Client, login: Login, cast: SimpleNamespace
) -> None:
    address = f"{RESULT}?{urlencode({'vie': 'seul', 'rfr': '20000', 'commune': '69100'})}"
    seen = words(client.get(address, follow=True).content)
    other = words(login(cast.amina).get(address, follow=True).content)
    assert "n'en gardons rien" in seen
    assert "Benali" not in other
    assert seen.split("Et maintenant ?")[0] == other.split("Et maintenant ?")[0]


def test_reading_keeps_nothing(client: Client) -> None:
    result(client)
    assert dict(client.session) == {}
    assert Dossier.objects.count() == 0


def test_answers_come_back_to_be_corrected(client: Client) -> None:
    page = client.get(QUESTIONS, ALONE | {"enfants": "2", "ages": "3, 7"}).content.decode()
    assert 'name="ages" value="3, 7"' in page
    assert 'value="Villeurbanne (69)"' in page
    assert "Il y a un problème" not in page


def test_no_answers_lead_to_the_questions(client: Client) -> None:
    response = client.get(RESULT)
    assert (response.status_code, response["Location"]) == (302, QUESTIONS)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"vie": ""}, "Dites si vous vivrez en couple."),
        ({"commune": ""}, "Écrivez le nom ou le code postal d'une commune."),
        ({"commune": "Zzyzx"}, "Nous ne connaissons pas cette commune"),
        ({"rfr": "beaucoup"}, "Écrivez le montant en chiffres et en euros entiers"),
        ({"rfr": "-5"}, "Ce montant ne peut pas être négatif."),
        ({"rfr": "", "rfr_n1": "900"}, "Indiquez aussi ce montant"),
        ({"enfants": "deux"}, "Écrivez un nombre de personnes en chiffres"),
        ({"enfants": "16"}, "Ce nombre est trop grand : 15 personnes au plus."),
        ({"enfants": "2", "ages": "2"}, "Vous avez indiqué 2 enfants et 1 âge"),
        ({"enfants": "1", "ages": "26"}, "Après 25 ans"),
        ({"enfants": "1", "ages": "petit"}, "Écrivez l'âge de chaque enfant en chiffres"),
        ({"age": "12"}, "Écrivez un âge en années, de 16 à 120"),
        ({"charges": "50"}, "Indiquez aussi le loyer"),
        ({"loyer": "cher"}, "Écrivez le montant par mois en chiffres"),
        ({"secteur": "pirate"}, "pirate"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(
    client: Client, answers: dict[str, str], said: str
) -> None:
    response = client.get(RESULT, ALONE | answers)
    assert response.status_code == 422
    text = words(response.content)
    assert missing([said, "Il y a un problème"], text) == []
    assert "Erreur : Ai-je droit" in text
    for name, value in (ALONE | answers).items():
        if name not in {"vie", "secteur"} and value:
            assert f'name="{name}" value="{value}"' in response.content.decode()


def test_a_name_of_several_communes_gives_the_choice_with_the_answers(client: Client) -> None:
    response = client.get(RESULT, ALONE | {"commune": "saint denis"})
    assert response.status_code == 422
    links = re.findall(rf'href="({re.escape(RESULT)}[^"]+)"', response.content.decode())
    chosen = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
    assert [each["commune"] for each in chosen] == [["Saint-Denis (93)"], ["Saint-Denis (974)"]]
    assert [each["rfr"] for each in chosen] == [["20000"], ["20000"]]


def test_the_statements_are_few_and_the_same_for_a_large_family(
    client: Client,
    django_assert_num_queries: Callable[..., object],
) -> None:
    small = ALONE
    large = dict(ALONE, vie="marie", enfants="9")
    for answers in (small, large):
        address = client.get(RESULT, answers, follow=True).request
        path = f"{address['PATH_INFO']}?{address['QUERY_STRING']}"
        with django_assert_num_queries(3):
            client.get(path)
    with django_assert_num_queries(4):
        client.get(
            RESULT, {"vie": "seul", "rfr": "20000", "commune": "Villeurbanne (69)", "loyer": "1"}
        )


# --- an account that starts with the answers -------------------------------------------------

FAMILY = {
    "vie": "marie",
    "enfants": "1",
    "alternes": "1",
    "a_naitre": "on",
    "rfr": "30000",
    "commune": "Villeurbanne (69)",
    "secteur": "private",
    "effectif": "40",
}


def sign_up(client: Client, email: str = "nora@example.test") -> User:
    response = client.post(
        reverse("account_signup"),
        {
            "email": email,
            "password1": f.PASSWORD,
            "first_name": "Nora",
            "last_name": "Petit",
        },
    )
    assert response.status_code == 302
    return User.objects.get(email=email)


def test_a_new_account_starts_with_the_answers(client: Client) -> None:
    kept = client.post(KEEP, FAMILY)
    assert (kept.status_code, kept["Location"]) == (302, reverse("account_signup"))
    dossier = Dossier.objects.get(applicant=sign_up(client))
    people = HouseholdMember.objects.filter(dossier=dossier).order_by("pk")
    assert [(m.first_name, m.link, m.custody, m.dependant, m.expected) for m in people] == [
        ("Conjoint ou conjointe", "spouse", "", False, False),
        ("Enfant 1", "child", "full", True, False),
        ("Enfant 2", "child", "alternating", True, False),
        ("Enfant à naître", "child", "", False, True),
    ]
    assert {m.birth_date for m in people} == {None}
    assert (dossier.employment_sector, dossier.employer_headcount) == ("private", 40)
    assert "kept_simulation" not in client.session


def test_the_sections_carried_over_were_saved_by_nobody(client: Client) -> None:
    client.post(KEEP, FAMILY)
    sign_up(client)
    assert set(SectionState.objects.values_list("name", "saved_by")) == {
        ("household", None),
        ("resources", None),
        ("employment", None),
    }


def test_the_dossier_says_what_was_carried_over_until_it_is_saved(client: Client) -> None:
    client.post(KEEP, FAMILY)
    nora = sign_up(client)
    client.force_login(nora, backend="django.contrib.auth.backends.ModelBackend")
    text = words(client.get(reverse("dossier")).content)
    said = [
        "Repris de votre simulation Relisez ces parties",
        "Votre foyer , Vos ressources , Votre travail .",
        "Situation et employeur. Repris de votre simulation, à vérifier.",
    ]
    assert missing(said, text) == []
    saved = {"version": "1", "employment_sector": "private", "employer_name": "Four du Port"}
    assert client.post(reverse("dossier_employment"), saved).status_code == 302
    again = words(client.get(reverse("dossier")).content)
    assert "Votre foyer , Vos ressources ." in again
    assert "Situation et employeur. Repris" not in again


def test_a_couple_on_one_notice_keeps_its_income(
    client: Client, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2026, 11, 23, 9, tzinfo=UTC))
    client.post(KEEP, FAMILY | {"rfr_n1": "25000", "mensuel": "2400", "loyer": "500"})
    dossier = Dossier.objects.get(applicant=sign_up(client))
    incomes = dossier.incomes.values_list("member", "year", "rfr_eur")
    assert list(incomes) == [(None, 2024, 30000), (None, 2025, 25000)]
    assert dossier.members.get(link="spouse").shares_tax_notice
    # Two persons' months cannot be shared out.
    assert dossier.recent_incomes.count() == 0


def test_somebody_alone_keeps_what_comes_in_each_month(client: Client) -> None:
    client.post(KEEP, ALONE | {"mensuel": "1500", "revenus_12m": "17000"})
    dossier = Dossier.objects.get(applicant=sign_up(client))
    recent = dossier.recent_incomes.values_list("member", "kind", "amount_eur", "source")
    assert list(recent) == [
        (None, "12_months", 17000, "simulation"),
        (None, "monthly", 1500, "simulation"),
    ]


@pytest.mark.parametrize("more", [{"vie": "concubin"}, {"adultes": "1"}])
def test_an_income_of_several_notices_is_not_shared_out(
    client: Client, more: dict[str, str]
) -> None:
    client.post(KEEP, ALONE | more)
    assert Dossier.objects.get(applicant=sign_up(client)).incomes.count() == 0


def test_an_income_of_another_year_is_not_carried(
    client: Client, travel: Callable[[datetime], None]
) -> None:
    travel(datetime(2026, 12, 31, 22, tzinfo=UTC))
    client.post(KEEP, ALONE)
    travel(datetime(2027, 1, 1, 6, tzinfo=UTC))
    assert Dossier.objects.get(applicant=sign_up(client)).incomes.count() == 0


def test_the_answers_are_in_no_address_of_the_account_pages(client: Client) -> None:
    kept = client.post(KEEP, FAMILY, follow=True)
    assert [urlsplit(where).query for where, _status in kept.redirect_chain] == [""]
    existing = client.post(KEEP, FAMILY | {"compte": "existant"})
    assert existing["Location"] == f"{reverse('account_login')}?{urlencode({'next': RESULT})}"


def test_an_account_made_without_simulator_starts_empty(client: Client) -> None:
    assert Dossier.objects.filter(applicant=sign_up(client)).count() == 0


def test_an_address_already_used_carries_nothing_anywhere(
    client: Client, cast: SimpleNamespace
) -> None:
    """Somebody who types Amina's address at sign-up must not write into her dossier."""
    client.post(KEEP, FAMILY)
    client.post(
        reverse("account_signup"),
        {
            "email": cast.amina.email,
            "password1": f.PASSWORD,
            "first_name": "Nora",
            "last_name": "Petit",
        },
    )
    assert HouseholdMember.objects.count() == 0
    assert SectionState.objects.filter(saved_by=None, name="employment").count() == 0


def test_others_of_the_home_are_left_to_the_person(client: Client) -> None:
    """Who they are for her is not known: a father is no « other person »."""
    client.post(KEEP, ALONE | {"adultes": "1", "a_charge": "1"})
    dossier = Dossier.objects.get(applicant=sign_up(client))
    assert HouseholdMember.objects.filter(dossier=dossier).count() == 0


@pytest.mark.parametrize(("more", "carried"), [({}, True), ({"enfants": "1"}, False)])
def test_a_disability_is_carried_when_it_can_only_be_hers(
    client: Client, more: dict[str, str], carried: bool
) -> None:
    client.post(KEEP, ALONE | {"handicap": "on"} | more)
    assert Dossier.objects.get(applicant=sign_up(client)).disabled is carried


def test_what_is_written_in_a_dossier_stays(login: Login, cast: SimpleNamespace) -> None:
    """Amina's household was saved; her job was not saved by a section of the dossier."""
    client = login(cast.amina)
    response = client.post(KEEP, FAMILY)
    assert (response.status_code, response["Location"]) == (302, reverse("dossier"))
    assert HouseholdMember.objects.filter(dossier__applicant=cast.amina).count() == 0
    again = client.post(KEEP, FAMILY, follow=True)
    assert "Rien n'a été repris" in words(again.content)


def test_a_known_person_finds_her_answers_after_logging_in(
    client: Client, cast: SimpleNamespace
) -> None:
    client.post(KEEP, ALONE | {"compte": "existant"})
    response = client.post(
        f"{reverse('account_login')}?next={RESULT}",
        {"login": cast.bruno.email, "password": f.PASSWORD, "next": RESULT},
        follow=True,
    )
    text = words(response.content)
    assert missing(["Vos droits à Villeurbanne (69)", "dans mon dossier"], text) == []


def test_somebody_at_work_keeps_nothing(login: Login, cast: SimpleNamespace) -> None:
    response = login(cast.claire).post(KEEP, ALONE, follow=True)
    assert "Agissez d'abord pour vous-même" in words(response.content)
    assert Dossier.objects.filter(applicant=cast.claire).count() == 0


def test_wrong_answers_are_not_kept(client: Client) -> None:
    assert client.post(KEEP, ALONE | {"rfr": "x"}).status_code == 422
    assert dict(client.session) == {}
