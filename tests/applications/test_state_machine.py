"""Random people doing random things to one home, in any order: what must hold always holds.

The oracle is typed here from the law and the issue, never read from the code."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from alin.kit import clock, journal
from alin.kit.models import JournalEntry
from applications import services
from applications.models import Candidacy, PointCheck, Proposal
from applications.workflow import TransitionRefused
from commission import services as commission
from notifications.models import Notice, OutboxMessage
from tests import factories as f

LEGAL = {
    "submitted": {"instruction", "not_selected", "withdrawn"},
    "instruction": {"instruction", "commission", "not_selected", "withdrawn"},
    "commission": {"awarded_waiting", "not_awarded", "withdrawn", "not_selected"},
    "awarded_waiting": {"proposal", "withdrawn", "not_selected"},
    "proposal": {"accepted", "refused", "expired"},
    "accepted": {"lease_signed", "withdrawn"},
}
seen: Counter[str] = Counter()
who = st.integers(min_value=0, max_value=3)


def machine_for(cast: Any) -> type[RuleBasedStateMachine]:
    class OneHome(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undo = transaction.atomic()
            self.undo.__enter__()
            self.travel: list[Any] = []
            self.offer = f.offer_of(cast.lac, closes_at=clock.now() + timedelta(days=300))
            self.people = [cast.amina, cast.bruno, f.applicant("Dora"), f.applicant("Elias")]
            self.trail: dict[int, list[str]] = {}

        def teardown(self) -> None:
            for back in reversed(self.travel):
                back.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

        def candidacy(self, index: int) -> Candidacy | None:
            return (
                Candidacy.objects.filter(offer=self.offer, applicant=self.people[index])
                .order_by("-pk")
                .first()
            )

        def attempt(self, call: Any) -> None:
            """Whatever is refused changes nothing: the savepoint says so, the invariants check."""
            try:
                with transaction.atomic():
                    call()
            except (TransitionRefused, services.CannotApply, ValidationError):
                seen["refused by a rule"] += 1

        @rule(i=who)
        def apply(self, i: int) -> None:
            self.attempt(lambda: f.submitted(self.people[i], self.offer))

        @rule(i=who)
        def take(self, i: int) -> None:
            if c := self.candidacy(i):
                self.attempt(lambda: f.in_instruction(c, cast.as_claire))

        def answerer(self, i: int) -> Candidacy | None:
            """The person who has a proposal to answer; when nobody has, anybody tries."""
            holder = Candidacy.objects.filter(offer=self.offer, state="proposal").first()
            return holder or self.candidacy(i)

        @rule(i=who)
        def make_ready(self, i: int) -> None:
            """As far as an agent can bring a candidacy, from wherever it stands."""
            self.apply(i)
            self.take(i)
            if (c := self.candidacy(i)) and c.state == "instruction" and not c.ready_at:
                for point in PointCheck.Point.values:
                    services.conclude_point(
                        actor=cast.as_claire,
                        candidacy=c,
                        point=point,
                        outcome="verified",
                        reason="",
                        expected_version=c.version,
                    )
                self.attempt(
                    lambda: services.mark_ready(
                        actor=cast.as_claire, candidacy=c, expected_version=c.version
                    )
                )

        @rule(i=who)
        def set_aside(self, i: int) -> None:
            if c := self.candidacy(i):
                self.attempt(
                    lambda: services.set_aside(actor=cast.as_claire, candidacy=c, reason="Motif.")
                )

        @rule(i=who)
        def withdraw(self, i: int) -> None:
            if c := self.candidacy(i):
                self.attempt(lambda: services.withdraw(actor=f.actor_for(c.applicant), candidacy=c))

        @rule(awarded=st.integers(min_value=0, max_value=4))
        def hold_a_session(self, awarded: int) -> None:
            for i in range(awarded):
                self.make_ready(i)
            ready = list(
                Candidacy.objects.filter(
                    offer=self.offer, state="instruction", ready_at__isnull=False
                ).order_by("pk")
            )
            if not ready:
                return
            f.close(self.offer)
            session = f.session_of(cast.commission)

            def sit() -> None:
                item = commission.put_on_agenda(
                    actor=cast.as_claire,
                    session=session,
                    offer=self.offer,
                    candidacies=ready,
                    exception="too_few",
                    exception_note="Peu de candidats.",
                )
                for rank, entry in enumerate(item.candidates.order_by("pk"), start=1):
                    decision: dict[str, Any] = (
                        {"decision": "attribution_rang", "rank": rank}
                        if rank <= awarded
                        else {"decision": "non_attribution", "motives": ["typology"]}
                    )
                    commission.record_decision(
                        actor=cast.as_estelle, entry=entry, expected_version=0, **decision
                    )
                commission.close_session(actor=cast.as_estelle, session=session)

            self.attempt(sit)

        @rule(i=who)
        def accept(self, i: int) -> None:
            if c := self.answerer(i):
                self.attempt(
                    lambda: services.accept_proposal(actor=f.actor_for(c.applicant), candidacy=c)
                )

        @rule(i=who)
        def refuse(self, i: int) -> None:
            if c := self.answerer(i):
                self.attempt(
                    lambda: services.refuse_proposal(actor=f.actor_for(c.applicant), candidacy=c)
                )

        @rule(i=who)
        def renounce(self, i: int) -> None:
            if c := self.candidacy(i):
                self.attempt(
                    lambda: services.renounce_home(
                        actor=f.actor_for(c.applicant), candidacy=c, reason="Motif."
                    )
                )

        @rule(i=who)
        def sign(self, i: int) -> None:
            if c := self.candidacy(i):
                self.attempt(
                    lambda: services.sign_lease(
                        actor=cast.as_claire, candidacy=c, expected_version=c.version
                    )
                )

        @rule(days=st.integers(min_value=1, max_value=12))
        def let_time_pass(self, days: int) -> None:
            forward = clock.travel(clock.now() + timedelta(days=days))
            forward.__enter__()
            self.travel.append(forward)
            services.expire_due_proposals()

        @invariant()
        def every_step_was_legal(self) -> None:
            for c in Candidacy.objects.filter(offer=self.offer):
                trail = self.trail.setdefault(c.pk, ["submitted"])
                lines = JournalEntry.objects.filter(chain=c.journal_chain).order_by("sequence")
                states = [line.data["to"] for line in lines if "to" in line.data]
                for before, after in pairwise(states):
                    assert after in LEGAL.get(before, set()), (before, after)
                    seen[f"{before} → {after}"] += 1
                assert states[-1] == c.state
                assert len(states) == c.version + 1
                assert states[: len(trail)] == trail, "history never changes"
                self.trail[c.pk] = states
                assert journal.verify_chain(lines) is None

        @invariant()
        def one_home_one_person(self) -> None:
            held = Candidacy.objects.filter(
                offer=self.offer, state__in=["proposal", "accepted", "lease_signed"]
            )
            assert held.count() <= 1
            ranks = list(
                Candidacy.objects.filter(offer=self.offer, state="awarded_waiting").values_list(
                    "awarded_rank", flat=True
                )
            )
            assert len(ranks) == len(set(ranks))

        @invariant()
        def everybody_was_told_once_and_given_ten_days(self) -> None:
            keys = list(Notice.objects.values_list("recipient_id", "key"))
            assert len(keys) == len(set(keys))
            assert OutboxMessage.objects.count() >= Notice.objects.count()
            for p in Proposal.objects.filter(candidacy__offer=self.offer):
                assert p.deadline - p.sent_at >= timedelta(days=10)
                if p.answer == "expired":
                    assert p.answered_at is not None
                    assert p.answered_at >= p.deadline

    return OneHome


@pytest.mark.django_db
def test_random_walks_keep_every_promise(cast: Any) -> None:
    seen.clear()
    run_state_machine_as_test(
        machine_for(cast),
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            # Shrinking on a database takes minutes; the seed says enough to look by hand.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    reached = {step for step in seen if "→" in step}
    # A walk that never gets anywhere proves nothing.
    assert reached >= {
        "submitted → instruction",
        "instruction → commission",
        "commission → awarded_waiting",
        "awarded_waiting → proposal",
    }, sorted(reached)
