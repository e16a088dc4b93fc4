"""What goes wrong in a real session: somebody withdraws, a home comes twice, a date passes."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from alin.kit import clock
from applications import services as applications
from applications.models import Candidacy, Proposal
from applications.workflow import NotYours, TransitionRefused
from commission import services as commission
from commission.models import AgendaCandidate
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranked(cast: SimpleNamespace) -> SimpleNamespace:
    """Amina, Bruno and Dora staged at ranks 1, 2 and 3, the session still open."""
    offer = f.offer_of(cast.lac)
    people = [cast.amina, cast.bruno, f.applicant("Dora", "Petit")]
    candidacies = [f.ready(f.submitted(user, offer), cast.as_claire) for user in people]
    session = f.session_of(cast.commission)
    item = commission.put_on_agenda(
        actor=cast.as_claire, session=session, offer=offer, candidacies=candidacies
    )
    entries = list(item.candidates.order_by("pk"))
    for rank, entry in enumerate(entries, start=1):
        _rank(cast, entry, rank)
    return SimpleNamespace(offer=offer, session=session, entries=entries, candidacies=candidacies)


def _rank(cast: SimpleNamespace, entry: AgendaCandidate, rank: int) -> None:
    entry.refresh_from_db()
    commission.record_decision(
        actor=cast.as_estelle,
        entry=entry,
        decision="attribution_rang",
        rank=rank,
        expected_version=entry.version,
    )


def test_the_first_withdraws_after_being_ranked_and_the_second_is_offered_the_home(
    cast: SimpleNamespace, ranked: SimpleNamespace
) -> None:
    applications.withdraw(actor=cast.as_amina, candidacy=ranked.candidacies[0])
    commission.close_session(actor=cast.as_estelle, session=ranked.session)
    assert list(
        Candidacy.objects.order_by("pk").values_list(
            "applicant__first_name", "state", "awarded_rank"
        )
    ) == [
        ("Amina", "withdrawn", None),
        ("Bruno", "proposal", 1),
        ("Dora", "awarded_waiting", 2),
    ]
    assert Proposal.objects.get().rank == 1


def test_two_candidates_swap_ranks_without_a_detour(
    cast: SimpleNamespace, ranked: SimpleNamespace
) -> None:
    _rank(cast, ranked.entries[0], 2)
    with pytest.raises(TransitionRefused, match="doivent se suivre"):
        commission.close_session(actor=cast.as_estelle, session=ranked.session)
    _rank(cast, ranked.entries[1], 1)
    commission.close_session(actor=cast.as_estelle, session=ranked.session)
    assert Proposal.objects.get().candidacy.applicant == cast.bruno


def test_a_home_is_on_one_open_agenda_at_a_time(
    cast: SimpleNamespace, ranked: SimpleNamespace
) -> None:
    more = f.ready(f.submitted(f.applicant("Elias", "Roy"), ranked.offer), cast.as_claire)
    with pytest.raises(ValidationError, match="autre séance"):
        commission.put_on_agenda(
            actor=cast.as_claire,
            session=f.session_of(cast.commission, in_days=9),
            offer=ranked.offer,
            candidacies=[more],
            exception="too_few",
            exception_note="Reliquat.",
        )
    more.refresh_from_db()
    assert more.state == "instruction"


def test_a_condition_whose_date_has_passed_stops_the_closing(
    cast: SimpleNamespace, ranked: SimpleNamespace, travel: Any
) -> None:
    first = ranked.entries[0]
    first.refresh_from_db()
    commission.record_decision(
        actor=cast.as_estelle,
        entry=first,
        decision="attribution_condition_suspensive",
        rank=1,
        condition_piece="Avis d'imposition",
        condition_due_on=clock.today() + timedelta(days=2),
        expected_version=first.version,
    )
    travel(clock.now() + timedelta(days=3))
    with pytest.raises(TransitionRefused, match="date limite de la condition de Amina Benali"):
        commission.close_session(actor=cast.as_estelle, session=ranked.session)


def test_a_session_is_not_closed_before_it_begins(cast: SimpleNamespace) -> None:
    session = f.session_of(cast.commission, in_days=3)
    with pytest.raises(TransitionRefused, match="n'a pas commencé"):
        commission.close_session(actor=cast.as_estelle, session=session)


def test_a_member_does_not_decide_on_their_own_request(cast: SimpleNamespace) -> None:
    f.complete_dossier(cast.hugo)
    offer = f.offer_of(cast.lac)
    item = commission.put_on_agenda(
        actor=cast.as_claire,
        session=f.session_of(cast.commission),
        offer=offer,
        candidacies=[f.ready(f.submitted(cast.hugo, offer), cast.as_claire)],
        exception="too_few",
        exception_note="Une seule candidature.",
    )
    with pytest.raises(NotYours):
        commission.record_decision(
            actor=cast.as_hugo,
            entry=item.candidates.get(),
            decision="attribution",
            expected_version=0,
        )
