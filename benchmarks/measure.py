"""Comparing two ways of doing one thing on a machine that others use too."""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

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


def database_cpu_ms(sql: str, rounds: int = 50) -> tuple[float, float]:
    """What a statement costs the processor of the server, to plan and to execute: the best of
    each over the rounds. Its clock would count what else the machine does; the server tells its
    processor's time to whoever administers it."""
    planned, executed = [], []
    with _told_by_the_server() as told, connection.cursor() as cursor:
        for _turn in range(rounds):
            told.clear()
            cursor.execute(sql)
            planned.append(told["PLANNER STATISTICS"])
            executed.append(told["EXECUTOR STATISTICS"])
    return min(planned), min(executed)


@contextmanager
def _told_by_the_server() -> Iterator[dict[str, float]]:
    told: dict[str, float] = {}

    def listen(said: Any) -> None:
        spent = re.search(r"([0-9.]+) s user, ([0-9.]+) s system", said.message_detail or "")
        if spent:
            told[said.message_primary] = 1000 * sum(map(float, spent.groups()))

    names = ("log_planner_stats", "log_executor_stats")
    with connection.cursor() as cursor:
        cursor.execute("SET client_min_messages = log")
        cursor.execute("; ".join(f"SET {name} = on" for name in names))
        connection.connection.add_notice_handler(listen)
        try:
            yield told
        finally:
            connection.connection.remove_notice_handler(listen)
            cursor.execute("; ".join(f"RESET {name}" for name in names))
            cursor.execute("RESET client_min_messages")


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
