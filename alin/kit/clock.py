"""The only place that reads a clock.

Two clocks: `now()` for what a page shows, `database_now()` for what decides (an offer that
closes at noon closes for everybody at the database's noon). Both are moved together by
`settings.CLOCK_SHIFT` in a demonstration and by `travel` in tests, so a rule can be looked at
on 2 January or 29 February without touching the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")

_travel_shift: timedelta | None = None


def _shift() -> timedelta:
    return settings.CLOCK_SHIFT if _travel_shift is None else _travel_shift


def now() -> datetime:
    """The portal's present instant, aware, in UTC."""
    return timezone.now() + _shift()


def today() -> date:
    """The portal's present day in Paris: at 22:30 UTC in summer that is already tomorrow."""
    return now().astimezone(PARIS).date()


def local_day(instant: datetime) -> date:
    """The Paris day of an instant."""
    return instant.astimezone(PARIS).date()


def of_machine(instant: datetime) -> datetime:
    """An instant that the machine wrote (the date of a file), on the portal's clock. Somebody who
    travels finds it where it was."""
    return instant + settings.CLOCK_SHIFT


def database_now() -> datetime:
    """The database's present instant (not the start of its transaction), aware.

    What decides a deadline asks this one, inside the transaction that writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
        return instant + _shift()


def end_of_local_day(instant: datetime, days: int) -> datetime:
    """The last second of the Paris day that comes `days` calendar days after `instant`.

    Legal delays count in days, not hours: ten days across the end of summer time are 241 hours."""
    day = instant.astimezone(PARIS).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), tzinfo=PARIS)


def full_days_after(instant: datetime, days: int) -> datetime:
    """The first end of a Paris day that leaves at least `days` times 24 hours.

    In the days before summer time, ten calendar days are an hour short for somebody told in the
    last hour of a day: the law's ten days are then ended a day later."""
    deadline = end_of_local_day(instant, days)
    if deadline - instant < timedelta(days=days):
        deadline = end_of_local_day(instant, days + 1)
    return deadline


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Move both clocks so that it is now `to` (aware); time goes on from there. For tests."""
    global _travel_shift
    before = _travel_shift
    _travel_shift = to - timezone.now()
    try:
        yield
    finally:
        _travel_shift = before
