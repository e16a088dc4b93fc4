"""What becomes of a home beyond one of its offers."""

from collections.abc import Sequence

from django.db.models import F, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import LIVE_STATES, Candidacy, State
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
    live = Candidacy.objects.filter(offer=offer, state__in=LIVE_STATES)
    readers = (
        User.objects.filter(
            Q(pk__in=live.values("applicant"))
            | Q(
                shared_dossiers__dossier__in=live.values("dossier"),
                shared_dossiers__ended_at=None,
            ),
            is_active=True,
        )
        .order_by()
        .distinct()
        .annotate(address=F("email"), unsubscribe=Value(""))
        .values_list("pk", "address", "unsubscribe")
    )
    said = "\n\n".join(f"{each.label} : {each.before} → {each.after}" for each in changes)
    tell_many(
        readers=readers,
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
