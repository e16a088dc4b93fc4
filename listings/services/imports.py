"""The verbs of files of stock: send, check, apply."""

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _L

from accounts.models import Membership
from alin.kit import clock, journal, sheets
from alin.kit.actor import Actor
from alin.kit.patience import is_held_by_another
from alin.kit.waking import wake_after_commit

from ..imports import Line, Reader, columns_of, said_of
from ..models import StockImport, StockImportLine
from .edits import ManyRefused
from .import_lines import in_words, refusals, write_lines

logger = logging.getLogger(__name__)

MOST_ROWS = 20_000
# A file that is read in the time of a page is answered by the page.
SMALL = 200
# Lines kept in one transaction while a file is checked.
CHECKED_AT_ONCE = 500
MOST_ATTEMPTS = 3
_STATE = StockImport.State
_CHANGED_SINCE = _L(
    "ce logement ou son offre a changé depuis la vérification. Renvoyez le fichier."
)
_WORK = "listings.tasks.work_on_imports"


def send_import(*, actor: Actor, name: str, content: bytes) -> StockImport:
    """Keep a file to check. A small one is checked at once, another by a job."""
    rows = sheets.read_table(content, most_rows=MOST_ROWS)
    columns_of(rows[0][1])
    assert actor.user is not None
    batch = StockImport.objects.create(
        organisation_id=actor.organisation_id,
        sent_by_id=actor.user_id,
        name=name[:120],
        content=content,
        total=len(rows) - 1,
    )
    if batch.total <= SMALL:
        check_import(batch_id=batch.pk)
    else:
        wake_after_commit(_WORK)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def ask_to_apply(*, actor: Actor, batch: StockImport, without_refused: bool) -> StockImport:
    """Apply what was checked. Refused lines are left out only when somebody says so."""
    locked = StockImport.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.state != _STATE.CHECKED:
        raise ValidationError(_("Ce fichier n'attend pas d'être enregistré."))
    if locked.lines.filter(outcome="refused").exists() and not without_refused:
        raise ValidationError(
            _("Des lignes sont refusées. Corrigez le fichier, ou cochez la case pour les laisser.")
        )
    locked.state, locked.attempts, locked.applied_by_id = _STATE.APPLYING, 0, actor.user_id
    locked.save(update_fields=["state", "attempts", "applied_by"])
    if locked.total <= SMALL:
        apply_import(batch_id=locked.pk)
        locked.refresh_from_db()
    if locked.state == _STATE.APPLYING:
        wake_after_commit(_WORK)
    return locked


def check_import(*, batch_id: int) -> None:
    """Write what each line would do, and touch nothing else: each is tried by the verbs that will
    apply it, and undone. Lines are kept as they are read, so that whoever waits sees how far it
    is, and a worker that was killed is taken over from there."""
    batch = StockImport.objects.filter(pk=batch_id, state=_STATE.WAITING).first()
    if batch is None or not _begun(batch):
        return
    done = batch.done
    actor = Actor(user=batch.sent_by, organisation=batch.organisation, kind="bailleur")
    lines = islice(_lines(batch), done, None)
    # The lines before are read again, because one that comes twice is refused.
    while chunk := list(islice(lines, CHECKED_AT_ONCE)):
        _try(actor, chunk)
        if not _keep_lines(batch, done, chunk):
            return
        done += len(chunk)


@transaction.atomic
def _keep_lines(batch: StockImport, done: int, chunk: list[Line]) -> bool:
    """False when another worker is at it."""
    held = _claimed(batch.pk, _STATE.WAITING)
    if held is None or held.done != done:
        return False
    StockImportLine.objects.bulk_create(
        StockImportLine(
            batch=held,
            number=line.number,
            label=line.label,
            outcome=line.outcome,
            changes=[list(change) for change in line.changes],
            reasons=line.reasons + line.left_out,
        )
        for line in chunk
    )
    # Whoever advances is well: the passages of beat meanwhile are no failed attempts.
    held.done, held.attempts = done + len(chunk), 0
    if held.done == held.total:
        held.state, held.attempts = _STATE.CHECKED, 0
    held.save(update_fields=["state", "done", "attempts"])
    return True


def _try(actor: Actor, chunk: list[Line]) -> None:
    """Refuse the lines that the verbs would refuse: what a published offer may no longer say is
    known to them alone, and a line that would stop the file must be named before."""
    wanted = [line for line in chunk if line.outcome in ("changed", "created")]
    refused = refusals(actor, wanted)
    for line in wanted:
        line.reasons += refused.get(line.number, [])


def apply_import(*, batch_id: int) -> None:
    """Write every accepted line, or none, in the name of whoever asked for it. What moved since it
    was checked stops everything: the file is refused, with the line that is no longer what was
    shown."""
    batch = StockImport.objects.filter(pk=batch_id, state=_STATE.APPLYING).first()
    if batch is None or not _begun(batch):
        return
    try:
        with transaction.atomic():
            _apply(batch_id)
    except ValidationError as error:
        said = " ".join(said_of(error))
        _refuse(batch_id, _STATE.APPLYING, _("Rien n'a été enregistré. %s") % said)
    except OperationalError as error:
        if not is_held_by_another(error):
            raise
        # Its turn comes with a later passage: waiting is no failed attempt.
        StockImport.objects.filter(pk=batch_id).update(attempts=F("attempts") - 1)


