"""A numéro unique already in another dossier: asked for, checked by an operator, moved or not."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Dossier, NumeroClaim, SectionState, User
from alin.kit import clock
from alin.kit.models import JournalEntry
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db

THEIRS = "0740522000042TESTS"


@pytest.fixture
def nadia(cast: SimpleNamespace) -> User:
    """Bruno's dossier has the number that is Nadia's; she lives elsewhere and knows him not."""
    Dossier.objects.filter(applicant=cast.bruno).update(
        numero_unique=THEIRS,
        numero_registered_on=date(2022, 5, 14),
        numero_renewed_on=date(2026, 5, 2),
    )
    cast.bruno.dossier.refresh_from_db()
    nadia = f.person("Nadia", "Kaci")
    Dossier.objects.create(applicant=nadia)
    return nadia


@pytest.fixture
def claim(nadia: User) -> NumeroClaim:
    return services.claim_numero(
        actor=f.actor_for(nadia), dossier=nadia.dossier, text=THEIRS, note="Demande à deux."
    )


def typed(number: str) -> dict[str, str]:
    return {
        "version": "0",
        "numero": number,
        "registered_on": "",
        "renewed_on": "",
        "radiation_ground": "",
        "radiated_on": "",
    }


def numbers() -> dict[str, str]:
    return dict(Dossier.objects.values_list("applicant__first_name", "numero_unique"))


def told(name: str) -> list[str]:
    notices = Notice.objects.filter(recipient__first_name=name).order_by("pk")
    return list(notices.values_list("title", flat=True))


def events(user: User) -> list[str]:
    chain = f"dossier:{user.dossier.public_id}"
    return list(JournalEntry.objects.filter(chain=chain).values_list("event", flat=True))


# Asking


def test_who_types_a_number_that_is_taken_asks_for_a_check_and_learns_nothing_of_the_other(
    login: Any, cast: SimpleNamespace, nadia: User
) -> None:
    client: Client = login(nadia)
    page = client.post(reverse("dossier_numero"), typed("074 0522 000042 tests"))
    assert page.status_code == 422
    text = page.content.decode()
    assert "Ce numéro est le mien : demander une vérification" in text
    assert 'name="numero" value="074 0522 000042 tests"' in text
    sent = {"numero": "074 0522 000042 tests", "note": "Demande à deux."}
    after = client.post(reverse("dossier_numero_claim"), sent, follow=True)
    asked = NumeroClaim.objects.get()
    assert (asked.dossier.applicant, asked.numero_unique, asked.note, asked.state) == (
        nadia,
        THEIRS,
        "Demande à deux.",
        "waiting",
    )
    shown = after.content.decode()
    assert f"Vérification du numéro {THEIRS} demandée le" in shown
    assert not [word for word in ("Bruno", "Morel", "bruno@") if word in text + shown]
    assert numbers()["Bruno"] == THEIRS
    assert numbers()["Nadia"] == ""
    assert told("Bruno") == []
    again = client.post(reverse("dossier_numero"), typed(THEIRS)).content.decode()
    assert "Vous avez déjà demandé sa vérification" in again
    assert "Ce numéro est le mien : demander" not in again


def test_a_check_asked_twice_waits_once(nadia: User, claim: NumeroClaim) -> None:
    again = services.claim_numero(actor=f.actor_for(nadia), dossier=nadia.dossier, text=THEIRS)
    assert again == claim
    with pytest.raises(IntegrityError, match="one_claim_waiting_per_numero"), transaction.atomic():
        NumeroClaim.objects.create(dossier=nadia.dossier, numero_unique=THEIRS)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "Écrivez le numéro à vérifier."),
        ("0740522", "Le numéro unique compte 18 caractères ; vous en avez saisi 7."),
        (
            "0740522999999TESTS",
            "Aucun autre dossier n'a ce numéro : enregistrez-le directement, à la page "
            "« Votre numéro unique ».",
        ),
    ],
)
def test_a_number_that_needs_no_check_is_refused_and_what_was_typed_kept(
    login: Any, nadia: User, number: str, said: str
) -> None:
    sent = {"numero": number, "note": "SENTINELLE"}
    page = login(nadia).post(reverse("dossier_numero_claim"), sent)
    assert (page.status_code, page.context["form"].errors["numero"]) == (422, [said])
    assert "SENTINELLE" in page.content.decode()
    assert not NumeroClaim.objects.exists()


def test_she_withdraws_her_request_and_nobody_withdraws_that_of_another(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    address = reverse("dossier_numero_claim_withdraw", args=[claim.public_id])
    assert login(cast.amina).post(address).status_code == 404
    claim.refresh_from_db()
    assert claim.state == "waiting"
    page = login(nadia).post(address, follow=True)
    assert "La demande de vérification est retirée." in page.content.decode()
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by) == ("withdrawn", nadia)
    assert "déjà close" in login(nadia).post(address, follow=True).content.decode()


def test_the_number_freed_and_saved_meanwhile_needs_no_check_any_more(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    Dossier.objects.filter(applicant=cast.bruno).update(numero_unique="")
    login(nadia).post(reverse("dossier_numero"), typed(THEIRS))
    claim.refresh_from_db()
    assert (numbers()["Nadia"], claim.state) == (THEIRS, "withdrawn")


# Settling


def decide(client: Client, claim: NumeroClaim, decision: str, **more: str) -> Any:
    sent = {"decision": decision, "reason": "Attestation vue au guichet.", **more}
    return client.post(reverse("numero_claim", args=[claim.public_id]), sent, follow=True)


def test_the_operator_sees_both_dossiers_and_moves_the_number(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    client = login(cast.farid)
    assert "Numéros à vérifier (1)" in client.get(reverse("platform_home")).content.decode()
    page = client.get(reverse("numero_claim", args=[claim.public_id])).content.decode()
    for known in ("Nadia Kaci", "nadia@example.test", "Bruno Morel", "bruno@example.test", "2022"):
        assert known in page
    decide(client, claim, "grant", same_person="on")
    cast.bruno.dossier.refresh_from_db()
    nadia.dossier.refresh_from_db()
    hers, his = nadia.dossier, cast.bruno.dossier
    assert (hers.numero_unique, hers.numero_registered_on) == (THEIRS, date(2022, 5, 1))
    assert (his.numero_unique, his.numero_registered_on, his.numero_renewed_on) == ("", None, None)
    assert (his.numero_radiation_ground, his.numero_radiated_on) == ("", None)
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.reason) == (
        "granted",
        cast.farid,
        "Attestation vue au guichet.",
    )
    assert told("Nadia") == ["Votre numéro unique est dans votre dossier"]
    assert told("Bruno") == ["Votre dossier n'a plus de numéro unique"]
    assert events(nadia) == ["numero_claimed", "numero_claim_granted"]
    moved = JournalEntry.objects.get(event="numero_moved_away")
    assert (moved.reason, moved.data["same_person"], moved.data["ground"]) == (
        "Attestation vue au guichet.",
        True,
        "f",
    )
    # Whoever has the section open in a window meets the change.
    assert SectionState.objects.get(dossier=his, name="numero").version == 1
    for_bruno = OutboxMessage.objects.get(to_address="bruno@example.test").body_text
    assert "Kaci" not in for_bruno
    assert "Nadia" not in for_bruno
    for_nadia = OutboxMessage.objects.get(to_address="nadia@example.test").body_text
    assert "Bruno" not in for_nadia
    assert "Morel" not in for_nadia


def test_a_refusal_tells_who_asked_and_nobody_else(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    decide(login(cast.farid), claim, "refuse")
    assert numbers()["Bruno"] == THEIRS
    assert numbers()["Nadia"] == ""
    assert told("Nadia") == ["Votre numéro unique : la vérification n'aboutit pas"]
    assert told("Bruno") == []
    assert events(nadia) == ["numero_claimed", "numero_claim_refused"]


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"reason": ""}, "reason", "Écrivez le motif de votre décision."),
        ({"decision": ""}, "decision", "Dites à quel dossier va le numéro."),
        (
            {"decision": "refuse", "same_person": "on"},
            "same_person",
            "Si les deux demandes n'en font qu'une, le numéro va au dossier qui le demande.",
        ),
    ],
)
def test_a_decision_says_where_the_number_goes_and_why(
    login: Any, cast: SimpleNamespace, claim: NumeroClaim, sent: Any, field: str, said: str
) -> None:
    page = decide(login(cast.farid), claim, **{"decision": "grant", **sent})
    assert (page.status_code, dict(page.context["form"].errors)) == (422, {field: [said]})
    claim.refresh_from_db()
    assert (claim.state, numbers()["Bruno"]) == ("waiting", THEIRS)


def test_a_number_under_study_by_a_landlord_stays_where_it_is(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    f.submitted(cast.bruno, f.offer_of(cast.lac))
    page = decide(login(cast.farid), claim, "grant")
    assert page.status_code == 422
    assert "Un bailleur étudie une candidature" in " ".join(page.context["form"].non_field_errors())
    claim.refresh_from_db()
    assert (claim.state, numbers()["Bruno"], numbers()["Nadia"]) == ("waiting", THEIRS, "")
    assert SectionState.objects.filter(name="numero").count() == 0
    assert events(nadia) == ["numero_claimed"]


def test_an_earlier_number_and_what_was_said_of_it_give_way(
    cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    Dossier.objects.filter(applicant=nadia).update(
        numero_unique="0690423000001TESTS",
        numero_registered_on=date(2023, 4, 3),
        numero_renewed_on=date(2024, 4, 3),
        numero_radiation_ground="e",
        numero_radiated_on=date(2025, 5, 3),
    )
    services.grant_claim(actor=cast.as_farid, claim=claim, reason="Vu.")
    hers = Dossier.objects.get(applicant=nadia)
    assert (hers.numero_unique, hers.numero_registered_on, hers.numero_renewed_on) == (
        THEIRS,
        date(2022, 5, 1),
        None,
    )
    assert (hers.numero_radiation_ground, hers.numero_radiated_on) == ("", None)


def test_what_is_settled_is_not_settled_again(
    login: Any, cast: SimpleNamespace, nadia: User, claim: NumeroClaim
) -> None:
    services.refuse_claim(actor=cast.as_farid, claim=claim, reason="Faute de frappe.")
    page = decide(login(cast.farid), claim, "grant")
    said = "Cette demande de vérification est déjà close : rechargez la page."
    assert page.context["form"].non_field_errors() == [said]
    assert "Faute de frappe." in page.content.decode()
    assert numbers()["Bruno"] == THEIRS
    with pytest.raises(ValidationError):
        services.withdraw_claim(actor=f.actor_for(nadia), claim=claim)
    assert len(told("Nadia")) == 1


def test_no_decision_without_author_date_and_reason(claim: NumeroClaim) -> None:
    for wrong in (
        {"state": "granted"},
        {"state": "refused", "decided_at": clock.now(), "reason": "Vu."},
        {"decided_at": clock.now()},
    ):
        with (
            pytest.raises(IntegrityError, match="numero_claim_settled_with_reason"),
            transaction.atomic(),
        ):
            NumeroClaim.objects.filter(pk=claim.pk).update(**wrong)


def test_the_list_puts_what_waits_first_and_costs_the_same_with_one_or_thirty(
    login: Any, cast: SimpleNamespace, claim: NumeroClaim, django_assert_num_queries: Any
) -> None:
    services.refuse_claim(actor=cast.as_farid, claim=claim, reason="Vu.")
    client = login(cast.farid)
    for n in (1, 30):
        for i in range(n):
            other = Dossier.objects.create(applicant=f.person(f"Personne{n}x{i}"))
            NumeroClaim.objects.create(dossier=other, numero_unique=THEIRS)
        with django_assert_num_queries(7):
            page = client.get(reverse("numero_claims")).context["page"]
    assert [each.dossier.applicant.first_name for each in page.object_list][:2] == [
        "Personne1x0",
        "Personne30x0",
    ]
    last = client.get(reverse("numero_claims"), {"page": 2}).context["page"]
    assert [each.state for each in last.object_list][-1] == "refused"


def test_nothing_to_check_is_said(login: Any, cast: SimpleNamespace) -> None:
    assert "Rien à vérifier" in login(cast.farid).get(reverse("numero_claims")).content.decode()
