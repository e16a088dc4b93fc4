"""The verbs of people and dossiers: the only code here that writes."""

from .access import close_access, close_accesses_of_person, open_access
from .claims import claim_numero, grant_claim, refuse_claim, withdraw_claim
from .couple import (
    SHARED,
    Newcomer,
    accept_co_applicant_invitation,
    end_shared_dossier,
    invite_co_applicant,
    resend_co_applicant_invitation,
    revoke_co_applicant_invitation,
    tell_parties,
    what_keeps_from_sharing,
)
from .dossier import (
    SectionConflict,
    hold_section,
    open_dossier,
    remove_member,
    save_member,
    save_section,
    save_wishes,
)
from .income import (
    ToldIncome,
    save_resources,
    take_sealed_income,
    verify_figures,
    withdraw_verification,
)
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
from .radiation import strike_off

__all__ = [
    "SHARED",
    "InvitationRefused",
    "Newcomer",
    "SectionConflict",
    "ToldIncome",
    "accept_co_applicant_invitation",
    "accept_invitation",
    "claim_numero",
    "close_access",
    "close_accesses_of_person",
    "create_organisation",
    "declare_renewal",
    "end_membership",
    "end_shared_dossier",
    "grant_claim",
    "hold_section",
    "invite",
    "invite_co_applicant",
    "make_operator",
    "open_access",
    "open_dossier",
    "refuse_claim",
    "remind_renewals",
    "remove_member",
    "resend_co_applicant_invitation",
    "revoke_co_applicant_invitation",
    "revoke_invitation",
    "save_member",
    "save_numero_unique",
    "save_resources",
    "save_section",
    "save_wishes",
    "strike_off",
    "take_sealed_income",
    "tell_parties",
    "verify_figures",
    "what_keeps_from_sharing",
    "withdraw_claim",
    "withdraw_verification",
]
