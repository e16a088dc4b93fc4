"""What forbids to apply, and what does not."""

import pytest

from applications.rules import refusing_explanations
from eligibility.rules import Reason, Verdict

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
