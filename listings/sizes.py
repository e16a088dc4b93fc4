"""How the size of a home goes with a household. No law attributes a number of rooms: these are
the usual ones, and the two limits that the code de la construction et de l'habitation names."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from .rules import Tone

_USUAL_ROOMS = {1: (1, 2), 2: (2, 3), 3: (3, 3), 4: (4, 4), 5: (4, 5)}
MOST_ROOMS = 9


def fitting_rooms(persons: int) -> tuple[int, int]:
    """The least and the most rooms usually let to a household of that many persons."""
    return _USUAL_ROOMS.get(persons, (5, MOST_ROOMS))


def least_surface(persons: int) -> int:
    """Below it a home is overcrowded: 9 m² for one, 16 for two, 9 more for each, 70 from eight
    on (R822-25 CCH)."""
    return 9 if persons == 1 else min(16 + 9 * (persons - 2), 70)


@dataclass(frozen=True)
class Fit:
    """How the size of a home goes with a household: a few words, their tone, a sentence."""

    label: str
    tone: Tone
    sentence: str


def fit_of(persons: int, rooms: int, surface_m2: Decimal) -> Fit:
    """`persons` in the home, at least one. A warning is never a refusal: a commission
    or a landlord decides."""
    if surface_m2 < least_surface(persons):
        return Fit(
            _("Trop petit"),
            "warning",
            _(
                "Pour %(persons)d personnes, il faut au moins %(least)d m² : en dessous, le "
                "logement est suroccupé."
            )
            % {"persons": persons, "least": least_surface(persons)},
        )
    if rooms > persons + 1:
        return Fit(
            _("Grand pour votre foyer"),
            "warning",
            _(
                "Plus d'une pièce de plus que de personnes : le logement serait sous-occupé "
                "(L621-2 du CCH). Un foyer plus nombreux est souvent préféré."
            ),
        )
    least, most = fitting_rooms(persons)
    if least <= rooms <= most:
        return Fit(
            _("Taille adaptée"), "success", _("C'est la taille habituelle pour votre foyer.")
        )
    if rooms < least:
        return Fit(
            _("Un peu petit"),
            "neutral",
            _("C'est une pièce ou plus de moins que d'habitude pour votre foyer."),
        )
    return Fit(
        _("Un peu grand"), "neutral", _("C'est une pièce de plus que d'habitude pour votre foyer.")
    )
