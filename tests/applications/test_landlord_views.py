"""The landlord's back-office: who sees what, what each verb does, what a late agent reads."""

import html
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Dossier, HouseholdMember, TaxIncome
from accounts.queries import snapshot
from alin.kit import clock
from applications import services, staff_words
from applications.models import Candidacy, PointCheck
from applications.workflow import TRANSITIONS
from eligibility import rules
from eligibility.queries import household_facts
from eligibility.rules import Employment
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db
Login = Callable[[object], Client]


def at(name: str, candidacy: Candidacy, **more: Any) -> str:
    return reverse(name, kwargs={"public_id": candidacy.public_id, **more})


def post_point(client: Client, candidacy: Candidacy, **typed: Any) -> Any:
    data = {"version": candidacy.version, "seen": "", "outcome": "verified"} | typed
    point = data.pop("point", "identity")
    return client.post(at("staff_point", candidacy, point=point), data)


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def offer(cast: SimpleNamespace) -> Offer:
    return f.offer_of(cast.lac)


@pytest.fixture
def amina(cast: SimpleNamespace, offer: Offer) -> Candidacy:
    return f.submitted(cast.amina, offer)


# --- who may come in -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["staff_home", "staff_inbox", "staff_offers"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("claire", 200), ("chloe", 200), ("amina", 403), ("gaelle", 403), ("farid", 403)],
)
def test_lists_are_for_the_landlord_s_staff(
    cast: SimpleNamespace, login: Login, page: str, who: str, status: int
) -> None:
    assert login(getattr(cast, who)).get(reverse(page)).status_code == status


@pytest.mark.parametrize("who", ["david", "amina", "gaelle", "farid", "estelle"])
@pytest.mark.parametrize(
    ("method", "name", "more"),
    [
        ("get", "staff_candidacy", {}),
        ("post", "staff_take", {}),
        ("post", "staff_point", {"point": "identity"}),
        ("post", "staff_ready", {}),
        ("post", "staff_set_aside", {}),
        ("post", "staff_choose", {}),
        ("post", "staff_meet_condition", {}),
        ("post", "staff_lease", {}),
    ],
)
def test_a_candidacy_does_not_exist_for_others(
    cast: SimpleNamespace,
    login: Login,
    amina: Candidacy,
    who: str,
    method: str,
    name: str,
    more: dict[str, str],
) -> None:
    client = login(getattr(cast, who))
    typed = {"version": 0, "reason": "x", "outcome": "verified", "seen": ""}
    answer = getattr(client, method)(at(name, amina, **more), typed)
    assert answer.status_code == 404
    amina.refresh_from_db()
    assert (amina.state, amina.version) == ("submitted", 0)


def test_another_landlord_reads_nothing_of_ours(
    cast: SimpleNamespace, login: Login, amina: Candidacy, offer: Offer
) -> None:
    client = login(cast.david)
    number = cast.amina.dossier.numero_unique
    for page in ("staff_home", "staff_inbox", "staff_offers"):
        answer = said(client.get(reverse(page), {"q": number}))
        assert ("Benali" in answer, "Tilleuls" in answer) == (False, False)
    assert client.get(reverse("staff_offer", args=[offer.public_id])).status_code == 404


# --- the inbox -----------------------------------------------------------------------------


def names(response: Any) -> list[str]:
    """First names of the candidates listed, in order."""
    return re.findall(r'<th scope="row"><a [^>]*>(\w+) ', said(response))


def tabs(response: Any) -> list[tuple[str, int]]:
    """The queues with what waits in each; a queue with nothing in it shows no number."""
    menu = re.search(r'<ul class="subnav">(.*?)</ul>', said(response))
    found = re.findall(r'<a [^>]*>([^<]*)(?:<span class="badge">(\d+)</span>)?</a>', menu[1])
    return [(html.unescape(label).strip(), int(n or 0)) for label, n in found]


def inbox(client: Client, **query: Any) -> Any:
    return client.get(reverse("staff_inbox"), query)


