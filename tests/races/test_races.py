"""Threads on a real database: at the same moment, one wins and nobody is hurt."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts import services as accounts
from accounts.models import Invitation, Membership
from applications import services
from applications.models import Candidacy, Proposal
from applications.workflow import TransitionRefused
from commission import services as commission
from listings import services as listings
from listings.models import Offer
from notifications.models import Notice
from tests import factories as f
from tests.applications.test_one_home_one_tenant import proposed_by_two_offers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls together; each result is what it returned or what it raised."""
    results: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[index] = call()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_one_candidacy_however_often_it_is_sent(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    results = at_once(*[lambda: f.submitted(cast.amina, offer)] * 8)
    assert {result.pk for result in results} == {Candidacy.objects.get().pk}
    assert Notice.objects.count() == 1


def test_never_more_candidacies_than_allowed(cast: SimpleNamespace, settings: Any) -> None:
    settings.MAX_LIVE_CANDIDACIES = 3
    offers = [f.offer_of(cast.lac) for _n in range(8)]
    results = at_once(*[lambda o=o: f.submitted(cast.amina, o) for o in offers])
    refused = [r for r in results if isinstance(r, services.CannotApply)]
    assert len(refused) == 5
    assert sorted(Candidacy.objects.values_list("slot", flat=True)) == [1, 2, 3]


def test_two_agents_taking_at_once(cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    results = at_once(
        *[
            lambda actor=actor: f.in_instruction(candidacy, actor)
            for actor in (cast.as_claire, cast.as_chloe)
        ]
    )
    refused = [r for r in results if isinstance(r, TransitionRefused)]
    assert len(refused) == 1
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.version) == ("instruction", 1)


def test_taking_and_setting_aside_at_once(cast: SimpleNamespace) -> None:
    candidacy = f.submitted(cast.amina, f.offer_of(cast.lac))
    results = at_once(
        lambda: f.in_instruction(candidacy, cast.as_claire),
        lambda: services.set_aside(
            actor=cast.as_chloe, candidacy=candidacy, reason="Doublon.", expected_version=0
        ),
    )
    assert sum(isinstance(r, TransitionRefused) for r in results) == 1
    candidacy.refresh_from_db()
    assert candidacy.version == 1


def test_accepting_and_expiring_at_once_gives_one_answer(
    cast: SimpleNamespace, travel: Any
) -> None:
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacy = f.proposed(cast.amina, offer, cast.as_claire)
    travel(Proposal.objects.get().deadline)
    results = at_once(
        lambda: services.accept_proposal(actor=cast.as_amina, candidacy=candidacy),
        services.expire_due_proposals,
        services.expire_due_proposals,
    )
    assert isinstance(results[0], TransitionRefused)
    assert sorted(results[1:]) == [0, 1]
    assert Proposal.objects.get().answer == "expired"


def test_accepting_and_refusing_at_once_gives_one_answer(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacy = f.proposed(cast.amina, offer, cast.as_claire)
    results = at_once(
        lambda: services.accept_proposal(actor=cast.as_amina, candidacy=candidacy),
        lambda: services.refuse_proposal(actor=cast.as_amina, candidacy=candidacy),
    )
    assert sum(isinstance(r, TransitionRefused) for r in results) == 1
    candidacy.refresh_from_db()
    assert candidacy.state == Proposal.objects.get().answer


def test_two_direct_choices_at_once_give_one_proposal(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac, kind="intermediate", funding="LLI")
    candidacies = [f.ready(f.submitted(u, offer), cast.as_claire) for u in (cast.amina, cast.bruno)]
    results = at_once(
        *[
            lambda c=c: services.choose_directly(
                actor=cast.as_claire, candidacy=c, reason="Choix.", expected_version=c.version
            )
            for c in candidacies
        ]
    )
    assert sum(isinstance(r, TransitionRefused) for r in results) == 1
    assert Proposal.objects.count() == 1


def test_one_home_accepted_by_two_offers_at_once_has_one_tenant(cast: SimpleNamespace) -> None:
    """Two offers of one dwelling, as before the portal refused them; only the accepted one is
    told that the home is hers."""
    amina, bruno = proposed_by_two_offers(cast)
    results = at_once(
        lambda: services.accept_proposal(actor=cast.as_amina, candidacy=amina),
        lambda: services.accept_proposal(actor=cast.as_bruno, candidacy=bruno),
    )
    (refused,) = [r for r in results if isinstance(r, Exception)]
    assert isinstance(refused, TransitionRefused)
    states = Candidacy.objects.values_list("state", flat=True)
    assert sorted(states) == ["accepted", "proposal"]
    assert Notice.objects.filter(title__startswith="Vous avez accepté").count() == 1


def test_two_drafts_of_one_home_published_at_once_give_one_offer(cast: SimpleNamespace) -> None:
    home = f.offer_of(cast.lac, published_at=None).dwelling
    drafts = [f.OfferFactory(dwelling=home, published_at=None) for _n in range(2)]
    results = at_once(
        *[
            lambda d=d: listings.publish_offer(actor=cast.as_claire, offer=d, expected_version=1)
            for d in drafts
        ]
    )
    assert sum(isinstance(r, ValidationError) for r in results) == 1
    assert Offer.objects.filter(published_at__isnull=False).count() == 1


def test_a_session_closed_twice_is_applied_once(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    candidacies = [
        f.ready(f.submitted(user, offer), cast.as_claire)
        for user in (cast.amina, cast.bruno, f.applicant("Dora", "Petit"))
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
    results = at_once(
        lambda: commission.close_session(actor=cast.as_estelle, session=session),
        lambda: commission.close_session(actor=cast.as_hugo, session=session),
    )
    assert sum(isinstance(r, TransitionRefused) for r in results) == 1
    assert Proposal.objects.count() == 1


def test_two_members_deciding_on_one_candidate_at_once(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)
    item = commission.put_on_agenda(
        actor=cast.as_claire,
        session=f.session_of(cast.commission),
        offer=offer,
        candidacies=[f.ready(f.submitted(cast.amina, offer), cast.as_claire)],
        exception="too_few",
        exception_note="Une seule candidature complète.",
    )
    entry = item.candidates.get()
    results = at_once(
        lambda: commission.record_decision(
            actor=cast.as_estelle, entry=entry, decision="attribution", expected_version=0
        ),
        lambda: commission.record_decision(
            actor=cast.as_hugo,
            entry=entry,
            decision="non_attribution",
            motives=["typology"],
            expected_version=0,
        ),
    )
    (refused,) = [r for r in results if isinstance(r, TransitionRefused)]
    assert "vient d'être enregistrée pour ce candidat par" in refused.reasons[0]
    entry.refresh_from_db()
    assert entry.version == 1


def test_an_invitation_accepted_twice_makes_one_member(cast: SimpleNamespace) -> None:
    secret = "s" * 43
    Invitation.objects.create(
        organisation=cast.oc,
        email=cast.bruno.email,
        role="agent",
        secret_digest=Invitation.digest(secret),
        invited_by=cast.farid,
        expires_at=cast.bruno.date_joined + Invitation.LIFETIME,
    )
    results = at_once(*[lambda: accounts.accept_invitation(actor=cast.as_bruno, secret=secret)] * 3)
    assert sum(isinstance(r, accounts.InvitationRefused) for r in results) == 2
    assert Membership.objects.filter(user=cast.bruno).count() == 1


def test_two_people_taking_one_numero_unique(cast: SimpleNamespace) -> None:
    from django.core.exceptions import ValidationError

    number = "0740523000777TESTS"
    results = at_once(
        *[
            lambda actor=actor: accounts.save_numero_unique(
                actor=actor,
                dossier=actor.user.dossier,
                expected_version=0,
                text=number,
                registered_on=None,
                renewed_on=None,
            )
            for actor in (cast.as_amina, cast.as_bruno)
        ]
    )
    (refused,) = [r for r in results if isinstance(r, ValidationError)]
    assert "déjà celui d'un autre dossier" in str(refused)


def test_a_double_click_on_apply_in_the_browser(cast: SimpleNamespace) -> None:
    offer = f.offer_of(cast.lac)

    def click() -> int:
        client = Client()
        client.force_login(cast.amina, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(f"/logements/{offer.public_id}/postuler/").status_code

    assert at_once(click, click) == [302, 302]
    assert Candidacy.objects.count() == 1
