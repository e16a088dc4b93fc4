"""What pages say of the seals and hints of a piece, to who gave it and to who checks it."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit import french

from . import hints
from .models import Piece, Seal

NOTHING_READ: dict[str, Any] = {"seals": [], "hints": []}


def read_in(piece: Piece, facts: hints.DossierFacts, on: date, *, owner: bool) -> dict[str, Any]:
    """`seals` and `hints` of a piece read `as_read`. Only its owner is offered to fill the
    dossier."""
    if piece.departure_id:
        # Of somebody whom the dossier does not know any more, there is nothing to compare.
        return NOTHING_READ
    seals = hints.seals_in(piece)
    return {
        "seals": [_card(seal, facts, on, owner=owner) for seal in seals if seal.is_verified],
        "hints": hints.hints_of(piece, facts, on),
    }


def _card(seal: Seal, facts: hints.DossierFacts, on: date, *, owner: bool) -> dict[str, Any]:
    """A verified seal: what it proves, who made it, and what may be done with it."""
    offered = hints.offer_of(seal, facts, on)
    card: dict[str, Any] = {
        "title": _title(seal),
        "proof": _("vérifié par le sceau de l'État") if seal.is_of_state else _("sceau vérifié"),
        "rows": _rows(seal),
        "confirm": "",
        "done": "",
    }
    if isinstance(offered, hints.Declined):
        return card
    if offered.done:
        card["done"] = _("Ce montant est dans le dossier, comme vérifié.")
    elif owner:
        card["confirm"] = reverse("seal_confirm", args=[seal.public_id])
        card["why"] = _why_confirm(offered)
    return card


def _title(seal: Seal) -> str:
    if seal.kind == Seal.Kind.TAX_NOTICE and seal.rfr_eur is not None:
        return _("Revenu fiscal de référence %(year)s : %(amount)s") % {
            "year": seal.income_year,
            "amount": french.euros(seal.rfr_eur, short=True),
        }
    return str(seal.get_kind_display())


def _rows(seal: Seal) -> list[dict[str, Any]]:
    told = [
        (_("Au nom de"), _(" et ").join(seal.names)),
        (_("Adresse"), seal.address),
        (
            _("Valable jusqu'au"),
            french.long_date(seal.valid_until) if seal.valid_until else "",
        ),
        (_("Scellé par"), seal.issuer),
        (_("Le"), french.long_date(seal.signed_on)),
    ]
    rows = [{"key": key, "value": value} for key, value in told if value]
    if seal.kind == Seal.Kind.DISABILITY_CARD:
        rows.append(
            {
                "key": _("Ce que le sceau ne dit pas"),
                "value": _("le nom et la mention de la carte : ils se lisent sur la carte"),
            }
        )
    return rows


def _why_confirm(offered: hints.Offer) -> str:
    if not offered.besides:
        return _what_a_click_does(offered)
    return _(
        "Cet avis compte aussi le revenu de %(who)s, que le dossier ne connaît pas. Si vous vous "
        "séparez, dites-le d'abord dans les ressources : seule votre part compte alors. %(click)s"
    ) % {"who": offered.besides, "click": _what_a_click_does(offered)}


def _what_a_click_does(offered: hints.Offer) -> str:
    if offered.before is None:
        return _("Le dossier ne dit pas encore ce revenu. Un clic le remplit.")
    if offered.before == offered.rfr_eur:
        return _("C'est le montant que vous avez indiqué. Un clic le marque comme vérifié.")
    return _("Vous aviez indiqué %(before)s. Un clic met à la place le montant de l'avis.") % {
        "before": french.euros(offered.before, short=True)
    }
