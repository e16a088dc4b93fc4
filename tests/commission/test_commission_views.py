"""The commission's pages: preparing, comparing, deciding, closing; who reads what, until when."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.queries import dossiers_visible_to
from alin.kit import clock
from applications import services as applications
from applications.models import Candidacy
from commission import services
from commission.models import AgendaCandidate, AgendaItem, Commission, CommissionMember, Session
from listings.models import Offer
from tests import factories as f

pytestmark = pytest.mark.django_db
Login = Callable[[object], Client]
QUERIES = {"home": 8, "session": 11, "session of staff": 12, "prepare": 12}


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(name: str, thing: Any) -> str:
    return reverse(name, args=[thing.public_id])


@pytest.fixture
def offer(cast: SimpleNamespace) -> Offer:
    return f.offer_of(cast.lac)


@pytest.fixture
def three(cast: SimpleNamespace, offer: Offer) -> list[Candidacy]:
    """Amina, Bruno and Dora, ready for the home."""
    dora = f.applicant("Dora", "Petit")
    return [
        f.ready(f.submitted(user, offer), cast.as_claire) for user in (cast.amina, cast.bruno, dora)
    ]


@pytest.fixture
def sitting(cast: SimpleNamespace) -> Session:
    return f.session_of(cast.commission)


@pytest.fixture
def entries(
    cast: SimpleNamespace, sitting: Session, offer: Offer, three: list[Candidacy]
) -> list[AgendaCandidate]:
    """The three candidates on the agenda."""
    item = services.put_on_agenda(
        actor=cast.as_claire, session=sitting, offer=offer, candidacies=three
    )
    return list(item.candidates.order_by("pk"))


def decide(client: Client, entry: AgendaCandidate, **typed: Any) -> Any:
    return client.post(page("decide", entry), {"version": entry.version} | typed)


def rank_all(cast: SimpleNamespace, entries: list[AgendaCandidate]) -> None:
    for rank, entry in enumerate(entries, start=1):
        services.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution_rang",
            rank=rank,
            expected_version=entry.version,
        )


def consultative(cast: SimpleNamespace) -> Any:
    ines = f.person("Inès")
    CommissionMember.objects.create(
        commission=cast.commission,
        user=ines,
        capacity="consultative",
        since=clock.now() - timedelta(days=1),
    )
    return ines


# --- who may come in -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("estelle", 200),
        ("hugo", 200),
        ("claire", 200),
        ("david", 200),
        ("amina", 403),
        ("gaelle", 403),
        ("farid", 403),
    ],
)
def test_the_list_of_sessions_is_for_members_and_preparers(
    cast: SimpleNamespace, login: Login, sitting: Session, who: str, status: int
) -> None:
    answer = login(getattr(cast, who)).get(reverse("commission_home"))
    assert answer.status_code == status
    expected = {"estelle": True, "hugo": True, "claire": True}.get(who, False)
    assert (page("session", sitting) in said(answer)) == expected


@pytest.mark.parametrize("who", ["david", "amina", "gaelle", "farid"])
def test_a_session_does_not_exist_for_others(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    entries: list[AgendaCandidate],
    offer: Offer,
    who: str,
) -> None:
    client = login(getattr(cast, who))
    answers = [
        client.get(page("session", sitting)),
        client.get(page("session_close", sitting)),
        client.post(page("session_close", sitting), {"version": 3}),
        client.get(page("decide", entries[0])),
        decide(client, entries[0], decision="attribution"),
        client.get(page("prepare", offer)),
        client.post(page("prepare", offer), {"session": sitting.public_id}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert not AgendaCandidate.objects.exclude(decision="").exists()


@pytest.mark.parametrize(("who", "status"), [("claire", 200), ("estelle", 403), ("amina", 403)])
def test_only_the_landlord_convenes(
    cast: SimpleNamespace, login: Login, who: str, status: int
) -> None:
    assert login(getattr(cast, who)).get(reverse("session_create")).status_code == status


def test_the_landlord_reads_the_session_but_does_not_decide(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.claire)
    answer = said(client.get(page("session", sitting)))
    link = f'href="{page("decide", entries[0])}"'
    assert ("Amina Benali" in answer, link in answer) == (True, False)
    assert decide(client, entries[0], decision="attribution").status_code == 404
    assert client.get(page("session_close", sitting)).status_code == 403


def test_a_consultative_member_reads_and_does_not_decide(
    cast: SimpleNamespace, login: Login, sitting: Session, offer: Offer, three: list[Candidacy]
) -> None:
    ines = consultative(cast)
    item = services.put_on_agenda(
        actor=cast.as_claire, session=sitting, offer=offer, candidacies=three
    )
    entry = item.candidates.order_by("pk")[0]
    client = login(ines)
    answer = said(client.get(page("decide", entry)))
    assert ("Boulangerie du Port" in answer, 'name="decision"' in answer) == (True, False)
    # A commission has no use for how to reach the person.
    assert ("0600000000" in answer, cast.amina.email in answer) == (False, False)
    assert decide(client, entry, decision="attribution").status_code == 403
    assert client.get(page("session_close", sitting)).status_code == 403
    entry.refresh_from_db()
    assert entry.decision == ""


# --- preparing -----------------------------------------------------------------------------


def test_a_session_is_created_and_its_date_must_come(cast: SimpleNamespace, login: Login) -> None:
    client = login(cast.claire)
    day = clock.today() + timedelta(days=12)
    typed = {
        "commission": cast.commission.public_id,
        "day": day.isoformat(),
        "hour": "14:30",
        "place": "Salle du conseil",
    }
    answer = client.post(reverse("session_create"), typed | {"day": "2020-01-15"})
    assert answer.status_code == 422
    assert said(answer).count("Cette date est déjà passée.") == 2
    assert 'value="2020-01-15"' in said(answer)
    assert client.post(reverse("session_create"), {}).status_code == 422

    answer = client.post(reverse("session_create"), typed | {"day": f"{day:%d/%m/%Y}"})
    made = Session.objects.get()
    assert answer["Location"] == page("session", made)
    local = made.scheduled_at.astimezone(clock.PARIS)
    assert (local.date(), local.hour, local.minute) == (day, 14, 30)


def test_another_landlord_s_commission_cannot_be_convened(
    cast: SimpleNamespace, login: Login
) -> None:
    typed = {
        "commission": cast.commission.public_id,
        "day": (clock.today() + timedelta(days=3)).isoformat(),
        "hour": "10:00",
        "place": "Ici",
    }
    Commission.objects.create(organisation=cast.oc, name="Commission d'Oc")
    assert login(cast.david).post(reverse("session_create"), typed).status_code == 422
    assert not Session.objects.exists()


def present(
    client: Client, offer: Offer, sitting: Session, chosen: list[Candidacy], **more: str
) -> Any:
    typed = {"session": sitting.public_id, "candidacies": [c.public_id for c in chosen]}
    return client.post(page("prepare", offer), typed | more)


def test_three_candidates_are_presented_and_told(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    three: list[Candidacy],
) -> None:
    answer = present(login(cast.claire), offer, sitting, three)
    assert answer["Location"] == page("session", sitting)
    assert [c.state for c in offer.candidacies.order_by("pk")] == ["commission"] * 3
    assert dossiers_visible_to(cast.as_hugo).count() == 3


def test_fewer_than_three_need_a_justified_exception(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    three: list[Candidacy],
) -> None:
    client = login(cast.claire)
    answer = present(client, offer, sitting, three[:2])
    assert answer.status_code == 422
    assert said(answer).count("La loi demande au moins trois candidats par logement (R441-3).") == 2
    assert said(answer).count(" checked>") == 3  # two candidates, and no exception
    answer = present(client, offer, sitting, three[:2], exception="too_few")
    assert answer.status_code == 422
    assert said(answer).count("Dites pourquoi il y a moins de trois candidats.") == 2
    assert not AgendaItem.objects.exists()
    answer = present(
        client, offer, sitting, three[:2], exception="too_few", exception_note="Deux demandes."
    )
    assert answer.status_code == 302
    item = AgendaItem.objects.get()
    assert (item.exception, item.exception_note, item.candidates.count()) == (
        "too_few",
        "Deux demandes.",
        2,
    )


def test_a_candidate_gone_meanwhile_stops_the_whole(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    three: list[Candidacy],
) -> None:
    applications.withdraw(actor=cast.as_amina, candidacy=three[0])
    answer = present(login(cast.claire), offer, sitting, three)
    assert answer.status_code == 422
    assert said(answer).count("Un des candidats choisis n&#39;est plus prêt") == 2
    assert not AgendaItem.objects.exists()


def test_who_is_not_ready_or_applied_elsewhere_is_not_offered(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    three: list[Candidacy],
) -> None:
    f.in_instruction(f.submitted(f.applicant("Elias", "Roy"), offer), cast.as_claire)
    f.ready(f.submitted(f.applicant("Fatou", "Sy"), f.offer_of(cast.lac)), cast.as_claire)
    answer = said(login(cast.claire).get(page("prepare", offer)))
    assert re.findall(r'<label for="id_candidacies_\d">(\w+) ', answer) == [
        "Amina",
        "Bruno",
        "Dora",
    ]


def test_a_home_without_commission_has_no_such_page(cast: SimpleNamespace, login: Login) -> None:
    direct = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    assert login(cast.claire).get(page("prepare", direct)).status_code == 404


# --- deciding ------------------------------------------------------------------------------


def test_each_decision_leads_to_the_next_candidate_then_to_the_session(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.estelle)
    answer = decide(client, entries[0], decision="attribution_rang", rank=1)
    assert answer["Location"] == page("decide", entries[1])
    answer = decide(
        client,
        entries[1],
        decision="attribution_condition_suspensive",
        rank=2,
        condition_piece="Avis d'imposition 2025",
        condition_due_on=(clock.today() + timedelta(days=20)).isoformat(),
        motives=["typology"],
    )
    assert answer["Location"] == page("decide", entries[2])
    answer = decide(
        client,
        entries[2],
        decision="non_attribution",
        motives=["typology", "effort"],
        motive_text="Le loyer pèserait trop.",
        rank=3,
    )
    assert answer["Location"] == page("session", sitting)
    recorded = AgendaCandidate.objects.order_by("pk").values_list(
        "decision", "rank", "motives", "condition_piece", "decided_by__first_name"
    )
    assert list(recorded) == [
        ("attribution_rang", 1, [], "", "Estelle"),
        ("attribution_condition_suspensive", 2, [], "Avis d'imposition 2025", "Estelle"),
        ("non_attribution", None, ["typology", "effort"], "", "Estelle"),
    ]
    assert [c.state for c in Candidacy.objects.order_by("pk")] == ["commission"] * 3


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "id_decision_0", "Choisissez la décision."),
        ({"decision": "attribution_rang"}, "id_rank", "Indiquez le rang de ce candidat."),
        (
            {"decision": "attribution_condition_suspensive", "rank": 1, "condition_piece": "Avis"},
            "id_condition_due_on",
            "Donnez la date limite pour fournir la pièce.",
        ),
        (
            {
                "decision": "attribution_condition_suspensive",
                "rank": 1,
                "condition_piece": "Trois relevés de compte",
                "condition_due_on": "31/12/2099",
            },
            "id_condition_piece",
            "La loi interdit de demander un relevé bancaire",
        ),
        (
            {"decision": "non_attribution"},
            "id_motives_0",
            "Choisissez au moins un motif : il est écrit au candidat (L441-2-2).",
        ),
        (
            {"decision": "irrecevabilite", "motives": ["effort"]},
            "id_motives_0",
            "L&#39;irrecevabilité n&#39;a que deux motifs",
        ),
    ],
)
def test_what_a_decision_lacks_is_said_next_to_its_field(
    cast: SimpleNamespace,
    login: Login,
    entries: list[AgendaCandidate],
    typed: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    answer = decide(login(cast.estelle), entries[0], motive_text="Gardez ceci.", **typed)
    assert answer.status_code == 422
    assert said(answer).count(sentence) == 2
    assert f'<a href="#{field}">{sentence}' in said(answer)
    assert "Gardez ceci.</textarea>" in said(answer)
    entries[0].refresh_from_db()
    assert (entries[0].decision, entries[0].version) == ("", 0)


def test_a_rank_given_twice_is_said_before_closing(
    cast: SimpleNamespace, login: Login, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.estelle)
    decide(client, entries[0], decision="attribution_rang", rank=1)
    decide(client, entries[1], decision="attribution_rang", rank=1)
    decide(client, entries[2], decision="attribution_rang", rank=2)
    page = said(client.get(f"/commission/seances/{entries[0].item.session.public_id}/"))
    assert "Les rangs d'un même logement doivent se suivre à partir de 1." in unescape(page)


def test_two_members_at_once_the_second_reads_the_first_s_decision(
    cast: SimpleNamespace, login: Login, entries: list[AgendaCandidate]
) -> None:
    services.record_decision(
        actor=cast.as_estelle,
        entry=entries[0],
        decision="attribution",
        expected_version=0,
    )
    client = login(cast.hugo)
    typed = {"decision": "non_attribution", "motives": ["effort"]}
    answer = decide(client, entries[0], **typed)
    assert answer.status_code == 409
    assert "par Estelle Durand. Relisez-la." in said(answer)
    assert 'name="version" value="1"' in said(answer)
    assert re.findall(r'value="(\w+)"[^>]* checked', said(answer)) == ["non_attribution", "effort"]
    entries[0].refresh_from_db()
    assert entries[0].decision == "attribution"
    assert decide(client, entries[0], **typed).status_code == 302


# --- closing -------------------------------------------------------------------------------


def version_shown(response: Any) -> str:
    return re.search(r'name="version" value="(\d+)"', said(response))[1]


def test_closing_notifies_and_turns_the_session_into_a_record(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.estelle)
    undecided = said(client.get(page("session_close", sitting)))
    assert "3 candidats sans décision." in undecided
    assert "Clore la séance et notifier" not in undecided
    rank_all(cast, entries)
    confirm = client.get(page("session_close", sitting))
    assert said(confirm).count("Le logement lui est proposé, avec dix jours pour répondre.") == 1
    answer = client.post(page("session_close", sitting), {"version": version_shown(confirm)})
    assert answer["Location"] == page("session", sitting)
    assert [c.state for c in Candidacy.objects.order_by("pk")] == [
        "proposal",
        "awarded_waiting",
        "awarded_waiting",
    ]
    record = said(client.get(page("session", sitting)))
    assert "Relevé des décisions du" in record
    assert record.count("Attribution par rang") == 3
    assert ("Boulangerie du Port" in record, "21\u202f000" in record) == (False, False)
    dossier = said(client.get(page("decide", entries[0])))
    assert ("Boulangerie du Port" in dossier, 'name="decision"' in dossier) == (False, False)
    assert client.get(page("session_close", sitting)).status_code == 302


def test_a_decision_that_changed_after_the_confirmation_was_read_is_not_notified(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    rank_all(cast, entries)
    client = login(cast.estelle)
    shown = version_shown(client.get(page("session_close", sitting)))
    entries[2].refresh_from_db()
    services.record_decision(
        actor=cast.as_hugo,
        entry=entries[2],
        decision="non_attribution",
        motives=["effort"],
        expected_version=1,
    )
    answer = client.post(page("session_close", sitting), {"version": shown})
    assert answer.status_code == 409
    assert "Une décision a changé depuis que vous avez ouvert cette page." in said(answer)
    sitting.refresh_from_db()
    assert sitting.closed_at is None
    answer = client.post(page("session_close", sitting), {"version": version_shown(answer)})
    assert answer.status_code == 302


def test_nothing_is_decided_after_closing(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    rank_all(cast, entries)
    services.close_session(actor=cast.as_estelle, session=sitting)
    answer = login(cast.hugo).post(
        page("decide", entries[0]), {"version": 1, "decision": "attribution"}
    )
    assert answer.status_code == 409
    assert "La séance est close : ses décisions ne changent plus." in said(answer)


def test_who_withdrew_is_shown_without_dossier_and_awaits_no_decision(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    before = set(dossiers_visible_to(cast.as_hugo).values_list("applicant__first_name", flat=True))
    applications.withdraw(actor=cast.as_amina, candidacy=entries[0].candidacy)
    after = set(dossiers_visible_to(cast.as_hugo).values_list("applicant__first_name", flat=True))
    assert (before, after) == ({"Amina", "Bruno", "Dora"}, {"Bruno", "Dora"})
    assert not dossiers_visible_to(cast.as_claire).filter(applicant=cast.amina).exists()
    client = login(cast.hugo)
    answer = said(client.get(page("session", sitting)))
    assert answer.count("Dossier fermé.") == 1
    dossier = said(client.get(page("decide", entries[0])))
    assert ("Boulangerie du Port" in dossier, 'name="decision"' in dossier) == (False, False)


# --- cost ----------------------------------------------------------------------------------


def test_pages_cost_the_same_at_one_and_many(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    entries: list[AgendaCandidate],
    django_assert_num_queries: Any,
) -> None:
    more = f.offer_of(cast.lac)
    f.ready(f.submitted(f.applicant("Zoé", "Roux"), more), cast.as_claire)
    for turn in range(2):
        client = login(cast.claire)
        with django_assert_num_queries(QUERIES["prepare"]):
            client.get(page("prepare", more))
        with django_assert_num_queries(QUERIES["session of staff"]):
            client.get(page("session", sitting))
        client = login(cast.estelle)
        with django_assert_num_queries(QUERIES["home"]):
            client.get(reverse("commission_home"))
        with django_assert_num_queries(QUERIES["session"]):
            client.get(page("session", sitting))
        for n in range(6 if turn == 0 else 0):
            other = f.offer_of(cast.lac)
            user = f.applicant(f"Candidat{n}", "Roux")
            services.put_on_agenda(
                actor=cast.as_claire,
                session=sitting,
                offer=other,
                candidacies=[f.ready(f.submitted(user, other), cast.as_claire)],
                exception="too_few",
                exception_note="Une seule demande.",
            )
            f.session_of(cast.commission, in_days=n + 4)
            f.ready(f.submitted(f.applicant(f"Autre{n}", "Roux"), more), cast.as_claire)
