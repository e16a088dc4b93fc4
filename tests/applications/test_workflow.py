"""Every state × transition × role, against an oracle typed from the issue, not from the code."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from alin.kit import clock
from alin.kit.actor import SYSTEM, Actor
from alin.kit.models import JournalEntry
from applications.models import Candidacy, PointCheck, Proposal, State, SuspensiveCondition
from applications.workflow import (
    FINAL_STATES,
    TRANSITIONS,
    NotYours,
    StaleCandidacy,
    TransitionRefused,
    apply_transition,
    choices_for,
)
from tests import factories as f

pytestmark = pytest.mark.django_db

# (transition, from, to, who): the only steps a candidacy may make.
LEGAL = {
    ("take", "submitted", "instruction", "landlord"),
    ("mark_ready", "instruction", "instruction", "landlord"),
    ("present", "instruction", "commission", "landlord"),
    ("take_off_agenda", "commission", "instruction", "landlord"),
    ("award", "commission", "awarded_waiting", "commission"),
    ("not_award", "commission", "not_awarded", "commission"),
    ("declare_inadmissible", "commission", "inadmissible", "commission"),
    ("propose", "awarded_waiting", "proposal", "system"),
    ("choose", "instruction", "proposal", "landlord"),
    ("set_aside", "submitted", "not_selected", "landlord"),
    ("set_aside", "instruction", "not_selected", "landlord"),
    ("accept", "proposal", "accepted", "applicant"),
    ("refuse", "proposal", "refused", "applicant"),
    ("expire", "proposal", "expired", "system"),
    ("lapse", "awarded_waiting", "not_awarded", "system"),
    ("release", "submitted", "not_selected", "system"),
    ("release", "instruction", "not_selected", "system"),
    ("release", "commission", "not_selected", "system"),
    ("release", "awarded_waiting", "not_selected", "system"),
    ("withdraw", "submitted", "withdrawn", "applicant"),
    ("withdraw", "instruction", "withdrawn", "applicant"),
    ("withdraw", "commission", "withdrawn", "applicant"),
    ("withdraw", "awarded_waiting", "withdrawn", "applicant"),
    ("renounce", "accepted", "withdrawn", "applicant"),
    ("sign_lease", "accepted", "lease_signed", "landlord"),
}
ROLES = ["applicant", "landlord", "commission", "system", "other_landlord", "other_applicant"]


def test_the_table_holds_exactly_the_legal_steps() -> None:
    in_code = {
        (t.name, source.value, t.target.value, who)
        for t in TRANSITIONS.values()
        for source in t.sources
        for who in t.who
    }
    assert in_code == LEGAL


def _act(cast: SimpleNamespace, role: str) -> tuple[Actor, bool]:
    actors = {
        "applicant": cast.as_amina,
        "landlord": cast.as_claire,
        "commission": cast.as_estelle,
        "system": SYSTEM,
        "other_landlord": cast.as_david,
        "other_applicant": cast.as_bruno,
    }
    return actors[role], role == "commission"


def _candidacy(cast: SimpleNamespace, state: str, transition: str) -> Candidacy:
    """A candidacy in a state, with all that the transition's guards ask for."""
    direct = transition == "choose"
    offer = (
        f.offer_of(cast.lac, kind="intermediate", funding="LLI") if direct else f.offer_of(cast.lac)
    )
    candidacy = f.submitted(cast.amina, offer)
    for point in PointCheck.Point.values:
        PointCheck.objects.create(
            candidacy=candidacy, point=point, outcome="verified", by=cast.claire
        )
    f.close(offer)
    Candidacy.objects.filter(pk=candidacy.pk).update(
        state=state, ready_at=clock.now(), awarded_rank=1
    )
    if transition in {"accept", "refuse", "expire"}:
        sent = clock.now() - timedelta(days=12 if transition == "expire" else 1)
        Proposal.objects.create(
            candidacy=candidacy,
            rank=1,
            rent=offer.rent,
            charges=offer.charges,
            deposit=offer.deposit,
            available_on=offer.available_on,
            sent_at=sent,
            deadline=sent + timedelta(days=11),
        )
    if transition == "lapse":
        SuspensiveCondition.objects.create(
            candidacy=candidacy, piece="Avis", due_at=clock.now() - timedelta(days=1)
        )
    return Candidacy.objects.get(pk=candidacy.pk)


