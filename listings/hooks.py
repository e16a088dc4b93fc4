"""What this room asks of rooms above, that it does not know."""

from collections.abc import Callable, Iterable

# offer ids → how many people have applied to each (0 is not told).
CandidacyCounter = Callable[[list[int]], dict[int, int]]
_counters: list[CandidacyCounter] = []


def count_candidacies_with(counter: CandidacyCounter) -> None:
    """Called once, when the room that keeps candidacies is ready."""
    _counters.append(counter)


def candidacies_of(offer_ids: Iterable[int]) -> dict[int, int]:
    """How many people have applied to each of these offers, whatever became of it."""
    ids = list(offer_ids)
    counts = dict.fromkeys(ids, 0)
    for counter in _counters:
        for offer_id, n in counter(ids).items():
            counts[offer_id] += n
    return counts
