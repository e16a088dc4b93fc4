"""A file was refused and sent again: what comes stands for it, and the piece is whole."""

from documents.models import PieceFile


def stand_for_refused(file: PieceFile) -> None:
    """A file that proves readable stands for one of its piece that was refused before it was sent:
    the one that bears its name, else the oldest. One for one: of two that were refused, one is
    still to be sent again, or to be taken back.

    What was chosen together with the refused one is another page of the document. The caller holds
    the dossier."""
    refused = PieceFile.objects.filter(
        piece=file.piece_id,
        state=PieceFile.State.REFUSED,
        resent_as=None,
        checked_at__lt=file.received_at,
    )
    if file.sending_id is not None:
        refused = refused.exclude(sending_id=file.sending_id)
    named = _stem(file.original_name)
    first = min(
        refused, key=lambda each: (_stem(each.original_name) != named, each.pk), default=None
    )
    if first is not None:
        PieceFile.objects.filter(pk=first.pk).update(resent_as=file)


def _stem(name: str) -> str:
    return name.rpartition(".")[0].casefold() or name.casefold()
