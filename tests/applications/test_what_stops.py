"""What forbids to apply, and what does not."""

from types import SimpleNamespace

import pytest

from applications import services
from applications.models import Candidacy
from applications.rules import refusing_explanations
from eligibility.rules import Reason, Verdict
from tests import factories as f

OVER = Reason("over_ceiling", "no", "Vos ressources", "Au-dessus du plafond.", limit_eur=23_403)
OTHER = Reason("employment", "no", "Votre emploi", "Réservé aux salariés.")


@pytest.mark.parametrize(
    ("indicative", "said"),
    [
        (False, ["Au-dessus du plafond.", "Réservé aux salariés."]),
        # The ceilings of an earlier year: those that will count may let the household in.
        (True, ["Réservé aux salariés."]),
    ],
)
def test_ceilings_that_are_not_in_force_stop_nobody(indicative: bool, said: list[str]) -> None:
    assert refusing_explanations(Verdict("no", (OVER, OTHER), indicative)) == said


@pytest.mark.django_db
def test_who_is_not_of_the_age_nor_in_the_situation_asked_cannot_apply(
    cast: SimpleNamespace,
) -> None:
    """Amina, born in 1988, is salaried: a student residence is none of hers."""
    offer = f.OfferFactory(programme="students", max_age=30, statuses=["student"])
    with pytest.raises(services.CannotApply) as refused:
        services.submit_candidacy(actor=cast.as_amina, offer=offer)
    age, situation = refused.value.reasons
    assert age.startswith("Ce logement est destiné aux personnes de 30 ans au plus. Vous avez ")
    assert situation == (
        "Situations acceptées : étudiant. Votre dossier dit : salarié du secteur privé."
    )
    assert not Candidacy.objects.exists()
