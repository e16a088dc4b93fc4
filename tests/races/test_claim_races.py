"""Two operators settle the same check of a numéro unique at the same moment: one wins."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from accounts import services
from accounts.models import Dossier, NumeroClaim
from notifications.models import Notice
from tests import factories as f

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_operators_who_settle_at_once_one_wins(cast: SimpleNamespace) -> None:
    theirs = cast.bruno.dossier.numero_unique
    nadia = f.person("Nadia", "Kaci")
    dossier = Dossier.objects.create(applicant=nadia)
    claim = services.claim_numero(actor=f.actor_for(nadia), dossier=dossier, text=theirs)
    calls = [
        lambda: services.grant_claim(actor=cast.as_farid, claim=claim, reason="Vu."),
        lambda: services.refuse_claim(actor=cast.as_farid, claim=claim, reason="Non."),
    ]
    results = at_once(*calls * 3)
    lost = [each for each in results if isinstance(each, ValidationError)]
    assert (len(lost), len(results)) == (5, 6)
    claim = NumeroClaim.objects.get()
    holder = Dossier.objects.get(numero_unique=theirs).applicant
    assert (claim.state, holder) in {("granted", nadia), ("refused", cast.bruno)}
    assert Notice.objects.filter(recipient=nadia).count() == 1


def test_two_numbers_that_cross_are_settled_one_after_the_other(cast: SimpleNamespace) -> None:
    """Each has the other's number: the dossiers are held in one order, so nobody waits for ever."""
    amina, bruno = cast.amina.dossier, cast.bruno.dossier
    hers, his = amina.numero_unique, bruno.numero_unique
    claims = [
        services.claim_numero(actor=cast.as_amina, dossier=amina, text=his),
        services.claim_numero(actor=cast.as_bruno, dossier=bruno, text=hers),
    ]
    results = at_once(
        *[
            lambda claim=claim: services.grant_claim(actor=cast.as_farid, claim=claim, reason="Vu.")
            for claim in claims
        ]
    )
    # The first to be granted replaces the other number, which nobody has then: both end well, or
    # the second is told that the number moved meanwhile.
    told = [each for each in results if each is not None]
    assert all(isinstance(each, ValidationError) for each in told)
    assert len(told) <= 1
    settled = NumeroClaim.objects.filter(state="granted").count()
    assert settled == 2 - len(told)
