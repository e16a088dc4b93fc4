"""How long pieces are kept, and what is swept."""

import logging
from datetime import timedelta

from django.db import transaction

from alin.kit import clock
from documents import queries, rules, storage
from documents.models import Piece, PieceFile, PieceView

logger = logging.getLogger(__name__)

# An object without a row may be one whose row is being written.
ORPHAN_AGE = timedelta(hours=24)


def erase_due() -> int:
    """Erase the pieces whose day has come; their objects go with the rows. Returns how many.

    Looks that are a year old are forgotten too."""
    PieceView.objects.filter(at__lt=clock.now() - timedelta(days=rules.KEPT_VIEWS)).delete()
    erased = 0
    today = clock.today()
    old = Piece.objects.filter(given_at__lt=clock.now() - timedelta(days=rules.KEPT_REPLACED - 1))
    for piece in old.select_related("dossier").order_by("pk").iterator(chunk_size=500):
        day = queries.deletion_day(piece)
        if day is not None and day <= today:
            erased += _erase(piece)
    return erased


def _erase(piece: Piece) -> int:
    with transaction.atomic():
        if not Piece.objects.select_for_update(of=("self",)).filter(pk=piece.pk).exists():
            return 0
        piece.delete()
    return 1


def sweep_orphans() -> int:
    """Delete the objects that no row needs, a day after they were written; a refused file needs
    none. Returns how many keys went; one that the storage keeps waits for the next sweep."""
    before = clock.now() - ORPHAN_AGE
    old = {key for key, written_at in storage.every_key() if written_at < before}
    needed = PieceFile.objects.filter(key__in=old).exclude(state=PieceFile.State.REFUSED)
    swept = 0
    for key in old - set(needed.values_list("key", flat=True)):
        try:
            storage.erase(key)
        except storage.StorageUnavailable:
            logger.warning("objects of %s not swept", key)
        else:
            swept += 1
    return swept
