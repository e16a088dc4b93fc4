"""When an offer may receive candidacies."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from alin.kit import french


def window_refusals(
    *, opens_at: datetime, closes_at: datetime, at: datetime, least: timedelta
) -> dict[str, str]:
    """Why this window cannot be published at the instant `at`, by field; empty when it can.

    `least`: the shortest time that is left to apply, counted from the opening or from now."""
    if closes_at <= opens_at:
        return {
            "closes_at": _(
                "La clôture, le %(closes)s, vient avant l'ouverture, le %(opens)s. Choisissez une "
                "clôture plus tardive."
            )
            % {"closes": french.date_time(closes_at), "opens": french.date_time(opens_at)}
        }
    if closes_at <= at:
        return {
            "closes_at": _(
                "La clôture, le %(closes)s, est déjà passée. Choisissez une date à venir."
            )
            % {"closes": french.date_time(closes_at)}
        }
    start = max(opens_at, at)
    if closes_at - start < least:
        return {
            "closes_at": _(
                "Les candidats auraient moins de %(hours)s pour postuler. Repoussez la clôture au "
                "%(earliest)s au plus tôt."
            )
            % {
                "hours": _hours(least),
                "earliest": french.date_time(start + least + timedelta(minutes=1)),
            }
        }
    return {}


def span_refusals(
    *,
    opens_at: datetime,
    closes_at: datetime,
    available_on: date,
    on: date,
    longest: timedelta,
    farthest: timedelta,
) -> dict[str, str]:
    """Why these dates are mistakes whatever the offer, by field: a window of more than `longest`,
    or a day farther from `on` than `farthest`."""
    days = {
        "opens_at": opens_at.date(),
        "closes_at": closes_at.date(),
        "available_on": available_on,
    }
    refused = {
        name: _("Cette date est à plus de %(n)s jours d'aujourd'hui : vérifiez l'année.")
        % {"n": farthest.days}
        for name, day in days.items()
        if abs(day - on) > farthest
    }
    if not refused and closes_at - opens_at > longest:
        refused["closes_at"] = _(
            "Les candidatures resteraient ouvertes plus de %(n)s jours : choisissez une clôture "
            "plus proche. Elle pourra être repoussée."
        ) % {"n": longest.days}
    return refused


def _hours(length: timedelta) -> str:
    hours = int(length.total_seconds() // 3600)
    if hours and hours % 24 == 0:
        return french.count(hours // 24, _("jour"), _("jours"))
    return french.count(hours, _("heure"), _("heures"))


def same_value(before: Any, after: Any) -> bool:
    """Whether a field says the same. Pages show instants to the minute: what is saved to the
    second and sent back has not changed."""
    if isinstance(before, datetime) and isinstance(after, datetime):
        return before.replace(second=0, microsecond=0) == after.replace(second=0, microsecond=0)
    return bool(before == after)
