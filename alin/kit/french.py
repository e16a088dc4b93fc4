"""How figures, dates and delays are written for people, in French typography.

Figures are grouped by narrow no-break spaces (U+202F) and held to their unit by a no-break one.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import clock

THIN = "\u202f"
NBSP = "\u00a0"
MINUS = "\u2212"


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", THIN)


def number(value: int | Decimal) -> str:
    """12500 → "12 500", Decimal("1234.50") → "1 234,5": as many decimals as are meaningful."""
    exact = Decimal(value)
    sign = MINUS if exact < 0 else ""
    whole, _dot, decimals = f"{abs(exact):f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{sign}{_grouped(int(whole))}" + (f",{decimals}" if decimals else "")


def euros(amount: int | Decimal, short: bool = False) -> str:
    """Decimal("612.4") → "612,40 €". With `short`, no cents when there are none: "612 €"."""
    cents = Decimal(amount).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    sign = MINUS if cents < 0 else ""
    whole, _dot, decimals = f"{abs(cents):f}".partition(".")
    figure = _grouped(int(whole))
    if not (short and decimals == "00"):
        figure += f",{decimals}"
    return f"{sign}{figure}{NBSP}€"


def surface(square_metres: int | Decimal) -> str:
    return f"{number(square_metres)}{NBSP}m²"


def count(n: int, singular: str, plural: str) -> str:
    """`count(3, "candidature", "candidatures")` → "3 candidatures". Zero is singular in French."""
    return f"{_grouped(n)}{NBSP}{singular if n < 2 else plural}"


def _local_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return value.astimezone(clock.PARIS).date()
    return value


def long_date(value: date | datetime, style: str = "medium") -> str:
    """The Paris day. Styles: "long" (lundi 23 novembre 2026), "medium" (23 novembre 2026),
    "short" (23 nov. 2026)."""
    day = _local_day(value)
    figure = "1er" if day.day == 1 else str(day.day)
    if style == "short":
        return f"{figure}{NBSP}{dateformat.format(day, 'N')} {day.year}"
    written = f"{figure}{NBSP}{dateformat.format(day, 'F')} {day.year}"
    return f"{dateformat.format(day, 'l')} {written}" if style == "long" else written


def date_time(value: datetime) -> str:
    """The instant as a clock in Paris shows it: "23 novembre 2026 à 14 h 32"."""
    local = value.astimezone(clock.PARIS)
    return _("%(date)s à %(hour)s") % {
        "date": long_date(local),
        "hour": f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}",
    }


def time_left(deadline: datetime, now: datetime | None = None) -> str:
    """What remains before `deadline`, in words and in Paris calendar days."""
    now = now or clock.now()
    seconds = (deadline - now).total_seconds()
    if seconds <= 0:
        return _("délai passé")
    days = (_local_day(deadline) - _local_day(now)).days
    if days > 1:
        return _("encore %(days)s jours") % {"days": _grouped(days)}
    if days == 1:
        return _("jusqu'à demain")
    hours = int(seconds // 3600)
    if hours >= 1:
        return ngettext("encore %(hours)s heure", "encore %(hours)s heures", hours) % {
            "hours": hours
        }
    return _("moins d'une heure")
