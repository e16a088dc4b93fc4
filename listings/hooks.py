"""What this room asks of rooms above, that it does not know."""

from collections.abc import Callable, Iterable

# offer ids → how many candidacies each has (0 is not told).
CandidacyCounter = Callable[[list[int]], dict[int, int]]
_counters: list[CandidacyCounter] = []
_undecided_counters: list[CandidacyCounter] = []


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


def _counted(counters: list[CandidacyCounter], offer_ids: Iterable[int]) -> dict[int, int]:
    ids = list(offer_ids)
    counts = dict.fromkeys(ids, 0)
    for counter in counters:
        for offer_id, n in counter(ids).items():
            counts[offer_id] += n
    return counts