@pytest.mark.parametrize("name", sorted({name for name, *_rest in LEGAL}))
def test_every_state_and_role(cast: SimpleNamespace, name: str) -> None:
    seen = set()
    for state in State.values:
        for role in ROLES:
            with transaction.atomic():
                candidacy = _candidacy(cast, state, name)
                lines = JournalEntry.objects.filter(chain=candidacy.journal_chain).count()
                actor, as_commission = _act(cast, role)
                try:
                    after = apply_transition(
                        candidacy, name, actor=actor, as_commission=as_commission, reason="Motif."
                    )
                    seen.add((name, state, after.state, role))
                    assert after.version == candidacy.version + 1
                    written = 1
                except TransitionRefused:
                    candidacy.refresh_from_db()
                    assert (candidacy.state, candidacy.version) == (state, 0)
                    written = 0
                now = JournalEntry.objects.filter(chain=candidacy.journal_chain).count()
                assert now == lines + written
                transaction.set_rollback(True)
    assert seen == {step for step in LEGAL if step[0] == name}


def test_final_states_have_no_way_out() -> None:
    sources = {source for t in TRANSITIONS.values() for source in t.sources}
    assert sources & FINAL_STATES == set()
    assert {s.value for s in FINAL_STATES} == {
        "lease_signed",
        "withdrawn",
        "not_selected",
        "inadmissible",
        "not_awarded",
        "refused",
        "expired",
    }


def test_ready_button_says_what_is_missing(cast: SimpleNamespace) -> None:
    candidacy = f.in_instruction(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    PointCheck.objects.create(
        candidacy=candidacy, point="identity", outcome="verified", by=cast.claire
    )
    reasons = {
        choice.transition.name: choice.reasons for choice in choices_for(cast.as_claire, candidacy)
    }
    assert reasons["mark_ready"] == [
        "Il reste à vérifier : Composition du foyer, Revenu fiscal de référence, "
        "Employeur et situation professionnelle, Numéro unique."
    ]
    assert set(reasons) == {"mark_ready", "present", "choose", "set_aside"}


def test_a_stale_page_changes_nothing_even_when_the_step_is_legal(cast: SimpleNamespace) -> None:
    candidacy = f.in_instruction(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    with pytest.raises(StaleCandidacy):
        apply_transition(
            candidacy, "set_aside", actor=cast.as_claire, reason="x", expected_version=0
        )
    candidacy.refresh_from_db()
    assert candidacy.state == "instruction"


@pytest.mark.parametrize("name", ["set_aside", "choose", "not_award", "declare_inadmissible"])
def test_decisions_need_a_reason(cast: SimpleNamespace, name: str) -> None:
    state = "instruction" if name in {"set_aside", "choose"} else "commission"
    candidacy = _candidacy(cast, state, name)
    with pytest.raises(TransitionRefused, match=r"Écrivez le motif"):
        apply_transition(
            candidacy,
            name,
            actor=cast.as_claire if state == "instruction" else cast.as_estelle,
            as_commission=state == "commission",
            reason="  ",
        )


def test_a_revoked_agent_may_do_nothing(cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    cast.claire.memberships.update(ended_at=clock.now())
    with pytest.raises(NotYours):
        apply_transition(candidacy, "take", actor=f.actor_for(cast.claire))


def test_the_database_refuses_two_proposals_for_one_home(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    one, two = f.submitted(cast.amina, offer), f.submitted(cast.bruno, offer)
    Candidacy.objects.filter(pk=one.pk).update(state="proposal")
    with pytest.raises(IntegrityError, match="one_proposal_at_a_time"), transaction.atomic():
        Candidacy.objects.filter(pk=two.pk).update(state="proposal")


def test_the_database_refuses_a_delay_under_ten_days(cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    now = clock.now()
    with pytest.raises(IntegrityError, match="ten_days_at_least_to_answer"), transaction.atomic():
        Proposal.objects.create(
            candidacy=candidacy,
            rank=1,
            rent=1,
            charges=0,
            deposit=0,
            available_on=clock.today(),
            sent_at=now,
            deadline=now + timedelta(days=9, hours=23),
        )


def test_the_journal_refuses_to_change(cast: SimpleNamespace) -> None:
    f.submitted(cast.amina, f.offer_of(cast.lac))
    for statement in (
        "UPDATE kit_journalentry SET reason = 'x'",
        "DELETE FROM kit_journalentry",
    ):
        with (
            pytest.raises(IntegrityError, match="ne se modifie pas"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
