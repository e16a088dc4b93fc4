"""What the law or the landlord decides of a home, without the database."""

from .changes import (
    PICTURES,
    TRACKED,
    WHERE,
    Change,
    as_plain,
    changes_between,
    home_as_plain,
    pictures_as_plain,
    refused_changes,
    refused_home_changes,
    refused_once_published,
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
from .publication import (
    publication_refusals,
    publication_warnings,
    territory_refusal,
    unfit_refusals,
)
from .rents import RentLimit, RentVerdict, check_rent
from .states import possible_actions, rival_refusal
from .windows import span_refusals, window_refusals
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
    "PICTURES",
    "PROGRAMMES",
    "TRACKED",
    "WHERE",
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
    "publication_refusals",
    "publication_warnings",
    "published_ceilings",
    "refused_changes",
    "refused_home_changes",
    "refused_once_published",
    "rival_refusal",
    "span_refusals",
    "territory_refusal",
    "unfit_refusals",
    "window_refusals",
]
