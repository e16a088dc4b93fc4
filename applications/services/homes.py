"""What becomes of a home beyond one of its offers."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Candidacy, State
from applications.queries import live_candidates_of
from listings.models import Offer
from listings.rules import Change
from notifications.services import tell_many


def free_home(*, offer: Offer) -> None:
    """The dwelling is let anew: whoever signed for it before has left, and holds it no more.

    Called in the transaction that publishes, once nobody is being decided on for this dwelling."""
    Candidacy.objects.filter(state=State.LEASE_SIGNED, home=offer.dwelling).update(home=None)


def tell_home_changed(*, offer: Offer, changes: Sequence[Change]) -> None:
    """Tell those whose candidacy lives, and who shares their dossier, what the home says now."""
    _tell_changed(
        offer,
        changes,
        _("Le bailleur a corrigé la description d'un logement auquel vous avez postulé."),
    )


def tell_offer_changed(*, offer: Offer, changes: Sequence[Change]) -> None:
    """The same of the offer: its dates, its amounts, its conditions."""
    _tell_changed(
        offer, changes, _("Le bailleur a modifié l'offre d'un logement auquel vous avez postulé.")
    )


def _tell_changed(offer: Offer, changes: Sequence[Change], what: str) -> None:
    said = "\n\n".join(f"{each.label} : {each.before} → {each.after}" for each in changes)
    tell_many(
        readers=live_candidates_of(offer),
        key=f"home-changed:{offer.public_id}:{offer.version}",
        title=_("Ce logement a changé : %(home)s") % {"home": offer},
        body=_(
            "%(what)s\n\n%(said)s\n\nVotre candidature reste valable. Si ce logement ne vous "
            "convient plus, vous pouvez la retirer, sans conséquence."
        )
        % {"what": what, "said": said},
        path=reverse("offer", args=[offer.public_id]),
        unsubscribe="",
    )
