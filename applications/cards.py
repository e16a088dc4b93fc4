"""What candidacies add to the cards of homes."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef

from accounts.queries import holders_for
from alin.kit.actor import Actor

from .models import LIVE_STATES, Candidacy


def own_candidacy(actor: Actor) -> Mapping[str, Exists]:
    """Whether who searches has a live candidacy for the home."""
    if not actor.is_applicant:
        return {}
    own = Candidacy.objects.filter(
        offer=OuterRef("offer_id"), applicant_id__in=holders_for(actor), state__in=LIVE_STATES
    )
    return {"applied": Exists(own)}
