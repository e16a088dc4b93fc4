"""The verbs of a commission: keep it, prepare a session, stage decisions, close and notify."""

from .access import access_purpose
from .agenda import put_on_agenda, schedule_session, take_candidate_off, what_stops_removal
from .decisions import (
    AWARDS,
    DecisionsChanged,
    close_session,
    record_decision,
    what_is_undecided,
    what_stops_closing,
)
from .members import (
    accept_seat,
    change_commission,
    create_commission,
    end_seat,
    name_member,
    revoke_seat_invitation,
)

__all__ = [
    "AWARDS",
    "DecisionsChanged",
    "accept_seat",
    "access_purpose",
    "change_commission",
    "close_session",
    "create_commission",
    "end_seat",
    "name_member",
    "put_on_agenda",
    "record_decision",
    "revoke_seat_invitation",
    "schedule_session",
    "take_candidate_off",
    "what_is_undecided",
    "what_stops_closing",
    "what_stops_removal",
]
