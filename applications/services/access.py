"""Who sees the dossier because of a candidacy."""

from accounts import services as accounts
from applications.models import Candidacy


def access_purpose(candidacy: Candidacy) -> str:
    """The purpose under which the landlord sees the dossier: this candidacy, and only it.

    What others see because of it bears a purpose that starts with this one, `candidacy:…:…`."""
    return f"candidacy:{candidacy.public_id}"


def access_subject(candidacy: Candidacy) -> str:
    """What the applicant reads beside who sees the dossier: the home, as the offer said."""
    terms = candidacy.offer_terms
    home = f"{terms['typology']} à {terms['commune']}"
    return f"{home}, {terms['residence']}" if terms["residence"] else home


def end_access(candidacy: Candidacy) -> None:
    """Nobody sees the dossier for this candidacy any more: neither landlord nor commission."""
    accounts.close_access(dossier=candidacy.dossier, purpose=access_purpose(candidacy))
