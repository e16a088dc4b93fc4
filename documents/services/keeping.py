"""How long pieces are kept, and what is swept."""

import logging
from datetime import timedelta

from django.db import transaction

from alin.kit import clock
from documents import queries, storage
from documents.models import Piece, PieceFile

logger = logging.getLogger(__name__)

# An object without a row may be one whose row is being written.
ORPHAN_AGE = timedelta(hours=24)


def erase_due() -> int:
    """Erase the pieces whose day has come, rows first, then their objects. Returns how many.

    What the storage would not delete now is an orphan, and is swept later."""
    erased = 0
    today = clock.today()
    for piece in Piece.objects.order_by("pk").iterator(chunk_size=500):
        day = queries.deletion_day(piece)
        if day is not None and day <= today:
            erased += _erase(piece)
    return erased


def _erase(piece: Piece) -> int:
    with transaction.atomic():
        if not Piece.objects.select_for_update(of=("self",)).filter(pk=piece.pk).exists():
            return 0
        keys = list(piece.files.values_list("key", flat=True))
        piece.delete()
        transaction.on_commit(lambda: _erase_objects(keys), robust=True)
    return 1


def _erase_objects(keys: list[str]) -> None:
    for key in keys:
        try:
            storage.erase(key)
        except storage.StorageUnavailable:
            logger.warning("objects of %s not erased yet", key)


def sweep_orphans() -> int:
    """Delete the objects that no row leads to, a day after they were written. Returns how many
    keys went."""
    before = clock.now() - ORPHAN_AGE
    old = {key for key, written_at in storage.every_key() if written_at < before}
    known = set(PieceFile.objects.filter(key__in=old).values_list("key", flat=True))
    for key in old - known:
        storage.erase(key)
    return len(old - known)
