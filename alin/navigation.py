"""The main menu: what each kind of person finds in the header, in the same order on every page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from alin.kit.actor import Actor


@dataclass(frozen=True)
class MenuItem:
    label: str
    href: str
    current: bool = False
    badge: str = ""


def _entries(actor: Actor) -> list[tuple[str, str]]:
    if actor.is_operator:
        entries = [(_("Plateforme"), "platform_home"), (_("Logements"), "offer_search")]
    elif actor.is_landlord_staff:
        entries = [
            (_("Tableau de bord"), "staff_home"),
            (_("Candidatures"), "staff_inbox"),
            (_("Pièces"), "staff_pieces"),
            (_("Offres"), "staff_offers"),
            (_("Parc"), "residences"),
            (_("Commissions"), "commission_home"),
        ]
        if actor.is_manager:
            entries.append((_("Équipe"), "staff_team"))
    elif actor.is_applicant and not actor.sits_on_commission:
        entries = [
            (_("Logements"), "offer_search"),
            (_("Mes droits"), "simulator"),
            (_("Mon dossier"), "dossier"),
            (_("Mes candidatures"), "my_candidacies"),
        ]
    elif not actor.is_authenticated:
        entries = [(_("Logements"), "offer_search"), (_("Mes droits"), "simulator")]
    else:
        entries = [(_("Logements"), "offer_search")]
    if actor.sits_on_commission and not actor.is_landlord_staff:
        entries.append((_("Commissions"), "commission_home"))
    if actor.is_authenticated:
        entries.append((_("Messages"), "notices"))
    return entries


def menu(actor: Actor, path: str) -> list[MenuItem]:
    """The entries for `actor`. Current: the one whose address is the longest start of `path`."""
    entries = [(label, name, reverse(name)) for label, name in _entries(actor)]
    current = max((href for *_rest, href in entries if path.startswith(href)), key=len, default="")
    return [
        MenuItem(label=label, href=href, current=href == current, badge=_badge(actor, name))
        for label, name, href in entries
    ]


def _badge(actor: Actor, name: str) -> str:
    if name != "notices":
        return ""
    # Imported late: the error pages render a header before the applications are ready to answer.
    from notifications.queries import unread_count

    unread = unread_count(actor)
    return "" if unread == 0 else "99+" if unread > 99 else str(unread)
