"""Counting how many times offers are read, without a row that every reader writes."""

import logging
from functools import cache
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from redis import Redis, RedisError

from alin.kit import clock

_KEY = "alin:offer-views:"
_log = logging.getLogger(__name__)


def count_view(offer_id: int) -> None:
    """One more reader today. Kept in memory until `store_views`; a counter that does not answer
    costs a reader nothing but the count."""
    try:
        _client().hincrby(f"{_KEY}{clock.today().isoformat()}", str(offer_id), 1)
    except RedisError:
        _log.warning("views are not counted: the memory store does not answer")


def store_views() -> int:
    """Add what was counted to the rows of each day; returns how many offers were read.

    One run at a time. Each day's counter is first put aside, so that readers begin a new one, and
    is forgotten once its rows are committed."""
    client = _client()
    lock = client.lock("alin:offer-views-lock", timeout=120, blocking=False)
    if not lock.acquire():
        return 0
    try:
        return _store_all(client)
    finally:
        lock.release()


def _store_all(client: "Redis") -> int:
    stored = 0
    for key in list(client.scan_iter(f"{_KEY}*")):
        name = key.decode()
        if ":aside:" not in name:
            aside = f"{name}:aside:{uuid4().hex}"
            client.rename(name, aside)
            name = aside
        counted = client.hgetall(name)
        day = name.removeprefix(_KEY).partition(":")[0]
        stored += _add(day, {int(offer): int(n) for offer, n in counted.items()})
        client.delete(name)
    return stored


def _add(day: str, counts: dict[int, int]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_offerdailyviews AS kept (offer_id, day, count)"
            " SELECT o.id, %s, c.n FROM unnest(%s::bigint[], %s::int[]) AS c (id, n)"
            " JOIN listings_offer o ON o.id = c.id ORDER BY o.id"
            " ON CONFLICT (offer_id, day) DO UPDATE SET count = kept.count + excluded.count",
            [day, list(counts), list(counts.values())],
        )
        added: int = cursor.rowcount
    return added


def _client() -> "Redis":
    return _client_of(settings.REDIS_URL)


@cache
def _client_of(address: str) -> "Redis":
    """One for all readers of a process: it keeps its connections."""
    return Redis.from_url(address, socket_connect_timeout=1, socket_timeout=1)
