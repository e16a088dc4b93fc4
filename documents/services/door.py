"""What is refused before a file is kept: its size, its kind, too many at once, a full dossier."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.models import Dossier, HouseholdMember
from alin.kit import clock, french
from alin.kit.actor import Actor
from documents import queries, rules
from documents.models import Piece, PieceFile
from documents.sandbox.kinds import FIRST_BYTES, Refused, extension_of, kind_of

logger = logging.getLogger(__name__)

# A full dossier is told from which pieces something can be removed: the fullest.
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Upload:
    """A file as it arrives. `upload_id` names one attempt to send: sent again, it is found."""

    name: str
    content: "File[bytes]"
    upload_id: UUID | None = None

    def copied_for(self, member: HouseholdMember) -> "Upload":
        """The same file as the piece of somebody else, found again when it is sent again."""
        self.content.seek(0)
        return Upload(
            self.name,
            ContentFile(self.content.read()),
            uuid5(self.upload_id, str(member.public_id)) if self.upload_id else None,
        )


class UploadRefused(Exception):
    """What was not kept; `reasons` say, file by file and in French, why and what to do.

    `kept`: the other files were, only those named are missing. `again`: nothing is wrong with
    the files, they may be sent as they are a little later."""

    def __init__(self, reasons: list[str], *, kept: bool = False, again: bool = False) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.kept = kept
        self.again = again


def refuse_in_a_rush(actor: Actor, files: int) -> None:
    """So many files of one person in one hour of the clock, and no more: each costs a second of
    a worker. When the counter does not answer, the room of a dossier still holds."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    name = f"pieces-sent:{actor.user_id}:{hour.isoformat()}"
    try:
        cache.add(name, 0, timeout=3600)
        sent = cache.incr(name, files)
    except (OSError, RedisError, ValueError):
        logger.warning("uploads not counted", exc_info=True)
        return
    if sent > rules.MOST_FILES_AN_HOUR:
        raise UploadRefused(
            [
                _(
                    "Vous avez envoyé beaucoup de fichiers en peu de temps. Ceux qui sont déjà "
                    "reçus sont gardés ; envoyez les suivants après le %(hour)s."
                )
                % {"hour": french.date_time(hour + timedelta(hours=1))}
            ],
            again=True,
        )


def at_first_sight(upload: Upload) -> str:
    """What can be said without opening the file: its size, its kind. Empty when nothing."""
    size = upload.content.size
    if not size:
        return _("« %(name)s » est vide.") % {"name": upload.name}
    if size > rules.LARGEST_FILE:
        return _(
            "« %(name)s » pèse plus de 10 Mo. Prenez la photo avec une qualité moindre, ou envoyez "
            "les pages une à une."
        ) % {"name": upload.name}
    upload.content.seek(0)
    try:
        kind_of(upload.content.read(FIRST_BYTES), extension_of(upload.name))
    except Refused as refusal:
        label = PieceFile.Refusal(refusal.reason).label
        return _("« %(name)s » : %(reason)s") % {"name": upload.name, "reason": label}
    return ""


def refuse_beyond_room(dossier: Dossier, uploads: Sequence[Upload], freed: Piece | None) -> None:
    _refuse_beyond_disk(dossier, sum(upload.content.size for upload in uploads))
    room = queries.room_left(dossier, without=freed)
    if len(uploads) > room.files:
        said = _("Un dossier garde %(most)d fichiers au plus.") % {"most": rules.MOST_FILES}
    elif sum(upload.content.size for upload in uploads) > room.bytes:
        said = _("Les pièces d'un dossier pèsent 200 Mo au plus.")
    else:
        return
    raise UploadRefused([f"{said} {_how_to_make_room(dossier)}"], again=True)


def _refuse_beyond_disk(dossier: Dossier, sent: int) -> None:
    """What was replaced takes room until it is erased: a dossier in which everything is replaced
    again and again does not fill the disk."""
    if queries.bytes_held(dossier) + sent <= settings.PIECES_MOST_BYTES_HELD:
        return
    said = _(
        "Un dossier garde %(most)s Mo au plus, en comptant ce que vous avez remplacé et qui n'est "
        "pas encore effacé."
    ) % {"most": settings.PIECES_MOST_BYTES_HELD // 1_000_000}
    going = [
        _("« %(what)s » (%(megabytes)s Mo) le %(day)s")
        % {
            "what": piece.label,
            "megabytes": max(1, round(piece.bytes_held / 1_000_000)),  # type: ignore[attr-defined]
            "day": french.long_date(day),
        }
        for piece in queries.replaced_by_size(dossier)[:NAMED_AT_MOST]
        if (day := queries.deletion_day(piece))
    ]
    if not going:
        raise UploadRefused([f"{said} {_how_to_make_room(dossier)}"], again=True)
    freed = _(
        "Seront effacés : %(pieces)s. Attendez ce jour, ou retirez-les de ce que vous aviez donné "
        "avant, sur la page de la pièce."
    ) % {"pieces": ", ".join(going)}
    raise UploadRefused([f"{said} {freed}"], again=True)


def _how_to_make_room(dossier: Dossier) -> str:
    found = queries.removable_pieces(dossier)[:NAMED_AT_MOST]
    if not found:
        return _(
            "Toutes vos pièces ont été vérifiées par un bailleur : remplacez-en une par un seul "
            "PDF, l'ancienne ne comptera plus."
        )
    named = [
        "« {what} » ({files})".format(
            what=f"{piece.label} · {piece.member}" if piece.member else piece.label,
            files=french.count(
                piece.files_held,  # type: ignore[attr-defined]
                _("fichier"),
                _("fichiers"),
            ),
        )
        for piece in found
    ]
    return _(
        "Retirez des fichiers de %(pieces)s, ou remplacez-les par un seul PDF : ce qui est "
        "remplacé ne compte plus."
    ) % {"pieces": ", ".join(named)}
