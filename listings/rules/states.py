"""Where an offer stands, and what its landlord may do with it."""

from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from alin.kit import french

from ..models import Offer

Action = Literal["edit", "publish", "extend", "close", "archive", "duplicate", "history"]


def possible_actions(offer: Offer, at: datetime) -> set[Action]:
    """What the services would accept at that instant."""
    if offer.archived_at:
        return {"duplicate", "history"} if offer.published_at else {"duplicate"}
    if not offer.published_at:
        return {"edit", "publish", "archive", "duplicate"}
    if offer.effective_closing() <= at:
        return {"archive", "duplicate", "history"}
    return {"edit", "extend", "close", "duplicate", "history"}


def rival_refusal(rival: Offer, at: datetime, undecided: int) -> str:
    """Why another offer of a dwelling cannot be published while `rival` is: two families would be
    promised one home. `undecided`: how many of its candidacies have not ended."""
    if rival.effective_closing() > at:
        return _(
            "Ce logement est déjà publié par une autre offre, jusqu'au %(when)s. Attendez sa "
            "clôture et ses décisions, ou closez-la avec un motif."
        ) % {"when": french.date_time(rival.effective_closing())}
    return _(
        "Ce logement a été publié par une autre offre, close le %(when)s, dont %(n)s en cours. "
        "Terminez-la avant de publier celle-ci : chaque candidat doit avoir sa réponse."
    ) % {
        "when": french.date_time(rival.effective_closing()),
        "n": french.count(undecided, _("candidature est encore"), _("candidatures sont encore")),
    }
