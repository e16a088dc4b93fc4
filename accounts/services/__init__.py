"""The verbs of people and dossiers: the only code here that writes."""

from .access import close_access, close_accesses_of_person, open_access
from .dossier import (
    SectionConflict,
    open_dossier,
    remove_member,
    save_member,
    save_section,
    save_wishes,
)
from .income import ToldIncome, save_resources, verify_figures, withdraw_verification
from .numero import declare_renewal, remind_renewals, save_numero_unique
from .people import (
    InvitationRefused,
    accept_invitation,
    create_organisation,
    end_membership,
    invite,
    make_operator,
    revoke_invitation,
)

__all__ = [
    "InvitationRefused",
    "SectionConflict",
    "ToldIncome",
    "accept_invitation",
    "close_access",
    "close_accesses_of_person",
    "create_organisation",
    "declare_renewal",
    "end_membership",
    "invite",
    "make_operator",
    "open_access",
    "open_dossier",
    "remind_renewals",
    "remove_member",
    "revoke_invitation",
    "save_member",
    "save_numero_unique",
    "save_resources",
    "save_section",
    "save_wishes",
    "verify_figures",
    "withdraw_verification",
]
