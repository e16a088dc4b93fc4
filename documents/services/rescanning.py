"""Clean files go before the antivirus again each week: its base knows what it did not know."""

import hashlib
import io
import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Dossier, User
from alin.kit import clock, french
from documents import scan, storage
from documents.messages import address_in_mail, name_in_mail, tell_parties
from documents.models import PieceFile, PieceView
from notifications.services import tell

from .replacing import set_back
from .requests import reopen_requests

logger = logging.getLogger(__name__)

SCAN_AGAIN = timedelta(days=7)
State = PieceFile.State


def rescan_due(*, limit: int = 500, seconds: float = 60) -> int:
    """Scan the clean files whose last scan is a week old, the oldest first. Returns how many.

    Each is also compared with what was checked: an object that is gone or another is noted, for
    an operator; nobody is shown it. Each is written down as it is done: what a call leaves, the
    next one takes up. Without scanner or storage it stops, and the files stay as they are."""
    done = 0
    until = time.monotonic() + seconds
    before = clock.now() - SCAN_AGAIN
    for file in _to_scan(before)[:limit]:
        damaged_at = None
        verdict: scan.Clean | scan.Infected = scan.Clean()
        try:
            content = storage.read(storage.clean_name(file.key))
            if hashlib.sha256(content).hexdigest() != file.sha256:
                damaged_at = clock.now()
                logger.error("the object of %s is not the one that was checked", file.public_id)
            verdict = scan.scan(io.BytesIO(content))
        except FileNotFoundError:
            damaged_at = clock.now()
            logger.error("no object for the file %s", file.public_id)
        except (scan.ScannerUnavailable, storage.StorageUnavailable) as failure:
            logger.warning("files not scanned again: %s", failure)
            break
        if isinstance(verdict, scan.Infected):
            logger.error("file %s withdrawn: %s", file.public_id, verdict.signature)
            _withdraw(file)
        else:
            row = PieceFile.objects.filter(pk=file.pk)
            row.update(scanned_at=clock.now(), damaged_at=damaged_at)
        done += 1
        if time.monotonic() > until:
            break
    return done


def _to_scan(before: datetime) -> QuerySet[PieceFile]:
    return (
        PieceFile.objects.filter(
            Q(scanned_at__lt=before) | Q(scanned_at=None, checked_at__lt=before),
            state=State.CLEAN,
        )
        .select_related("piece__kind", "piece__dossier__applicant")
        .order_by(F("scanned_at").asc(nulls_first=True), "pk")
    )


def _withdraw(file: PieceFile) -> None:
    """Show it to nobody any more, destroy it, and tell who gave it and who looked at it."""
    with transaction.atomic():
        Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=file.piece.dossier_id)
        mine = (
            PieceFile.objects.select_for_update(of=("self",))
            .filter(pk=file.pk, state=State.CLEAN)
            .first()
        )
        if mine is None:
            return
        mine.state, mine.refusal = State.REFUSED, PieceFile.Refusal.INFECTED
        mine.scanned_at = clock.now()
        mine.save(update_fields=["state", "refusal", "scanned_at"])
        set_back(file.piece)
        reopen_requests(file.piece)
        _tell(file)
        transaction.on_commit(lambda: _destroy(file.key), robust=True)


def _destroy(key: str) -> None:
    try:
        storage.erase(key)
    except storage.StorageUnavailable:
        logger.error("objects of the withdrawn file %s not destroyed yet", key)


def _tell(file: PieceFile) -> None:
    piece = file.piece
    name = _("un fichier") if piece.kind.sensitive else file.original_name
    label = _("une pièce") if piece.kind.sensitive else piece.label
    tell_parties(
        piece.dossier,
        key=f"piece-file-withdrawn:{file.public_id}",
        title=_("Fichier retiré par l'antivirus : %(piece)s") % {"piece": name_in_mail(piece)},
        body=_(
            "« %(name)s » paraissait sain quand vous l'avez donné. L'antivirus, mis à jour depuis, "
            "y a reconnu un logiciel dangereux : le fichier a été détruit.\n\nVérifiez votre "
            "appareil, puis donnez la pièce à nouveau ; une photo du document suffit."
        )
        % {"name": name},
        path=address_in_mail(piece),
    )
    looks = PieceView.objects.filter(piece=piece).order_by("viewer_id", "-at")
    for look in looks.distinct("viewer_id"):
        tell(
            user=User.objects.get(pk=look.viewer_id),
            key=f"piece-file-withdrawn:{file.public_id}",
            title=_("Fichier dangereux retiré : %(piece)s, %(who)s")
            % {"piece": label, "who": piece.dossier.applicant},
            body=_(
                "Vous avez consulté cette pièce le %(day)s. L'antivirus, mis à jour depuis, a "
                "reconnu un logiciel dangereux dans « %(name)s », qui a été détruit.\n\nSi vous "
                "l'avez téléchargé, supprimez-le et prévenez votre service informatique."
            )
            % {"day": french.long_date(look.at), "name": name},
            path=reverse("staff_pieces"),
        )
