"""Two who share a dossier act at the same moment: one thing happens, and both are told."""

from types import SimpleNamespace

import pytest

from accounts import services as accounts
from accounts.models import CoApplicant, CoApplicantInvitation
from applications import services
from applications.models import Candidacy, Proposal
from applications.workflow import TransitionRefused
from notifications.models import Notice
from tests import factories as f

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(cast: SimpleNamespace) -> SimpleNamespace:
    cast.cora = f.person("Cora", "Roux")
    f.shared(cast.amina, cast.cora)
    cast.as_cora = f.actor_for(cast.cora)
    return cast


def test_both_apply_at_once_and_there_is_one_candidacy(both: SimpleNamespace) -> None:
    offer = f.offer_of(both.lac)
    results = at_once(
        *[
            lambda actor=actor: services.submit_candidacy(actor=actor, offer=offer)
            for actor in (both.as_amina, both.as_cora) * 3
        ]
    )
    assert {result.pk for result in results} == {Candidacy.objects.get().pk}
    told = Notice.objects.filter(title__startswith="Candidature reçue")
    assert sorted(told.values_list("recipient__first_name", flat=True)) == ["Amina", "Cora"]


def test_both_answer_at_once_one_wins_and_the_other_is_told(both: SimpleNamespace) -> None:
    home = f.offer_of(both.lac, kind="intermediate", funding="LLI")
    proposed = f.proposed(both.amina, home, both.as_claire)
    version = proposed.version
    results = at_once(
        lambda: services.accept_proposal(
            actor=both.as_amina, candidacy=proposed, expected_version=version
        ),
        lambda: services.refuse_proposal(
            actor=both.as_cora, candidacy=proposed, expected_version=version
        ),
    )
    refused = [result for result in results if isinstance(result, TransitionRefused)]
    assert len(refused) == 1
    proposed.refresh_from_db()
    answer = Proposal.objects.get().answer
    assert (proposed.state, proposed.version, answer) in {
        ("accepted", version + 1, "accepted"),
        ("refused", version + 1, "refused"),
    }
    told = Notice.objects.filter(key=f"candidacy:{proposed.public_id}:{version + 1}")
    assert sorted(told.values_list("recipient__first_name", flat=True)) == ["Amina", "Cora"]


def test_an_invitation_accepted_in_two_windows_at_once_works_once(cast: SimpleNamespace) -> None:
    nina = f.actor_for(f.person("Nina"))
    accounts.invite_co_applicant(
        actor=cast.as_amina,
        dossier=cast.amina.dossier,
        email="nina@example.test",
        newcomer=accounts.Newcomer(link="partner", first_name="Nina"),
    )
    CoApplicantInvitation.objects.update(secret_digest=CoApplicantInvitation.digest("secret"))
    results = at_once(
        *[lambda: accounts.accept_co_applicant_invitation(actor=nina, secret="secret")] * 4
    )
    refused = [result for result in results if isinstance(result, accounts.InvitationRefused)]
    assert len(refused) == 3
    assert CoApplicant.objects.get().dossier.members.count() == 1
