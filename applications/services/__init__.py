"""The verbs of a candidacy. Each writes its state, its journal line, its notice and its mail in
one transaction; what must happen elsewhere happens after commit."""

from .access import access_purpose, access_subject
from .answers import accept_proposal, refuse_proposal, sign_lease, withdraw
from .closing import remind_favourites, tell_closed_early
from .decisions import (
    award,
    choose_directly,
    declare_inadmissible,
    meet_condition,
    not_award,
    propose_next,
    tell_waiting,
)
from .due import expire_due_proposals, lapse_due_conditions
from .homes import free_home, tell_home_changed, tell_offer_changed
from .instruction import (
    conclude_point,
    mark_ready,
    present_to_commission,
    set_aside,
    take_in_instruction,
    take_off_agenda,
)
from .renunciation import (
    renounce_demand,
    renounce_home,
    to_withdraw,
    what_stops_renouncing,
)
from .submission import (
    CannotApply,
    Standing,
    missing_for,
    reasons_not_to_apply,
    resend_dossier,
    standing_of,
    submit_candidacy,
    verdict_for,
)

__all__ = [
    "CannotApply",
    "Standing",
    "accept_proposal",
    "access_purpose",
    "access_subject",
    "award",
    "choose_directly",
    "conclude_point",
    "declare_inadmissible",
    "expire_due_proposals",
    "free_home",
    "lapse_due_conditions",
    "mark_ready",
    "meet_condition",
    "missing_for",
    "not_award",
    "present_to_commission",
    "propose_next",
    "reasons_not_to_apply",
    "refuse_proposal",
    "remind_favourites",
    "renounce_demand",
    "renounce_home",
    "resend_dossier",
    "set_aside",
    "sign_lease",
    "standing_of",
    "submit_candidacy",
    "take_in_instruction",
    "take_off_agenda",
    "tell_closed_early",
    "tell_home_changed",
    "tell_offer_changed",
    "tell_waiting",
    "to_withdraw",
    "verdict_for",
    "what_stops_renouncing",
    "withdraw",
]
