"""What this room asks of rooms above, that it does not know."""

from collections.abc import Callable, Iterable
from datetime import date

# offer ids → how many candidacies each has (0 is not told).
CandidacyCounter = Callable[[list[int]], dict[int, int]]
_counters: list[CandidacyCounter] = []
_undecided_counters: list[CandidacyCounter] = []
# offer ids → the earliest day on which those who wait were told that the home is free.
PromisedDays = Callable[[list[int]], dict[int, date]]
_promised: list[PromisedDays] = []


def count_candidacies_with(everyone: CandidacyCounter, undecided: CandidacyCounter) -> None:
    """Called once, when the room that keeps candidacies is ready."""
    _counters.append(everyone)
    _undecided_counters.append(undecided)


def candidacies_of(offer_ids: Iterable[int]) -> dict[int, int]:
    """How many people have applied to each of these offers, whatever became of it."""
    return _counted(_counters, offer_ids)


def undecided_of(offer_ids: Iterable[int]) -> dict[int, int]:
    """How many candidacies of each of these offers have not ended: being studied, proposed, or
    accepted with the lease still to sign."""
    return _counted(_undecided_counters, offer_ids)


def read_promised_days_with(promised: PromisedDays) -> None:
    """Called once, as `count_candidacies_with`."""
    _promised.append(promised)


def promised_days_of(offer_ids: Iterable[int]) -> dict[int, date]:
    """The earliest day on which the home was to be free, as those read it whose candidacy has not
    ended; nothing of an offer where nobody waits."""
    ids = list(offer_ids)
    days: dict[int, date] = {}
    for promised in _promised:
        for offer_id, day in promised(ids).items():
            days[offer_id] = min(day, days.get(offer_id, day))
    return days


def _counted(counters: list[CandidacyCounter], offer_ids: Iterable[int]) -> dict[int, int]:
    ids = list(offer_ids)
    counts = dict.fromkeys(ids, 0)
    for counter in counters:
        for offer_id, n in counter(ids).items():
            counts[offer_id] += n
    return counts
