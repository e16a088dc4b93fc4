"""The checks of a file, by a worker: quarantine → opened and redrawn → antivirus → clean."""

import io
import logging
import os
import time
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Dossier
from alin.kit import clock
from documents import scan, storage
from documents.examine import ChildDied, ExaminationImpossible, Redrawn, Refusal, Seen, examined
from documents.messages import address_in_mail, name_in_mail, tell_parties
from documents.models import Piece, PieceFile
from documents.models.files import random_key
from documents.sandbox.kinds import extension_of

from .erasing import forget
from .pages import digest
from .reading import record_reading
from .replacing import set_back
from .requests import answer_requests, reopen_requests
from .resending import stand_for_refused

logger = logging.getLogger(__name__)

# A worker that died gives the file back after this long: more than a check may take.
LEASE = timedelta(minutes=3)
RETRY = timedelta(minutes=1)
# A file that killed this many workers, or as many of their children, is not opened again.
MOST_ATTEMPTS = 4

State = PieceFile.State


def check_due(*, limit: int = 100, seconds: float = 120) -> int:
    """Check the files that wait, one by one, skipping those another worker holds.

    Returns how many got an answer. Stops after `seconds`, so that other tasks have their turn."""
    answered = 0
    until = time.monotonic() + seconds
    for _turn in range(limit):
        file = _claim()
        if file is None:
            break
        answered += _check(file)
        if time.monotonic() > until:
            break
    return answered


def _claim() -> PieceFile | None:
    """Take the file that waits longest, and commit it, before anything can go wrong."""
    with transaction.atomic():
        file = (
            PieceFile.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state__in=(State.RECEIVED, State.CHECKING), next_check_at__lte=clock.now())
            .order_by("next_check_at", "pk")
            .first()
        )
        if file is None:
            return None
        file.state = State.CHECKING
        file.attempts += 1
        file.next_check_at = clock.now() + LEASE
        file.save(update_fields=["state", "attempts", "next_check_at"])
        return file


def _check(file: PieceFile) -> int:
    """Examine, scan, write, and say so in the row. 1 when the file got its answer."""
    if file.attempts > MOST_ATTEMPTS:
        return _refuse(file, PieceFile.Refusal.TOO_HEAVY)
    try:
        content = storage.read(storage.quarantine_name(file.key))
        with examined(content, extension_of(file.original_name)) as conclusion:
            if isinstance(conclusion, Refusal):
                return _refuse(file, conclusion.reason)
            if isinstance(scan.scan(io.BytesIO(content)), scan.Infected):
                return _refuse(file, PieceFile.Refusal.INFECTED)
            return _keep(file, conclusion)
    except FileNotFoundError:
        logger.error("no object for the file %s", file.public_id)
        return _refuse(file, PieceFile.Refusal.BROKEN)
    except (scan.ScannerUnavailable, storage.StorageUnavailable, ExaminationImpossible) as failure:
        # Nothing is known of the file: it waits, unseen, and this attempt does not count.
        return _put_off(file, failure, attempts=file.attempts - 1)
    except ChildDied as failure:
        return _put_off(file, failure, attempts=file.attempts)


def _put_off(file: PieceFile, failure: Exception, *, attempts: int) -> int:
    logger.warning("file %s not checked: %s", file.public_id, failure)
    held = PieceFile.objects.filter(pk=file.pk, attempts=file.attempts, state=State.CHECKING)
    held.update(attempts=attempts, next_check_at=clock.now() + RETRY)
    return 0


def _keep(file: PieceFile, redrawn: Redrawn) -> int:
    """Write what was redrawn under a name of this attempt alone, then give the row that name.

    A worker that stalls in the middle and is overtaken writes beside what the other one kept,
    never over it; what it wrote is erased, or swept if it dies first."""
    key = random_key()
    clean = redrawn.clean.read_bytes()
    try:
        _hold(file)
        storage.write(storage.clean_name(key), clean)
        for number, page in enumerate(redrawn.pages, start=1):
            _hold(file)
            # A slow storage is no reason either to sweep what is being written.
            os.utime(redrawn.clean.parent)
            storage.write(storage.page_name(key, number), page.read_bytes())
    except (_TakenOver, storage.StorageUnavailable) as failure:
        forget(key)
        if isinstance(failure, _TakenOver):
            return 0
        raise
    done = _conclude(
        file,
        redrawn.seen,
        state=State.CLEAN,
        key=key,
        media_type=redrawn.media_type,
        pages=len(redrawn.pages),
        sha256=digest(clean),
        pages_sha256=[digest(page.read_bytes()) for page in redrawn.pages],
        clean_size=len(clean),
        scanned_at=clock.now(),
    )
    if not done:
        forget(key)
    return done


class _TakenOver(Exception):
    """Another worker has the file by now, or its owner took it back."""


def _hold(file: PieceFile) -> None:
    """Keep the file for another lease: a slow storage is no reason to start again elsewhere."""
    held = PieceFile.objects.filter(pk=file.pk, attempts=file.attempts, state=State.CHECKING)
    if not held.update(next_check_at=clock.now() + LEASE):
        raise _TakenOver


def _refuse(file: PieceFile, reason: str) -> int:
    return _conclude(file, state=State.REFUSED, refusal=reason)


def _conclude(file: PieceFile, seen: Seen | None = None, **conclusion: object) -> int:
    """Write the answer unless another worker took the file over; then forget what was received."""
    with transaction.atomic():
        # Its pieces are settled with it, and its owner may be giving or taking back some.
        Dossier.objects.select_for_update(of=("self",), no_key=True).filter(
            pieces__files=file.pk
        ).first()
        mine = (
            PieceFile.objects.select_for_update(of=("self",))
            .select_related("piece__kind", "piece__member", "piece__dossier__applicant")
            .filter(pk=file.pk, attempts=file.attempts, state=State.CHECKING)
            .first()
        )
        if mine is None:
            return 0
        for name, value in conclusion.items():
            setattr(mine, name, value)
        mine.checked_at = clock.now()
        mine.save(update_fields=[*conclusion, "checked_at"])
        if seen is not None:
            record_reading(mine, seen)
        if mine.state == State.CLEAN:
            stand_for_refused(mine)
            answer_requests(mine.piece)
        else:
            _tell_refusal(mine, set_back(mine.piece))
            reopen_requests(mine.piece)
        transaction.on_commit(lambda: _forget_received(file.key), robust=True)
    return 1


def _forget_received(key: str) -> None:
    try:
        storage.erase_quarantine(key)
    except storage.StorageUnavailable:
        logger.warning("object of %s left in quarantine", key)


def _tell_refusal(file: PieceFile, counts_again: Piece | None) -> None:
    """`counts_again`: what was given before, when all that should have replaced it is refused."""
    rest = _("Le reste de votre dossier n'est pas touché.")
    if counts_again:
        rest = _("Ce que vous aviez donné avant compte toujours : rien n'est perdu.")
    tell_parties(
        file.piece.dossier,
        key=f"piece-file-refused:{file.public_id}",
        title=_("Un fichier n'a pas pu être gardé : %(piece)s")
        % {"piece": name_in_mail(file.piece)},
        body=f"{file.get_refusal_display()}\n\n{rest}",
        path=address_in_mail(file.piece),
    )
