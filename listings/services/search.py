"""Keeping the table that searches read."""

from django.db import connection, transaction

from ..models import Offer


def rebuild_search(*, batch: int = 5_000) -> int:
    """Make every search row say what its offer says, in ranges of keys, each a transaction of its
    own; returns how many were wrong, missing or left over. Again, it changes nothing."""
    last, changed = 0, 0
    while ids := list(
        Offer.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT write_search_rows(%s::bigint[])", [ids])
            changed += cursor.fetchone()[0]
        last = ids[-1]
    return changed
