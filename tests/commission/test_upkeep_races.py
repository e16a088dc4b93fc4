"""Members come, go and agendas change at the same moment: nobody reads what they may not."""

from types import SimpleNamespace

import pytest

from accounts.queries import dossiers_visible_to
from applications import services as applications
from applications.workflow import TransitionRefused
from commission import services
from commission.models import AgendaCandidate, CommissionMember, SeatInvitation
from tests import factories as f
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_member_named_while_a_home_goes_on_the_agenda_reads_it(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    candidacy = f.ready(f.submitted(cast.amina, offer), cast.as_claire)
    sitting = f.session_of(cast.commission)
    ines = f.person("Ines")
    results = at_once(
        lambda: services.name_member(
            actor=cast.as_chloe, commission=cast.commission, email=ines.email, capacity="epci"
        ),
        lambda: services.put_on_agenda(
            actor=cast.as_claire,
            session=sitting,
            offer=offer,
            candidacies=[candidacy],
            exception="too_few",
            exception_note="Une seule demande.",
        ),
    )
    assert not any(isinstance(result, Exception) for result in results), results
    assert [d.applicant for d in dossiers_visible_to(f.actor_for(ines))] == [cast.amina]


def test_naming_and_withdrawing_at_once_leave_nothing_to_read(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    candidacy = f.ready(f.submitted(cast.amina, offer), cast.as_claire)
    services.put_on_agenda(
        actor=cast.as_claire,
        session=f.session_of(cast.commission),
        offer=offer,
        candidacies=[candidacy],
        exception="too_few",
        exception_note="Une seule demande.",
    )
    ines = f.person("Ines")
    results = at_once(
        lambda: services.name_member(
            actor=cast.as_chloe, commission=cast.commission, email=ines.email, capacity="epci"
        ),
        lambda: applications.withdraw(actor=cast.as_amina, candidacy=candidacy),
    )
    assert not any(isinstance(result, Exception) for result in results), results
    assert not dossiers_visible_to(f.actor_for(ines)).exists()


def test_deciding_and_taking_off_at_once_do_one_of_the_two(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    candidacy = f.ready(f.submitted(cast.amina, offer), cast.as_claire)
    item = services.put_on_agenda(
        actor=cast.as_claire,
        session=f.session_of(cast.commission),
        offer=offer,
        candidacies=[candidacy],
        exception="too_few",
        exception_note="Une seule demande.",
    )
    entry = item.candidates.get()
    results = at_once(
        lambda: services.record_decision(
            actor=cast.as_estelle, entry=entry, decision="attribution", expected_version=0
        ),
        lambda: services.take_candidate_off(
            actor=cast.as_claire, entry=entry, reason="Pièce périmée."
        ),
    )
    refused = [isinstance(result, TransitionRefused) for result in results]
    assert sorted(refused) == [False, True], results
    candidacy.refresh_from_db()
    left = AgendaCandidate.objects.count()
    assert (candidacy.state, left) == (("commission", 1) if refused[1] else ("instruction", 0))


def test_the_same_person_named_twice_at_once_sits_once(cast: SimpleNamespace) -> None:
    ines = f.person("Ines")
    named = {"actor": cast.as_chloe, "commission": cast.commission, "capacity": "epci"}
    at_once(*[lambda: services.name_member(email=ines.email, **named)] * 4)
    at_once(*[lambda: services.name_member(email="nora@example.test", **named)] * 4)
    assert CommissionMember.objects.filter(user=ines).count() == 1
    assert SeatInvitation.objects.count() == 1