def _begun(batch: StockImport) -> bool:
    """Count the attempt before trying: a file that kills its worker is given up, and says so."""
    if batch.attempts >= MOST_ATTEMPTS:
        _refuse(
            batch.pk,
            batch.state,
            _(
                "Ce fichier n'a pas pu être traité, et rien n'a été enregistré. Coupez-le en "
                "plusieurs, ou enregistrez-le de nouveau avant de le renvoyer."
            ),
        )
        return False
    StockImport.objects.filter(pk=batch.pk).update(attempts=F("attempts") + 1)
    return True


def _refuse(batch_id: int, state: str, why: str) -> None:
    StockImport.objects.filter(pk=batch_id, state=state).update(
        state=_STATE.REFUSED, refusal=why[:300]
    )


def _apply(batch_id: int) -> None:
    batch = _claimed(batch_id, _STATE.APPLYING)
    if batch is None:
        return
    actor = _who_asked(batch)
    _wait_for_the_others(batch)
    _allow_time()
    shown = {
        number: (outcome, changes)
        for number, outcome, changes in batch.lines.values_list("number", "outcome", "changes")
    }
    wanted = []
    for line in _lines(batch):
        outcome, changes = shown[line.number]
        if outcome != "refused":
            if line.reasons or not _is_as_shown(line, outcome, changes):
                raise _stopped_by(line, line.reasons or [_CHANGED_SINCE])
            if line.outcome != "unchanged":
                wanted.append(line)
    try:
        write_lines(actor=actor, lines=wanted)
    except ManyRefused as many:
        rank, why = min(many.reasons.items())
        raise _stopped_by(wanted[rank], in_words(why)) from None
    batch.state, batch.applied_at = _STATE.APPLIED, clock.now()
    batch.content = b""
    batch.save(update_fields=["state", "applied_at", "content"])
    journal.append(f"import:{batch.public_id}", "applied", actor=actor, data={"name": batch.name})


def _wait_for_the_others(batch: StockImport) -> None:
    """Files of one landlord are written one after the other: two that were read together would
    both prepare an offer of one home."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))",
            [f"stock:{batch.organisation_id}"],
        )


def _who_asked(batch: StockImport) -> Actor:
    """Whoever asked to apply the file, if he still works there: a job may come long after."""
    membership = (
        Membership.objects.filter(
            user=batch.applied_by_id,
            user__is_active=True,
            organisation=batch.organisation_id,
            ended_at=None,
        )
        .select_related("user", "organisation")
        .first()
    )
    if membership is None:
        raise ValidationError(
            _("La personne qui l'a demandé ne fait plus partie de votre organisation.")
        )
    return Actor(
        user=membership.user,
        organisation=membership.organisation,
        kind=membership.organisation.kind,
        role=membership.role,
    )


def _is_as_shown(line: Line, outcome: str, changes: list[list[str]]) -> bool:
    """Somebody agreed to what was shown: a line that would now do something else is not that."""
    return line.outcome == "unchanged" or (
        line.outcome == outcome and [list(each) for each in line.changes] == changes
    )


def _stopped_by(line: Line, reasons: Iterable[object]) -> ValidationError:
    why = " ".join(map(str, reasons))
    return ValidationError(_("Ligne %(n)d : %(why)s") % {"n": line.number, "why": why})


def _lines(batch: StockImport) -> Iterable[Line]:
    (_number, headers), *rows = sheets.read_table(bytes(batch.content), most_rows=MOST_ROWS)
    columns = columns_of(headers)

    def cells(row: list[str]) -> dict[str, str]:
        return {name: sheets.plain_text(row[i]) for i, name in columns.items() if i < len(row)}

    reader = Reader(batch.organisation_id)
    for number, row in rows:
        reader.meet(number, cells(row))
    for number, row in rows:
        yield reader.read(number, cells(row))


def _claimed(batch_id: int, state: str) -> StockImport | None:
    """The file, held until the commit, if it still waits for this."""
    return (
        StockImport.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=batch_id, state=state)
        .first()
    )


def _allow_time() -> None:
    with connection.cursor() as cursor:
        # The limit of a page (settings) is too short for a whole file.
        cursor.execute("SET LOCAL statement_timeout = '5min'")


def work_on_imports() -> None:
    """Check and apply what waits, the oldest first; a file that another worker holds is left to
    it. Called after a file is sent, and by the scheduler for what was lost on the way."""
    waiting = StockImport.objects.filter(state=_STATE.WAITING).order_by("pk")
    for batch_id in list(waiting.values_list("pk", flat=True)):
        _alone(check_import, batch_id)
    applying = StockImport.objects.filter(state=_STATE.APPLYING).order_by("pk")
    for batch_id in list(applying.values_list("pk", flat=True)):
        _alone(apply_import, batch_id)


def _alone(work: Callable[..., object], batch_id: int) -> None:
    """A file that breaks the worker is taken up again, and given up in the end; the files of
    others do not wait behind it."""
    try:
        work(batch_id=batch_id)
    except Exception:
        logger.exception("import %s interrupted", batch_id)