def test_queues_count_and_hold_what_waits(
    cast: SimpleNamespace, login: Login, amina: Candidacy, offer: Offer
) -> None:
    f.in_instruction(f.submitted(cast.bruno, offer), cast.as_claire)
    f.ready(f.submitted(f.applicant("Dora", "Petit"), offer), cast.as_claire)
    services.withdraw(
        actor=f.actor_for(elias := f.applicant("Elias", "Roy")),
        candidacy=f.submitted(elias, offer),
    )
    client = login(cast.claire)
    page = inbox(client)
    assert tabs(page) == [
        ("En cours", 3),
        ("À prendre", 1),
        ("En instruction", 1),
        ("Prêtes", 1),
        ("À l'ordre du jour", 0),
        ("Attribuées, en attente", 0),
        ("Réponse attendue", 0),
        ("Bail à signer", 0),
        ("Terminées", 1),
    ]
    assert names(page) == ["Amina", "Bruno", "Dora"]
    assert names(inbox(client, etat="instruction")) == ["Bruno"]
    assert names(inbox(client, etat="pretes")) == ["Dora"]
    assert names(inbox(client, etat="terminees")) == ["Elias"]
    assert names(inbox(client, etat="nimporte", tri="quoi", offre="rien", page="x")) == [
        "Amina",
        "Bruno",
        "Dora",
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lefèvre", ["Zoé"]),
        ("LEFEVRE zoe", ["Zoé"]),
        ("Zoé Benali", []),
        ("…", []),
        ("07405", ["Amina", "Zoé"]),
    ],
)
def test_search_by_name_or_number(
    cast: SimpleNamespace,
    login: Login,
    amina: Candidacy,
    offer: Offer,
    typed: str,
    found: list[str],
) -> None:
    f.submitted(f.applicant("Zoé", "Lefèvre"), offer)
    assert names(inbox(login(cast.claire), q=typed)) == found


def test_search_by_a_number_with_spaces(
    cast: SimpleNamespace, login: Login, amina: Candidacy, offer: Offer
) -> None:
    f.submitted(cast.bruno, offer)
    spaced = staff_words.numero_in_groups(cast.amina.dossier.numero_unique)
    assert names(inbox(login(cast.claire), q=spaced)) == ["Amina"]


def test_one_home_at_a_time_and_order_by_seniority(
    cast: SimpleNamespace, login: Login, amina: Candidacy, offer: Offer
) -> None:
    f.submitted(cast.bruno, f.offer_of(cast.lac))
    older = f.applicant("Dora", "Petit")
    older.dossier.numero_unique = "0740117000009TESTS"
    older.dossier.numero_registered_on = date(2017, 1, 15)
    older.dossier.save()
    f.submitted(older, offer)
    page = inbox(login(cast.claire), offre=offer.public_id, tri="numero")
    assert names(page) == ["Dora", "Amina"]


def test_an_inbox_of_one_or_of_thirty_costs_the_same(
    cast: SimpleNamespace,
    login: Login,
    offer: Offer,
    amina: Candidacy,
    django_assert_num_queries: Any,
) -> None:
    client = login(cast.claire)
    with django_assert_num_queries(QUERIES["inbox"]):
        assert len(names(inbox(client))) == 1
    for n in range(30):
        f.submitted(f.applicant(f"Candidat{n}", "Roux"), offer)
    with django_assert_num_queries(QUERIES["inbox"]):
        assert len(names(inbox(client))) == 25
    assert len(names(inbox(client, page=2))) == 6


QUERIES = {"inbox": 8, "offer": 10, "offers": 8, "home": 13}


def test_offers_and_their_candidates_cost_the_same_at_one_and_thirty(
    cast: SimpleNamespace,
    login: Login,
    offer: Offer,
    amina: Candidacy,
    django_assert_num_queries: Any,
) -> None:
    client = login(cast.claire)
    page = reverse("staff_offer", args=[offer.public_id])
    for _turn in range(2):
        with django_assert_num_queries(QUERIES["offer"]):
            client.get(page)
        with django_assert_num_queries(QUERIES["offers"]):
            client.get(reverse("staff_offers"))
        with django_assert_num_queries(QUERIES["home"]):
            client.get(reverse("staff_home"))
        for n in range(30):
            f.submitted(f.applicant(f"Candidat{n}", "Roux"), offer)
        for _n in range(29 if _turn == 0 else 0):
            f.offer_of(cast.lac)


# --- one dossier ---------------------------------------------------------------------------


