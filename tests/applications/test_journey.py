"""From an application to a signed lease, through the services alone."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Dossier, DossierAccess
from accounts.queries import dossiers_visible_to
from alin.kit import clock, journal
from alin.kit.models import JournalEntry
from applications import services
from applications.models import Candidacy, Proposal
from applications.workflow import TransitionRefused
from commission import services as commission
from commission.models import AgendaCandidate
from notifications.models import Notice, OutboxMessage
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_ranked(cast: SimpleNamespace) -> SimpleNamespace:
    """Amina, Bruno and Dora awarded at ranks 1, 2 and 3 of one home, the session closed."""
    offer = f.offer_of(cast.lac)
    dora = f.applicant("Dora", "Petit")
    candidacies = [
        f.ready(f.submitted(user, offer), cast.as_claire) for user in (cast.amina, cast.bruno, dora)
    ]
    session = f.session_of(cast.commission)
    item = commission.put_on_agenda(
        actor=cast.as_claire, session=session, offer=offer, candidacies=candidacies
    )
    for rank, entry in enumerate(item.candidates.order_by("pk"), start=1):
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution_rang",
            rank=rank,
            expected_version=0,
        )
    return SimpleNamespace(
        offer=offer, session=session, item=item, dora=dora, candidacies=candidacies
    )


def states(offer: object) -> list[tuple[str, str]]:
    return list(
        Candidacy.objects.filter(offer=offer)
        .order_by("pk")
        .values_list("applicant__first_name", "state")
    )


def test_the_first_ranked_receives_the_proposal_and_nobody_knew_before(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    assert [state for _name, state in states(three_ranked.offer)] == ["commission"] * 3
    assert not Notice.objects.filter(title__contains="proposé").exists()

    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)

    assert states(three_ranked.offer) == [
        ("Amina", "proposal"),
        ("Bruno", "awarded_waiting"),
        ("Dora", "awarded_waiting"),
    ]
    proposal = Proposal.objects.get()
    assert (proposal.candidacy.applicant, proposal.rank) == (cast.amina, 1)
    assert proposal.deadline - proposal.sent_at >= timedelta(days=10)
    assert Notice.objects.filter(recipient=cast.amina).latest("created_at").title == (
        "Un logement vous est proposé : T3 à Villeurbanne"
    )
    mail = OutboxMessage.objects.get(to_address=cast.amina.email, subject__startswith="Un logement")
    assert "Loyer : 412,40 € par mois, plus 75,00 € de charges" in mail.body_text
    assert Notice.objects.filter(recipient=cast.bruno).latest("created_at").title == (
        "Décision favorable, au rang 2 : T3 à Villeurbanne"
    )


def test_acceptance_ends_the_unranked_and_the_ranked_wait_for_the_lease(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    late = f.submitted(f.applicant("Elias", "Roy"), three_ranked.offer)
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    services.accept_proposal(actor=cast.as_amina, candidacy=three_ranked.candidacies[0])
    assert states(three_ranked.offer) == [
        ("Amina", "accepted"),
        ("Bruno", "awarded_waiting"),
        ("Dora", "awarded_waiting"),
        ("Elias", "not_selected"),
    ]
    ended = Notice.objects.filter(title="Candidature non retenue : T3 à Villeurbanne")
    assert list(ended.values_list("recipient__first_name", flat=True)) == ["Elias"]
    assert "Motif : Le logement a été accepté par un candidat mieux classé." in ended[0].body
    assert not dossiers_visible_to(cast.as_claire).filter(pk=late.dossier_id).exists()
    wait = Notice.objects.filter(
        title="Logement accepté par une personne classée avant vous : T3 à Villeurbanne"
    )
    assert set(wait.values_list("recipient__first_name", flat=True)) == {"Bruno", "Dora"}


def test_who_renounces_before_the_lease_leaves_the_home_to_the_next(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    accepted = services.accept_proposal(actor=cast.as_amina, candidacy=three_ranked.candidacies[0])
    with pytest.raises(TransitionRefused, match="Écrivez le motif"):
        services.renounce_home(actor=cast.as_amina, candidacy=accepted, reason=" ")
    services.renounce_home(actor=cast.as_amina, candidacy=accepted, reason="Je reste à Lyon.")
    assert states(three_ranked.offer) == [
        ("Amina", "withdrawn"),
        ("Bruno", "proposal"),
        ("Dora", "awarded_waiting"),
    ]
    line = JournalEntry.objects.filter(chain=accepted.journal_chain).latest("sequence")
    assert (line.event, line.reason) == ("renounce", "Je reste à Lyon.")
    assert not dossiers_visible_to(cast.as_claire).filter(pk=accepted.dossier_id).exists()


def test_the_lease_strikes_the_demande_off_and_ends_those_who_waited(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    accepted = services.accept_proposal(actor=cast.as_amina, candidacy=three_ranked.candidacies[0])
    before = Dossier.objects.get(applicant=cast.amina).numero_unique
    services.sign_lease(actor=cast.as_claire, candidacy=accepted, expected_version=accepted.version)
    dossier = Dossier.objects.get(applicant=cast.amina)
    assert (
        dossier.numero_unique,
        dossier.numero_radiation_ground,
        dossier.numero_radiated_on,
    ) == (before, "a", clock.today())
    assert Dossier.objects.get(applicant=cast.bruno).numero_radiation_ground == ""
    assert states(three_ranked.offer) == [
        ("Amina", "lease_signed"),
        ("Bruno", "not_selected"),
        ("Dora", "not_selected"),
    ]
    told = Notice.objects.filter(title="Candidature non retenue : T3 à Villeurbanne")
    assert set(told.values_list("recipient__first_name", flat=True)) == {"Bruno", "Dora"}


def test_refusal_passes_the_home_to_the_next(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    services.refuse_proposal(
        actor=cast.as_amina, candidacy=three_ranked.candidacies[0], reason="Trop loin."
    )
    assert states(three_ranked.offer) == [
        ("Amina", "refused"),
        ("Bruno", "proposal"),
        ("Dora", "awarded_waiting"),
    ]
    assert Proposal.objects.get(candidacy__applicant=cast.bruno).rank == 2


def test_silence_is_a_refusal_at_the_end_of_the_delay_and_not_before(
    cast: SimpleNamespace, three_ranked: SimpleNamespace, travel: object
) -> None:
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    deadline = Proposal.objects.get().deadline
    travel(deadline - timedelta(seconds=30))
    assert services.expire_due_proposals() == 0
    travel(deadline + timedelta(seconds=30))
    with pytest.raises(TransitionRefused, match="Le délai de réponse est écoulé"):
        services.accept_proposal(actor=cast.as_amina, candidacy=three_ranked.candidacies[0])
    assert services.expire_due_proposals() == 1
    assert services.expire_due_proposals() == 0
    assert states(three_ranked.offer) == [
        ("Amina", "expired"),
        ("Bruno", "proposal"),
        ("Dora", "awarded_waiting"),
    ]


def test_deadline_is_the_end_of_the_tenth_day_across_the_change_of_hour(
    cast: SimpleNamespace, travel: object
) -> None:
    # In 2026 summer time ends on 25 October.
    travel(datetime(2026, 10, 20, 18, 0, tzinfo=clock.PARIS))
    f.complete_dossier(cast.amina)
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    f.proposed(cast.amina, offer, cast.as_claire)
    deadline = Proposal.objects.get().deadline.astimezone(clock.PARIS)
    assert deadline == datetime(2026, 10, 30, 23, 59, 59, tzinfo=clock.PARIS)


def test_a_condition_holds_the_home_until_met(cast: SimpleNamespace) -> None:
    offer, candidacies = _presented(cast)
    entries = AgendaCandidate.objects.order_by("pk")
    due = clock.today() + timedelta(days=8)
    commission.record_decision(
        actor=cast.as_estelle,
        entry=entries[0],
        decision="attribution_condition_suspensive",
        rank=1,
        condition_piece="Avis d'imposition 2025",
        condition_due_on=due,
        expected_version=0,
    )
    for entry, rank in ((entries[1], 2), (entries[2], 3)):
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="attribution_rang",
            rank=rank,
            expected_version=0,
        )
    commission.close_session(actor=cast.as_estelle, session=entries[0].item.session)
    assert [state for _name, state in states(offer)] == ["awarded_waiting"] * 3
    first = Candidacy.objects.get(pk=candidacies[0].pk)
    services.meet_condition(actor=cast.as_claire, candidacy=first)
    assert [state for _name, state in states(offer)] == [
        "proposal",
        "awarded_waiting",
        "awarded_waiting",
    ]


def test_a_condition_not_met_in_time_passes_the_home_on(
    cast: SimpleNamespace, travel: object
) -> None:
    offer, _candidacies = _presented(cast)
    entries = AgendaCandidate.objects.order_by("pk")
    commission.record_decision(
        actor=cast.as_estelle,
        entry=entries[0],
        decision="attribution_condition_suspensive",
        rank=1,
        condition_piece="Avis d'imposition 2025",
        condition_due_on=clock.today() + timedelta(days=8),
        expected_version=0,
    )
    for entry in entries[1:]:
        commission.record_decision(
            actor=cast.as_estelle,
            entry=entry,
            decision="non_attribution",
            motives=["typology"],
            expected_version=0,
        )
    commission.close_session(actor=cast.as_estelle, session=entries[0].item.session)
    assert services.lapse_due_conditions() == 0
    travel(clock.now() + timedelta(days=9))
    assert services.lapse_due_conditions() == 1
    assert [state for _name, state in states(offer)] == ["not_awarded"] * 3
    assert "Avis d'imposition 2025" in Notice.objects.latest("pk").body


def _presented(cast: SimpleNamespace) -> tuple[object, list[Candidacy]]:
    offer = f.offer_of(cast.lac)
    candidacies = [
        f.ready(f.submitted(user, offer), cast.as_claire)
        for user in (cast.amina, cast.bruno, f.applicant("Dora", "Petit"))
    ]
    commission.put_on_agenda(
        actor=cast.as_claire,
        session=f.session_of(cast.commission),
        offer=offer,
        candidacies=candidacies,
    )
    return offer, candidacies


def test_an_intermediate_home_needs_no_commission(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacy = f.proposed(cast.amina, offer, cast.as_claire)
    assert candidacy.state == "proposal"
    accepted = services.accept_proposal(actor=cast.as_amina, candidacy=candidacy)
    signed = services.sign_lease(
        actor=cast.as_claire, candidacy=accepted, expected_version=accepted.version
    )
    assert signed.state == "lease_signed"
    # No social home was given: the demande of social housing goes on.
    assert Dossier.objects.get(applicant=cast.amina).numero_radiation_ground == ""


def test_a_social_home_cannot_be_given_without_a_commission(cast: SimpleNamespace) -> None:
    candidacy = f.ready(f.submitted(cast.amina, f.offer_of(cast.lac)), cast.as_claire)
    with pytest.raises(TransitionRefused, match="attribué par une commission"):
        services.choose_directly(
            actor=cast.as_claire, candidacy=candidacy, reason="x", expected_version=2
        )


def test_the_whole_journey_is_in_a_journal_that_verifies(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    services.accept_proposal(actor=cast.as_amina, candidacy=three_ranked.candidacies[0])
    chain = three_ranked.candidacies[0].journal_chain
    entries = JournalEntry.objects.filter(chain=chain).order_by("sequence")
    assert [e.event for e in entries if e.event != "point_concluded"] == [
        "submit",
        "take",
        "mark_ready",
        "present",
        "award",
        "propose",
        "accept",
    ]
    assert journal.verify_chain(entries) is None


def test_withdrawing_closes_the_landlord_s_sight(cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    assert dossiers_visible_to(cast.as_claire).count() == 1
    assert dossiers_visible_to(cast.as_david).count() == 0
    services.withdraw(actor=cast.as_amina, candidacy=candidacy)
    assert dossiers_visible_to(cast.as_claire).count() == 0
    assert DossierAccess.objects.get().until is not None


def test_members_see_the_dossiers_of_their_agenda_only_until_the_session_closes(
    cast: SimpleNamespace, three_ranked: SimpleNamespace
) -> None:
    assert dossiers_visible_to(cast.as_hugo).count() == 3
    assert dossiers_visible_to(cast.as_david).count() == 0
    commission.close_session(actor=cast.as_estelle, session=three_ranked.session)
    assert dossiers_visible_to(cast.as_hugo).count() == 0
