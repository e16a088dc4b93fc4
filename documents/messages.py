"""Who is told of what happens to a piece: everybody who keeps the dossier. What a mail says.

A subject shows on a locked telephone, and a mailbox may be open to others: a piece whose name alone
tells of a violence or of a health is “une pièce” there, without the sentence that an agent wrote of
it, without the names of its files, and behind an address that says nothing. Its page says which."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import Dossier
from accounts.queries import parties_of
from notifications.services import tell

from .models import Piece, PieceRequest
from .paths import discreet_path, piece_path


def name_in_mail(told: Piece | PieceRequest) -> str:
    """What a mail calls a piece that was given or asked."""
    if told.kind.sensitive:
        return _("une pièce de votre dossier")
    if isinstance(told, Piece):
        return told.label
    return f"{told.kind} ({told.member})" if told.member else str(told.kind)


def sentence_in_mail(told: Piece | PieceRequest, sentence: str) -> str:
    """A sentence of somebody about a piece, unless it may tell what the piece is."""
    if told.kind.sensitive and sentence:
        return _("La suite est sur la page de la pièce.")
    return sentence


def address_in_mail(told: Piece | PieceRequest) -> str:
    """The page where it is given: of a sensitive one, without the name of its kind."""
    return discreet_path(told) if told.kind.sensitive else piece_path(told)


def tell_parties(
    dossier: Dossier,
    *,
    key: str,
    title: str,
    body: str,
    path: str,
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """A notice and a mail for the holder and for the one who shares the dossier, once per key.
    `links`: as in `notifications.services.tell`."""
    for person in parties_of(dossier):
        tell(user=person, key=key, title=title, body=body, path=path, links=links)
