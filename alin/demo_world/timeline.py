"""What happened, in the order it happened."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from alin.kit import clock

SATURDAY = 5


class Timeline:
    """Actions to be done at instants of the past. `run` does them in order, each with both of the
    portal's clocks at its instant, so that what services write is dated as if it were then."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._rank = count()

    def day(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant of the Paris day that comes `days` after today (before, when negative)."""
        day = self.today + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), tzinfo=clock.PARIS)

    def working_day(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """The same, on the Friday before when it falls on a week-end."""
        day = self.today + timedelta(days=days)
        return self.day(days - max(0, day.weekday() - SATURDAY + 1), hour, minute)

    def at(self, instant: datetime, action: Callable[[], object]) -> None:
        heapq.heappush(self._queue, (instant, next(self._rank), action))

    def run(self) -> None:
        while self._queue:
            instant, _rank, action = heapq.heappop(self._queue)
            with clock.travel(instant):
                action()
