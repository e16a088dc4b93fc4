"""Write and verify the append-only history."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection, transaction

from . import clock
from .actor import Actor, SystemActor
from .models import JobRun, JournalAnchor, JournalEntry


def append(
    chain: str,
    event: str,
    *,
    actor: Actor,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> JournalEntry:
    """Add a line to `chain`; must be called in a transaction, which holds the chain until commit.

    Writers of one chain wait for each other; two chains never do."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.append needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [chain])
    last = JournalEntry.objects.filter(chain=chain).order_by("-sequence").first()
    entry = _line(chain, event, actor, reason, data or {}, last)
    entry.save(force_insert=True)
    return entry


def begin(
    chains: Iterable[str], event: str, *, actor: Actor, data: dict[str, Any] | None = None
) -> None:
    """The first line of chains that nobody else knows yet: those of things made in this very
    transaction. A chain that has one already is refused by the database."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.begin needs a transaction")
    lines = [_line(chain, event, actor, "", data or {}, None) for chain in chains]
    JournalEntry.objects.bulk_create(lines, batch_size=1_000)


def append_all(lines: Mapping[str, dict[str, Any]], event: str, *, actor: Actor) -> None:
    """The same line, each with its own data, at the end of many chains. The caller holds the rows
    that the chains are about: thousands of locks beside would outgrow what the database can keep.
    Whoever writes to one of them without holding its row is refused by the database."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.append_all needs a transaction")
    chains = list(lines)
    for start in range(0, len(chains), 1_000):
        some = chains[start : start + 1_000]
        heads = JournalEntry.objects.filter(chain__in=some).order_by("chain", "-sequence")
        last = {entry.chain: entry for entry in heads.distinct("chain")}
        JournalEntry.objects.bulk_create(
            _line(chain, event, actor, "", lines[chain], last.get(chain)) for chain in some
        )


def _line(
    chain: str,
    event: str,
    actor: Actor,
    reason: str,
    data: dict[str, Any],
    last: JournalEntry | None,
) -> JournalEntry:
    entry = JournalEntry(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        event=event,
        user_id=actor.user_id or None,
        actor_label=_label(actor),
        organisation_label=str(actor.organisation) if actor.organisation else "",
        reason=reason,
        data=data,
        previous_digest=last.digest if last else "",
        at=clock.now(),
    )
    entry.digest = digest_of(entry)
    return entry


def _label(actor: Actor) -> str:
    if isinstance(actor, SystemActor):
        return actor.label
    return str(actor.user) if actor.user is not None else "Visiteur"


def digest_of(entry: JournalEntry) -> str:
    """SHA-256 of the line's content and of the digest before it."""
    content = [
        entry.chain,
        entry.sequence,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.event,
        entry.user_id,
        entry.actor_label,
        entry.organisation_label,
        entry.reason,
        entry.data,
        entry.previous_digest,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class ChainFault:
    chain: str
    sequence: int
    what: str


def verify_chain(entries: Iterable[JournalEntry]) -> ChainFault | None:
    """The first line that does not fit, None when all hold. `entries`: one chain, in order."""
    digest = ""
    for rank, entry in enumerate(entries, start=1):
        if entry.sequence != rank:
            return ChainFault(entry.chain, rank, "ligne absente")
        if entry.previous_digest != digest:
            return ChainFault(entry.chain, rank, "lien rompu")
        if entry.digest != digest_of(entry):
            return ChainFault(entry.chain, rank, "ligne modifiée")
        digest = entry.digest
    return None


def heads_digest(until: date) -> tuple[int, int, str]:
    """Number of chains, of lines, and one digest over the heads, up to the end of `until`."""
    end = datetime.combine(until, time.max, tzinfo=clock.PARIS)
    heads = (
        JournalEntry.objects.filter(at__lte=end).order_by("chain", "-sequence").distinct("chain")
    )
    running, chains, lines = hashlib.sha256(), 0, 0
    for head in heads.iterator():
        running.update(f"{head.chain}:{head.sequence}:{head.digest}\n".encode())
        chains += 1
        lines += head.sequence
    return chains, lines, running.hexdigest()


def anchor_day(day: date) -> JournalAnchor | None:
    """Keep the digest of all heads for `day`; None when it was already kept."""
    with transaction.atomic():
        _run, first = JobRun.objects.get_or_create(job="anchor-journal", period=day.isoformat())
        if not first:
            return None
        chains, lines, digest = heads_digest(day)
        return JournalAnchor.objects.create(day=day, chains=chains, entries=lines, digest=digest)
