"""The landlord keeps its commission; members come and go; candidates leave and join an agenda."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.queries import dossiers_visible_to
from accounts.services import InvitationRefused
from alin.kit import clock
from alin.kit.actor import Actor
from alin.kit.models import JournalEntry
from applications import services as applications
from applications.models import Candidacy
from commission import services
from commission.models import (
    AgendaCandidate,
    AgendaItem,
    Commission,
    CommissionMember,
    SeatInvitation,
    Session,
)
from listings.models import Offer
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db
Login = Callable[[object], Client]
QUERIES = {"commissions": 7, "commission": 8, "remove": 7}


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(name: str, thing: Any) -> str:
    return reverse(name, args=[thing.public_id])


def seen_by(actor: Actor) -> set[str]:
    return set(dossiers_visible_to(actor).values_list("applicant__first_name", flat=True))


def events(chain: str) -> list[str]:
    return list(
        JournalEntry.objects.filter(chain=chain)
        .order_by("sequence")
        .values_list("event", flat=True)
    )


@pytest.fixture
def offer(cast: SimpleNamespace) -> Offer:
    return f.offer_of(cast.lac)


@pytest.fixture
def four(cast: SimpleNamespace, offer: Offer) -> list[Candidacy]:
    """Amina, Bruno, Dora and Elias, ready for the home."""
    people = [cast.amina, cast.bruno, f.applicant("Dora", "Petit"), f.applicant("Elias", "Roy")]
    return [f.ready(f.submitted(user, offer), cast.as_claire) for user in people]


@pytest.fixture
def sitting(cast: SimpleNamespace) -> Session:
    return f.session_of(cast.commission)


@pytest.fixture
def entries(
    cast: SimpleNamespace, sitting: Session, offer: Offer, four: list[Candidacy]
) -> list[AgendaCandidate]:
    """Amina, Bruno and Dora on the agenda; Elias waits."""
    item = services.put_on_agenda(
        actor=cast.as_claire, session=sitting, offer=offer, candidacies=four[:3]
    )
    return list(item.candidates.order_by("pk"))


@pytest.fixture
def invited(cast: SimpleNamespace) -> str:
    """The address of the page that an invitation sent to nora@example.test opens."""
    services.name_member(
        actor=cast.as_chloe,
        commission=cast.commission,
        email="Nora@example.test",
        capacity="mayor",
    )
    body = OutboxMessage.objects.get(to_address="nora@example.test").body_text
    return re.search(r"/commission/invitation/[\w-]+/", body)[0]


# --- who keeps ------------------------------------------------------------------------------


def addresses(cast: SimpleNamespace, invitation: SeatInvitation) -> list[tuple[str, str]]:
    seat = CommissionMember.objects.get(user=cast.hugo)
    return [
        ("get", reverse("commissions")),
        ("get", reverse("commission_create")),
        ("get", page("commission_manage", cast.commission)),
        ("get", page("commission_edit", cast.commission)),
        ("post", page("commission_edit", cast.commission)),
        ("get", page("seat_invite", cast.commission)),
        ("post", page("seat_invite", cast.commission)),
        ("get", page("seat_end", seat)),
        ("post", page("seat_end", seat)),
        ("post", page("seat_invitation_revoke", invitation)),
    ]


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("claire", [403] * 10),
        ("david", [403] * 2 + [404] * 8),
        ("estelle", [403] * 2 + [404] * 8),
        ("amina", [403] * 2 + [404] * 8),
        ("farid", [403] * 2 + [404] * 8),
        ("gaelle", [403] * 2 + [404] * 8),
        ("chloe", [200] * 4 + [422, 200, 422, 200, 302, 302]),
    ],
)
def test_only_the_landlord_s_manager_keeps_its_commission(
    cast: SimpleNamespace, login: Login, invited: str, who: str, statuses: list[int]
) -> None:
    client = login(getattr(cast, who))
    asked = addresses(cast, SeatInvitation.objects.get())
    answers = [getattr(client, method)(path) for method, path in asked]
    assert [answer.status_code for answer in answers] == statuses
    if who == "claire":
        assert "Seuls les responsables du bailleur créent ses commissions" in said(answers[0])
    if who != "chloe":
        assert CommissionMember.objects.filter(until=None).count() == 2
        assert SeatInvitation.objects.get().revoked_at is None
        assert not any("Hugo" in said(answer) for answer in answers)


def test_another_landlord_s_manager_sees_nothing_of_it(
    cast: SimpleNamespace, login: Login, invited: str
) -> None:
    odile = f.member("Odile", cast.oc, "manager")
    client = login(odile)
    asked = addresses(cast, SeatInvitation.objects.get())[2:]
    assert [getattr(client, method)(path).status_code for method, path in asked] == [404] * 8
    answer = said(client.get(reverse("commissions")))
    assert (cast.commission.name in answer, "Créer une commission" in answer) == (False, True)


def test_the_back_office_leads_to_the_commissions(cast: SimpleNamespace, login: Login) -> None:
    answers = {
        who: said(login(getattr(cast, who)).get(reverse("commission_home")))
        for who in ("claire", "chloe", "estelle")
    }
    link = f'href="{reverse("commissions")}"'
    assert {who: link in answer for who, answer in answers.items()} == {
        "claire": False,
        "chloe": True,
        "estelle": False,
    }


# --- the commission -------------------------------------------------------------------------


def test_a_commission_is_created_once_with_its_quorum(cast: SimpleNamespace, login: Login) -> None:
    client = login(cast.chloe)
    typed = {"name": " Bassin annécien ", "quorum": "4"}
    answer = client.post(reverse("commission_create"), typed)
    made = Commission.objects.get(name="Bassin annécien")
    assert answer["Location"] == page("commission_manage", made)
    assert (made.organisation, made.quorum) == (cast.lac, 4)
    assert events(f"commission:{made.public_id}") == ["commission_created"]
    answer = client.post(reverse("commission_create"), typed | {"name": "bassin ANNÉCIEN"})
    assert answer.status_code == 422
    assert '<a href="#id_name">Une de vos commissions porte déjà ce nom.' in said(answer)
    answer = client.post(reverse("commission_create"), {"name": "Autre", "quorum": "0"})
    assert (answer.status_code, 'href="#id_quorum"' in said(answer)) == (422, True)
    # The name of another landlord's commission is free.
    odile = f.member("Odile", cast.oc, "manager")
    assert login(odile).post(reverse("commission_create"), typed).status_code == 302


def test_the_quorum_changes_with_the_regulations(cast: SimpleNamespace, login: Login) -> None:
    client = login(cast.chloe)
    assert 'value="3"' in said(client.get(page("commission_edit", cast.commission)))
    client.post(page("commission_edit", cast.commission), {"name": "CALEOL", "quorum": "2"})
    cast.commission.refresh_from_db()
    assert (cast.commission.name, cast.commission.quorum) == ("CALEOL", 2)
    line = JournalEntry.objects.get(chain=cast.commission.journal_chain)
    assert line.data["after"] == {"name": "CALEOL", "quorum": 2}


def test_too_few_voices_for_the_quorum_are_said(cast: SimpleNamespace, login: Login) -> None:
    client = login(cast.chloe)
    warning = "moins nombreux que le quorum"
    assert warning in said(client.get(page("commission_manage", cast.commission)))
    cast.commission.quorum = 2
    cast.commission.save()
    assert warning not in said(client.get(page("commission_manage", cast.commission)))


# --- naming ---------------------------------------------------------------------------------


def name(client: Client, cast: SimpleNamespace, email: str, capacity: str = "prefet") -> Any:
    typed = {"email": email, "capacity": capacity}
    return client.post(page("seat_invite", cast.commission), typed)


def test_somebody_with_an_account_sits_at_once_and_reads_the_open_agendas(
    cast: SimpleNamespace, login: Login, entries: list[AgendaCandidate], four: list[Candidacy]
) -> None:
    ines = f.person("Ines")
    applications.withdraw(actor=cast.as_amina, candidacy=entries[0].candidacy)
    # Another landlord's session must not open, nor one that is closed.
    theirs = f.commission_of(cast.oc, (cast.estelle, "president"))
    home = f.offer_of(cast.oc)
    fatou = f.ready(f.submitted(f.applicant("Fatou", "Sy"), home), cast.as_david)
    services.put_on_agenda(
        actor=cast.as_david,
        session=f.session_of(theirs),
        offer=home,
        candidacies=[fatou],
        exception="too_few",
        exception_note="Une seule demande.",
    )
    answer = name(login(cast.chloe), cast, ines.email.upper())
    assert answer["Location"] == page("commission_manage", cast.commission)
    seat = CommissionMember.objects.get(user=ines)
    assert (seat.capacity, seat.until) == ("prefet", None)
    assert seen_by(f.actor_for(ines)) == {"Bruno", "Dora"}
    assert Notice.objects.get(recipient=ines).path == reverse("commission_home")
    assert not SeatInvitation.objects.exists()
    assert events(cast.commission.journal_chain) == ["member_named"]


def test_nobody_sits_twice(cast: SimpleNamespace, login: Login) -> None:
    client = login(cast.chloe)
    answer = name(client, cast, "HUGO@example.test")
    assert answer.status_code == 422
    assert '<a href="#id_email">Cette personne siège déjà dans cette commission.' in said(answer)
    assert 'value="HUGO@example.test"' in said(answer)
    name(client, cast, "nora@example.test")
    answer = name(client, cast, "Nora@example.test")
    assert answer.status_code == 422
    assert "Cette adresse a déjà une invitation en attente." in said(answer)
    assert (CommissionMember.objects.count(), SeatInvitation.objects.count()) == (2, 1)


def test_an_invitation_leads_a_stranger_to_sign_up_then_to_sit(
    cast: SimpleNamespace, invited: str, entries: list[AgendaCandidate]
) -> None:
    visitor = Client()
    answer = visitor.get(invited)
    assert "Habitat du Lac vous invite à siéger" in said(answer)
    assert f"next={invited.replace('/', '%2F')}&amp;email=nora%40example.test" in said(answer)
    assert visitor.post(invited)["Location"].startswith("/compte/login/")

    other = Client()
    other.force_login(cast.bruno, backend="django.contrib.auth.backends.ModelBackend")
    assert "destinée à nora@example.test" in said(other.get(invited))
    assert other.post(invited).status_code == 422

    nora = f.person("Nora")
    mine = Client()
    mine.force_login(nora, backend="django.contrib.auth.backends.ModelBackend")
    assert mine.post(invited)["Location"] == reverse("commission_home")
    seat = CommissionMember.objects.get(user=nora)
    assert (seat.capacity, seen_by(f.actor_for(nora))) == ("mayor", {"Amina", "Bruno", "Dora"})
    assert (mine.get(invited).status_code, mine.post(invited).status_code) == (404, 422)
    assert CommissionMember.objects.filter(user=nora).count() == 1
    assert events(cast.commission.journal_chain) == ["member_invited", "member_named"]


def test_a_revoked_or_old_invitation_opens_nothing(
    cast: SimpleNamespace, login: Login, invited: str, travel: Any
) -> None:
    nora = f.person("Nora")
    secret = invited.split("/")[-2]
    invitation = SeatInvitation.objects.get()
    travel(invitation.expires_at + timedelta(seconds=1))
    assert login(nora).get(invited).status_code == 404
    with pytest.raises(InvitationRefused, match="a expiré"):
        services.accept_seat(actor=f.actor_for(nora), secret=secret)
    travel(invitation.created_at)
    client = login(cast.chloe)
    assert client.post(page("seat_invitation_revoke", invitation)).status_code == 302
    with pytest.raises(InvitationRefused, match="n'est plus valable"):
        services.accept_seat(actor=f.actor_for(nora), secret=secret)
    assert client.post(page("seat_invitation_revoke", invitation)).status_code == 404
    assert not CommissionMember.objects.filter(user=nora).exists()


def test_naming_somebody_who_signed_up_meanwhile_ends_the_invitation(
    cast: SimpleNamespace, invited: str
) -> None:
    f.person("Nora")
    services.name_member(
        actor=cast.as_chloe,
        commission=cast.commission,
        email="nora@example.test",
        capacity="mayor",
    )
    assert SeatInvitation.objects.get().revoked_at is not None
    assert Client().get(invited).status_code == 404


# --- ending ---------------------------------------------------------------------------------


def test_a_seat_that_ends_closes_sessions_and_dossiers_at_once(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    seat = CommissionMember.objects.get(user=cast.hugo)
    assert seen_by(cast.as_hugo) == {"Amina", "Bruno", "Dora"}
    client = login(cast.chloe)
    assert "Mettre fin au siège de Hugo Durand ?" in said(client.get(page("seat_end", seat)))
    assert client.post(page("seat_end", seat)).status_code == 302
    assert (seen_by(cast.as_hugo), len(seen_by(cast.as_estelle))) == (set(), 3)
    assert client.post(page("seat_end", seat)).status_code == 404
    client = login(cast.hugo)
    assert client.get(page("session", sitting)).status_code == 404
    assert client.get(page("decide", entries[0])).status_code == 404
    assert events(cast.commission.journal_chain) == ["seat_ended"]
    # The same person may be named again.
    services.name_member(
        actor=cast.as_chloe, commission=cast.commission, email=cast.hugo.email, capacity="member"
    )
    assert seen_by(cast.as_hugo) == {"Amina", "Bruno", "Dora"}


def test_one_who_sits_in_two_commissions_keeps_the_other(
    cast: SimpleNamespace, offer: Offer, four: list[Candidacy]
) -> None:
    second = Commission.objects.create(organisation=cast.lac, name="Seconde")
    since = clock.now() - timedelta(days=1)
    CommissionMember.objects.create(
        commission=second, user=cast.hugo, capacity="member", since=since
    )
    services.put_on_agenda(
        actor=cast.as_claire, session=f.session_of(second), offer=offer, candidacies=four[:3]
    )
    services.end_seat(
        actor=cast.as_chloe,
        seat=CommissionMember.objects.get(user=cast.hugo, commission=cast.commission),
    )
    assert seen_by(cast.as_hugo) == {"Amina", "Bruno", "Dora"}


# --- the agenda -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("claire", 200), ("chloe", 200), ("estelle", 403), ("david", 404), ("amina", 404)],
)
def test_only_the_landlord_takes_off_the_agenda(
    cast: SimpleNamespace, login: Login, entries: list[AgendaCandidate], who: str, status: int
) -> None:
    client = login(getattr(cast, who))
    assert client.get(page("agenda_remove", entries[0])).status_code == status
    refused = client.post(page("agenda_remove", entries[0]), {"reason": ""}).status_code
    assert refused == (422 if status == 200 else status)
    assert AgendaCandidate.objects.count() == 3


def add_elias(cast: SimpleNamespace, sitting: Session, offer: Offer, four: list[Candidacy]) -> None:
    services.put_on_agenda(actor=cast.as_claire, session=sitting, offer=offer, candidacies=four[3:])


def test_taken_off_a_candidate_is_ready_again_and_unseen_by_members(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    four: list[Candidacy],
    entries: list[AgendaCandidate],
) -> None:
    add_elias(cast, sitting, offer, four)
    answer = login(cast.claire).post(
        page("agenda_remove", entries[0]), {"reason": "Pièce périmée."}
    )
    assert answer["Location"] == page("session", sitting)
    amina = Candidacy.objects.get(applicant=cast.amina)
    assert (amina.state, amina.commission_at, amina.presented_snapshot) == (
        "instruction",
        None,
        None,
    )
    assert amina.ready_at is not None
    assert seen_by(cast.as_hugo) == {"Bruno", "Dora", "Elias"}
    assert "Amina" in seen_by(cast.as_claire)
    told = Notice.objects.filter(recipient=cast.amina).latest("pk")
    assert ("ne passe plus en commission" in told.title, "périmée" in told.body) == (True, False)
    line = JournalEntry.objects.filter(chain=f"session:{sitting.public_id}").latest("sequence")
    assert (line.event, line.reason) == ("candidate_off_agenda", "Pièce périmée.")
    # And may be presented again.
    services.put_on_agenda(actor=cast.as_claire, session=sitting, offer=offer, candidacies=[amina])
    assert len(seen_by(cast.as_hugo)) == 4


def test_fewer_than_three_who_stay_need_an_exception(
    cast: SimpleNamespace, login: Login, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.claire)
    assert "Il resterait 2 candidats" in said(client.get(page("agenda_remove", entries[0])))
    answer = client.post(page("agenda_remove", entries[0]), {"reason": "Doublon."})
    assert answer.status_code == 422
    assert said(answer).count("Choisissez l&#39;exception qui s&#39;applique.") == 2
    assert "Doublon.</textarea>" in said(answer)
    typed = {"reason": "Doublon.", "exception": "too_few"}
    answer = client.post(page("agenda_remove", entries[0]), typed)
    assert said(answer).count("Dites pourquoi il y a moins de trois candidats.") == 2
    typed["exception_note"] = "Aucun autre dossier prêt."
    assert client.post(page("agenda_remove", entries[0]), typed).status_code == 302
    item = AgendaItem.objects.get()
    assert (item.exception, item.exception_note) == ("too_few", "Aucun autre dossier prêt.")
    with pytest.raises(AgendaCandidate.DoesNotExist):
        entries[0].refresh_from_db()


def test_the_service_refuses_too_few_without_exception_and_writes_nothing(
    cast: SimpleNamespace, entries: list[AgendaCandidate]
) -> None:
    with pytest.raises(ValidationError, match="au moins trois candidats"):
        services.take_candidate_off(actor=cast.as_claire, entry=entries[0], reason="Doublon.")
    assert AgendaCandidate.objects.count() == 3
    assert seen_by(cast.as_hugo) == {"Amina", "Bruno", "Dora"}


def test_the_last_candidate_takes_the_home_away(
    cast: SimpleNamespace, login: Login, sitting: Session, offer: Offer, four: list[Candidacy]
) -> None:
    item = services.put_on_agenda(
        actor=cast.as_claire,
        session=sitting,
        offer=offer,
        candidacies=four[:1],
        exception="too_few",
        exception_note="Une seule demande.",
    )
    client = login(cast.claire)
    client.post(page("agenda_remove", item.candidates.get()), {"reason": "Report."})
    assert not AgendaItem.objects.exists()
    assert "L&#39;ordre du jour est vide" in said(client.get(page("session", sitting)))


def test_a_decided_candidate_stays(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    client = login(cast.claire)
    link = f'href="{page("agenda_remove", entries[0])}"'
    assert link in said(client.get(page("session", sitting)))
    services.record_decision(
        actor=cast.as_estelle, entry=entries[0], decision="attribution", expected_version=0
    )
    assert link not in said(client.get(page("session", sitting)))
    sentence = "Une décision de la commission est déjà enregistrée pour ce candidat"
    answer = client.get(page("agenda_remove", entries[0]))
    assert (sentence in said(answer), 'name="reason"' in said(answer)) == (True, False)
    typed = {"reason": "Doublon.", "exception": "too_few", "exception_note": "Deux."}
    answer = client.post(page("agenda_remove", entries[0]), typed)
    assert (answer.status_code, sentence in said(answer)) == (409, True)
    assert Candidacy.objects.get(applicant=cast.amina).state == "commission"


def test_a_closed_session_keeps_its_agenda(
    cast: SimpleNamespace, login: Login, sitting: Session, entries: list[AgendaCandidate]
) -> None:
    Session.objects.update(closed_at=clock.now())
    typed = {"reason": "Doublon.", "exception": "too_few", "exception_note": "Deux."}
    answer = login(cast.claire).post(page("agenda_remove", entries[0]), typed)
    assert (answer.status_code, "La séance est close" in said(answer)) == (409, True)
    assert AgendaCandidate.objects.count() == 3


def test_a_ready_candidate_joins_a_home_already_on_the_agenda(
    cast: SimpleNamespace,
    login: Login,
    sitting: Session,
    offer: Offer,
    four: list[Candidacy],
    entries: list[AgendaCandidate],
) -> None:
    client = login(cast.claire)
    assert "logement déjà à l&#39;ordre du jour" in said(client.get(page("session", sitting)))
    answer = said(client.get(page("prepare", offer)))
    assert "(ce logement y est déjà, avec 3 candidats)" in answer
    typed = {"session": sitting.public_id, "candidacies": [four[3].public_id]}
    assert client.post(page("prepare", offer), typed)["Location"] == page("session", sitting)
    item = AgendaItem.objects.get()
    assert (item.candidates.count(), item.exception) == (4, "")
    assert seen_by(cast.as_hugo) == {"Amina", "Bruno", "Dora", "Elias"}
    chain = f"session:{sitting.public_id}"
    assert events(chain) == ["home_on_agenda", "candidates_added"]


def test_enough_candidates_end_the_exception_of_too_few(
    cast: SimpleNamespace, sitting: Session, offer: Offer, four: list[Candidacy]
) -> None:
    item = services.put_on_agenda(
        actor=cast.as_claire,
        session=sitting,
        offer=offer,
        candidacies=four[:1],
        exception="too_few",
        exception_note="Une seule demande.",
    )
    services.put_on_agenda(
        actor=cast.as_claire, session=sitting, offer=offer, candidacies=four[1:2]
    )
    item.refresh_from_db()
    assert (item.exception, item.exception_note) == ("too_few", "Une seule demande.")
    services.put_on_agenda(actor=cast.as_claire, session=sitting, offer=offer, candidacies=four[2:])
    item.refresh_from_db()
    assert (item.exception, item.exception_note) == ("", "")


# --- cost -----------------------------------------------------------------------------------


def test_upkeep_costs_the_same_at_one_and_many(
    cast: SimpleNamespace,
    login: Login,
    invited: str,
    entries: list[AgendaCandidate],
    django_assert_num_queries: Any,
) -> None:
    client = login(cast.chloe)
    for _turn in range(2):
        with django_assert_num_queries(QUERIES["commissions"]):
            client.get(reverse("commissions"))
        with django_assert_num_queries(QUERIES["commission"]):
            client.get(page("commission_manage", cast.commission))
        with django_assert_num_queries(QUERIES["remove"]):
            client.get(page("agenda_remove", entries[0]))
        for n in range(6):
            for commission in (
                cast.commission,
                Commission.objects.get_or_create(organisation=cast.lac, name=f"N° {n}")[0],
            ):
                user = f.person(f"Membre{n}")
                if not commission.members.filter(user=user).exists():
                    services.name_member(
                        actor=cast.as_chloe,
                        commission=commission,
                        email=user.email,
                        capacity="member",
                    )
            services.name_member(
                actor=cast.as_chloe,
                commission=cast.commission,
                email=f"inconnu{n}-{_turn}@example.test",
                capacity="epci",
            )
