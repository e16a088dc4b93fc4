"""Where an offer stands, and what its landlord may do with it."""

from datetime import datetime
from typing import Literal

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
