"""People, organisations, memberships; the applicant's dossier and who may see it."""

from .claims import NumeroClaim
from .couple import (
    CoApplicant,
    CoApplicantInvitation,
)
from .dossier import (
    Dossier,
    DossierAccess,
    SectionState,
    WishedCommune,
)
from .household import HouseholdMember
from .income import IncomeFigure, RecentIncome, TaxIncome
from .people import (
    Invitation,
    Membership,
    Organisation,
    User,
    UserManager,
)

__all__ = [
    "CoApplicant",
    "CoApplicantInvitation",
    "Dossier",
    "DossierAccess",
    "HouseholdMember",
    "IncomeFigure",
    "Invitation",
    "Membership",
    "NumeroClaim",
    "Organisation",
    "RecentIncome",
    "SectionState",
    "TaxIncome",
    "User",
    "UserManager",
    "WishedCommune",
]
