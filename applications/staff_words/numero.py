"""The numéro unique of a dossier and where its demande stands."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules import (
    DemandState,
    MalformedNumeroUnique,
    NumeroUnique,
    demand,
    parse_numero_unique,
)
from alin.kit import french

from .frozen import day
from .lines import Claim


def numero_in_groups(number: str) -> str:
    """The 18 characters in the groups that mean something: territory, month, sequence, guichet."""
    parts = (number[:3], number[3:7], number[7:13], number[13:])
    return french.NBSP.join(part for part in parts if part)


def parsed_numero(told: Mapping[str, Any], on: date) -> NumeroUnique | None:
    try:
        return parse_numero_unique(told["numero_unique"], on)
    except MalformedNumeroUnique:
        return None


def numero_month(told: Mapping[str, Any], on: date) -> str:
    """Month and year that the number carries, « 05/2022 »; empty without a readable number."""
    parsed = parsed_numero(told, on)
    return f"{parsed.month:02d}/{parsed.year}" if parsed else ""


def lines(told: Mapping[str, Any], on: date) -> list[Claim]:
    if not told["numero_unique"]:
        return [Claim(_("Numéro"), _("non renseigné"))]
    parsed = parsed_numero(told, on)
    lines = [
        Claim(
            _("Numéro"),
            numero_in_groups(told["numero_unique"]),
            parsed.warning if parsed else _("Ce numéro ne se lit pas comme un numéro unique."),
        )
    ]
    registered = day(told["numero_registered_on"])
    if registered:
        disagrees = parsed is not None and not parsed.agrees_with(registered)
        warning = _("Le numéro porte %(month)s : cette date n'est pas du même mois.")
        lines.append(
            Claim(
                _("Demande déposée le"),
                french.long_date(registered),
                warning % {"month": numero_month(told, on)} if disagrees else "",
            )
        )
    if renewed := day(told["numero_renewed_on"]):
        lines.append(Claim(_("Renouvelée le"), french.long_date(renewed)))
    return lines + _standing(told, on)


def _standing(told: Mapping[str, Any], on: date) -> list[Claim]:
    standing = demand(
        registered_on=day(told["numero_registered_on"]),
        renewed_on=day(told["numero_renewed_on"]),
        radiated_on=day(told["numero_radiated_on"]),
        ground=told["numero_radiation_ground"],
        on=on,
    )
    if standing is None:
        return []
    until = french.long_date(standing.valid_until)
    if standing.state in (DemandState.ACTIVE, DemandState.TO_RENEW):
        return [Claim(_("Valable jusqu'au"), until)]
    warning = _("D'après les dates déclarées, la demande n'est plus active : à vérifier.")
    if standing.state == DemandState.EXPIRED:
        return [Claim(_("Valable jusqu'au"), until, warning)]
    left = standing.radiated_on or standing.valid_until
    return [Claim(_("Radiée le"), french.long_date(left), warning)]
