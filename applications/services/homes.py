"""What becomes of a home beyond one of its offers."""

from applications.models import Candidacy, State
from listings.models import Offer


def free_home(*, offer: Offer) -> None:
    """The dwelling is let anew: whoever signed for it before has left, and holds it no more.

    Called in the transaction that publishes, once nobody is being decided on for this dwelling."""
    Candidacy.objects.filter(home_id=offer.dwelling_id, state=State.LEASE_SIGNED).update(home=None)
