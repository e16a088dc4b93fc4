"""Comparing two ways of doing one thing on a machine that others use too."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 5


def medians(contenders: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each contender over interleaved rounds, after one that does not
    count: what slows the machine for a while slows all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, contender in contenders.items():
            began = time.perf_counter()
            contender()
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in seconds.items()}