def test_from_the_inbox_to_ready_by_the_pages(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    client = login(cast.claire)
    answer = client.post(at("staff_take", amina), {"version": 0})
    assert answer["Location"] == at("staff_candidacy", amina) + "?file=a-prendre"
    amina.refresh_from_db()
    assert (amina.state, amina.taken_by) == ("instruction", cast.claire)

    points = PointCheck.Point.values
    for point, following in zip(
        points, [f"#point-{p}" for p in points[1:]] + ["#actions"], strict=True
    ):
        answer = post_point(client, amina, point=point)
        assert answer["Location"] == at("staff_candidacy", amina) + following
    answer = client.post(at("staff_ready", amina), {"version": amina.version})
    assert answer["Location"] == at("staff_candidacy", amina) + "?file=instruction"
    amina.refresh_from_db()
    assert (amina.state, amina.ready_by) == ("instruction", cast.claire)


def test_ready_says_what_is_left_before_and_when_forced(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    taken = f.in_instruction(amina, cast.as_claire)
    client = login(cast.claire)
    post_point(client, taken)
    left = (
        "Il reste à vérifier : Composition du foyer, Revenu fiscal de référence, "
        "Employeur et situation professionnelle, Numéro unique."
    )
    assert said(client.get(at("staff_candidacy", taken))).count(left) == 1
    answer = client.post(at("staff_ready", taken), {"version": taken.version})
    assert (answer.status_code, said(answer).count(left)) == (422, 2)


def test_a_refused_point_needs_its_reason_and_shows_it(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    taken = f.in_instruction(amina, cast.as_claire)
    client = login(cast.claire)
    answer = post_point(client, taken, point="employer", outcome="refused", reason="  ")
    assert answer.status_code == 422
    assert said(answer).count("Dites pourquoi ce point est refusé.") == 2
    assert '<a href="#employer_reason">' in said(answer)
    assert not PointCheck.objects.exists()

    post_point(client, taken, point="employer", outcome="refused", reason="Contrat terminé.")
    check = PointCheck.objects.get()
    assert (check.point, check.outcome, check.reason, check.by) == (
        "employer",
        "refused",
        "Contrat terminé.",
        cast.claire,
    )
    assert "<strong>Contrat terminé.</strong>" in said(client.get(at("staff_candidacy", taken)))
    assert post_point(client, taken, point="salaire").status_code == 404


def test_a_verified_point_keeps_no_reason_typed_before(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    taken = f.in_instruction(amina, cast.as_claire)
    post_point(login(cast.claire), taken, reason="Brouillon")
    assert PointCheck.objects.get().reason == ""


def test_two_agents_on_one_candidacy_the_second_is_told_who_was_faster(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    f.in_instruction(amina, cast.as_chloe)
    answer = login(cast.claire).post(at("staff_take", amina), {"version": 0})
    assert answer.status_code == 409
    assert "Quelqu&#39;un a été plus rapide" in said(answer)
    assert "Chloé Durand, le" in said(answer)
    assert ": Prise en instruction." in said(answer)


def test_two_agents_on_one_point_do_not_undo_each_other(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    taken = f.in_instruction(amina, cast.as_claire)
    services.conclude_point(
        actor=cast.as_chloe,
        candidacy=taken,
        point="identity",
        outcome="refused",
        reason="Carte expirée.",
        expected_version=taken.version,
    )
    client = login(cast.claire)
    answer = post_point(client, taken)
    assert answer.status_code == 409
    assert PointCheck.objects.get().outcome == "refused"
    # Having read it, Claire may replace it; who read the old one may not mark it ready.
    assert post_point(client, taken, seen="refused").status_code == 302
    assert PointCheck.objects.get().outcome == "verified"
    assert client.post(at("staff_ready", taken), {"version": taken.version}).status_code == 409


def test_a_double_click_does_it_once_and_leads_to_the_same_page(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    client = login(cast.claire)
    page = said(client.get(at("staff_candidacy", amina)))
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    typed = {"version": 0, "form_token": token}
    first = client.post(at("staff_take", amina), typed)
    second = client.post(at("staff_take", amina), typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]


def test_the_next_dossier_is_the_next_of_the_same_queue(
    cast: SimpleNamespace, login: Login, amina: Candidacy, offer: Offer
) -> None:
    bruno = f.submitted(cast.bruno, offer)
    f.in_instruction(f.submitted(f.applicant("Dora", "Petit"), offer), cast.as_claire)
    f.submitted(f.applicant("Zoé", "Roux"), f.offer_of(cast.oc))
    client = login(cast.claire)
    following = f'<a class="button button--secondary" href="{at("staff_candidacy", bruno)}">'
    assert following in said(client.get(at("staff_candidacy", amina)))
    answer = client.post(at("staff_take", amina), {"version": 0}, follow=True)
    assert following in said(answer)
    assert at("staff_candidacy", amina) not in said(
        client.get(at("staff_candidacy", bruno))
    ).replace("prendre/", "")


def test_setting_aside_writes_the_reason_and_closes_the_dossier(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    client = login(cast.claire)
    empty = client.post(at("staff_set_aside", amina), {"version": 0, "reason": " "})
    assert empty.status_code == 422
    assert said(empty).count("Écrivez le motif de cette décision.") == 2
    answer = client.post(
        at("staff_set_aside", amina), {"version": 0, "reason": "Logement trop grand."}, follow=True
    )
    amina.refresh_from_db()
    assert amina.state == "not_selected"
    page = said(answer)
    assert "Le dossier n&#39;est plus ouvert à votre organisation" in page
    assert (page.count("Boulangerie du Port"), page.count("0600000000")) == (0, 0)


def test_a_late_reason_is_kept_and_not_written(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    now = f.in_instruction(amina, cast.as_chloe)
    answer = login(cast.claire).post(
        at("staff_set_aside", amina), {"version": 0, "reason": "Logement trop grand."}
    )
    assert answer.status_code == 409
    assert "Logement trop grand.</textarea>" in said(answer)
    assert f'name="version" value="{now.version}"' in said(answer)
    now.refresh_from_db()
    assert now.state == "instruction"


def test_a_home_without_commission_is_chosen_then_signed(
    cast: SimpleNamespace, login: Login
) -> None:
    direct = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacy = f.ready(f.submitted(cast.amina, direct), cast.as_claire)
    client = login(cast.claire)
    page = said(client.get(reverse("staff_offer", args=[direct.public_id])))
    assert f'<a href="{at("staff_choose", candidacy)}">Retenir' in page
    answer = client.post(
        at("staff_choose", candidacy),
        {"version": candidacy.version, "reason": "Demande la plus ancienne."},
    )
    assert answer["Location"] == at("staff_candidacy", candidacy) + "?file=pretes"
    candidacy.refresh_from_db()
    assert candidacy.state == "proposal"
    assert client.get(at("staff_candidacy", candidacy)).status_code == 200
    accepted = services.accept_proposal(actor=cast.as_amina, candidacy=candidacy)
    assert client.get(at("staff_lease", accepted)).status_code == 200
    client.post(at("staff_lease", accepted), {"version": accepted.version})
    accepted.refresh_from_db()
    assert accepted.state == "lease_signed"


def test_a_social_home_cannot_be_chosen_without_a_commission(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    ready = f.ready(amina, cast.as_claire)
    answer = login(cast.claire).post(
        at("staff_choose", ready), {"version": ready.version, "reason": "Urgent."}
    )
    assert answer.status_code == 422
    assert "Ce logement social est attribué par une commission." in said(answer)
    ready.refresh_from_db()
    assert ready.state == "instruction"


def test_what_changed_since_is_shown_while_the_dossier_is_open(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    dossier = cast.amina.dossier
    dossier.employer_name = "Mairie d'Annecy"
    dossier.save()
    page = said(login(cast.claire).get(at("staff_candidacy", amina)))
    assert "<del>Boulangerie du Port</del> <ins>Mairie d&#39;Annecy</ins>" in page
    services.withdraw(actor=cast.as_amina, candidacy=amina)
    page = said(login(cast.claire).get(at("staff_candidacy", amina)))
    assert (page.count("Annecy"), page.count("Boulangerie")) == (0, 0)


def test_a_piece_awaited_is_noted_as_given_and_only_then(
    cast: SimpleNamespace, login: Login, amina: Candidacy
) -> None:
    client = login(cast.claire)
    answer = client.post(at("staff_meet_condition", amina), {"version": 0})
    assert answer.status_code == 422
    assert "Aucune pièce n&#39;est attendue pour cette candidature." in said(answer)


# --- the frozen dossier, in staff's words --------------------------------------------------


def test_a_frozen_dossier_gives_the_same_facts_as_the_living_one(cast: SimpleNamespace) -> None:
    dossier, today = cast.amina.dossier, clock.today()
    HouseholdMember.objects.create(
        dossier=dossier,
        first_name="Karim",
        link="spouse",
        birth_date=today.replace(day=1, year=1990),
    )
    HouseholdMember.objects.create(
        dossier=dossier,
        first_name="Lina",
        link="child",
        birth_date=today.replace(day=1, year=2015),
        dependant=True,
        custody="alternating",
    )
    HouseholdMember.objects.create(dossier=dossier, first_name="Bébé", link="child", expected=True)
    dossier.employment_contract = "seasonal"
    told = snapshot(dossier, today)
    frozen = staff_words.facts_of_snapshot(told, today)
    assert frozen == household_facts(dossier, today)
    assert (frozen.persons, frozen.dependants, frozen.couple) == (3, 1, True)
    assert frozen.expected == 1
    assert frozen.employment == Employment("private", 40, "seasonal")
    # A copy made before the contract was asked.
    del told["employment_contract"], told["contract_label"]
    older = staff_words.facts_of_snapshot(told, today)
    assert older.employment == Employment("private", 40)


def test_a_contract_told_since_is_a_change_that_staff_read(cast: SimpleNamespace) -> None:
    dossier, today = cast.amina.dossier, clock.today()
    before = snapshot(dossier, today)
    del before["employment_contract"], before["contract_label"]
    assert staff_words.changes(before, snapshot(dossier, today), today) == []
    dossier.employment_contract = "seasonal"
    told = staff_words.changes(before, snapshot(dossier, today), today)
    assert [(each.label.split()[-1], each.before, each.after) for each in told] == [
        ("Contrat", "", "Saisonnier")
    ]


def test_twenty_percent_over_the_plus_ceiling_is_not_a_refusal(
    cast: SimpleNamespace, login: Login, offer: Offer
) -> None:
    # 23 403 € is the ceiling of one person there in 2026; 25 600 € is 110 % of it.
    f.submitted(f.applicant("Dora", "Petit", rfr=25_600), offer)
    page = said(login(cast.claire).get(reverse("staff_offer", args=[offer.public_id])))
    assert ("Dérogation possible" in page, "Ne remplit pas" in page) == (True, False)


def test_a_condition_of_a_residence_is_said_to_staff(cast: SimpleNamespace, login: Login) -> None:
    wanted = {"min_age": 18, "max_age": 40, "statuses": ["student"], "max_stay_months": 12}
    offer = f.offer_of(cast.lac, programme="students", employees_only=True, **wanted)
    dora = f.applicant("Dora", "Petit")
    Dossier.objects.filter(applicant=dora).update(employment_sector="student")
    karim = HouseholdMember.objects.create(
        dossier=dora.dossier, first_name="Karim", link="spouse", birth_date=date(1987, 1, 2)
    )
    TaxIncome.objects.create(
        dossier=dora.dossier, member=karim, year=clock.today().year - 2, rfr_eur=0
    )
    candidacy = f.submitted(dora, offer)
    page = said(login(cast.claire).get(at("staff_candidacy", candidacy)))
    assert [
        sentence in html.unescape(page)
        for sentence in (
            "Le titulaire a l'âge que ce logement demande.",
            "La situation déclarée ne suffit pas à dire si ce logement l'accepte : à vérifier.",
            "reste à vérifier celui de l'autre membre du couple.",
            "La durée du séjour est limitée.",
            "Ne remplit pas",
        )
    ] == [True, True, True, True, False]


def test_every_reason_and_every_event_has_its_words() -> None:
    sources = "".join(file.read_text() for file in Path(rules.__path__[0]).glob("*.py"))
    codes = set(re.findall(r'(?:Reason|_reason|_unknown)\(\s*"([a-z_]+)"', sources))
    assert {"age_refused", "employment_sector", "household_unclear"} <= codes
    codes |= {"plus_over_100", "within_ceiling", "over_ceiling"}
    codes |= {"employment_jobseeker", "employment_retired", "employment_of_the_couple"}
    assert codes - set(staff_words.REASONS) == set()
    assert set(TRANSITIONS) - set(staff_words.EVENTS) == set()
