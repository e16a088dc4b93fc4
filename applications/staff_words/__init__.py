"""How staff and members of a commission read a frozen dossier, a verdict and the journal.

Plain functions over plain data: nothing here asks the database."""

from .claims import changes, claims, claims_for_members, same_claims
from .frozen import facts_of_snapshot, household_size, resources_told
from .journal import EVENTS, event_in_words, timeline
from .lines import Change, Claim
from .numero import numero_in_groups, numero_month
from .verdict import REASONS, VERDICT_TITLES, VERDICT_TONES, Assessment, assess, reason_in_words

__all__ = [
    "EVENTS",
    "REASONS",
    "VERDICT_TITLES",
    "VERDICT_TONES",
    "Assessment",
    "Change",
    "Claim",
    "assess",
    "changes",
    "claims",
    "claims_for_members",
    "event_in_words",
    "facts_of_snapshot",
    "household_size",
    "numero_in_groups",
    "numero_month",
    "reason_in_words",
    "resources_told",
    "same_claims",
    "timeline",
]
