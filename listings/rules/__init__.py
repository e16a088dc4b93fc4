"""What the law or the landlord decides of a home, without the database."""

from .changes import (
    TRACKED,
    Change,
    as_plain,
    changes_between,
    home_as_plain,
    pictures_as_plain,
    refused_changes,
    refused_home_changes,
)
from .programmes import (
    PROGRAMMES,
    Programme,
    allowed_fundings,
    charges_in_words,
    deposit_refusal,
    kind_of,
    offer_conditions,
)
from .rents import RentLimit, RentVerdict, check_rent
from .states import possible_actions, rival_refusal
from .windows import window_refusals
from .words import (
    HOUSEHOLDS_IN_WORDS,
    PublishedCeilings,
    Tone,
    Word,
    eligibility_in_a_word,
    household_in_words,
    published_ceilings,
)

__all__ = [
    "HOUSEHOLDS_IN_WORDS",
    "PROGRAMMES",
    "TRACKED",
    "Change",
    "Programme",
    "PublishedCeilings",
    "RentLimit",
    "RentVerdict",
    "Tone",
    "Word",
    "allowed_fundings",
    "as_plain",
    "changes_between",
    "charges_in_words",
    "check_rent",
    "deposit_refusal",
    "eligibility_in_a_word",
    "home_as_plain",
    "household_in_words",
    "kind_of",
    "offer_conditions",
    "pictures_as_plain",
    "possible_actions",
    "published_ceilings",
    "refused_changes",
    "refused_home_changes",
    "rival_refusal",
    "window_refusals",
]
