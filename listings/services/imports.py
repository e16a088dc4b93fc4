"""The verbs of files of stock: send, check, apply."""

import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Membership
from alin.kit import clock, journal, sheets
from alin.kit.actor import Actor
from alin.kit.waking import wake_after_commit

from ..imports import Line, Reader, columns_of, said_of
from ..models import StockImport, StockImportLine
from .errors import StaleVersion
from .offers import create_draft, create_drafts, update_offer
from .stock import create_dwellings, update_dwelling

logger = logging.getLogger(__name__)

MOST_ROWS = 20_000
# A file that is read in the time of a page is answered by the page.
SMALL = 200
# Lines kept in one transaction while a file is checked.
CHECKED_AT_ONCE = 500
MOST_ATTEMPTS = 3
_STATE = StockImport.State
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
    else:
        wake_after_commit(_WORK)
    locked.refresh_from_db()
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
            reasons=line.reasons,
        )
        for line in chunk
    )
    held.done = done + len(chunk)
    if held.done == held.total:
        held.state, held.attempts = _STATE.CHECKED, 0
    held.save(update_fields=["state", "done", "attempts"])
    return True


def _try(actor: Actor, chunk: list[Line]) -> None:
    """Refuse the lines that the verbs would refuse: what a published offer may no longer say is
    known to them alone, and a line that would stop the file must be named before."""
    for line in chunk:
        if line.outcome == "changed":
            line.reasons += _refusals(_write, actor, line)
    new = [line for line in chunk if line.outcome == "created"]
    if _refusals(_create, actor, new):
        for line in new:
            line.reasons += _refusals(_create, actor, [line])


def _refusals(write: Callable[[Actor, Any], None], actor: Actor, what: Any) -> list[str]:
    """Why this cannot be written, in words; it is not, and what it held is let go at once."""
    try:
        with transaction.atomic():
            write(actor, what)
            transaction.set_rollback(True)
    except ValidationError as error:
        return said_of(error)
    except StaleVersion:
        return [_("Ce logement ou son offre vient de changer : renvoyez le fichier.")]
    return []


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
    except (ValidationError, StaleVersion) as error:
        said = getattr(error, "messages", [_("Quelqu'un d'autre l'a modifié entre-temps.")])
        _refuse(batch_id, _STATE.APPLYING, _("Rien n'a été enregistré. %s") % " ".join(said))


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
    _allow_time()
    shown = {
        number: (outcome, changes)
        for number, outcome, changes in batch.lines.values_list("number", "outcome", "changes")
    }
    new: list[Line] = []
    for line in _lines(batch):
        outcome, changes = shown[line.number]
        if outcome == "refused":
            continue
        try:
            _check_as_shown(line, outcome, changes)
            if line.dwelling is None:
                new.append(line)
            else:
                _write(actor, line)
        except ValidationError as error:
            raise ValidationError(
                _("Ligne %(n)d : %(why)s") % {"n": line.number, "why": " ".join(said_of(error))}
            ) from error
    _create(actor, new)
    batch.state, batch.applied_at = _STATE.APPLIED, clock.now()
    batch.content = b""
    batch.save(update_fields=["state", "applied_at", "content"])
    journal.append(f"import:{batch.public_id}", "applied", actor=actor, data={"name": batch.name})


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


def _check_as_shown(line: Line, outcome: str, changes: list[list[str]]) -> None:
    """Somebody agreed to what was shown: a line that would now do something else is not that."""
    if line.reasons:
        raise ValidationError(line.reasons)
    if line.outcome != "unchanged" and (
        line.outcome != outcome or [list(each) for each in line.changes] != changes
    ):
        raise ValidationError(
            _("ce logement ou son offre a changé depuis la vérification. Renvoyez le fichier.")
        )


def _write(actor: Actor, line: Line) -> None:
    """What a line changes of a dwelling that exists, and of its offer."""
    dwelling = line.dwelling
    assert dwelling is not None
    # The offer first, while its version is the one that was read: a change of its home adds one.
    if line.has_offer and line.offer_changes and line.offer is not None:
        update_offer(
            actor=actor,
            offer=line.offer,
            changes=line.offer_changes,
            expected_version=line.offer.version,
        )
    if line.dwelling_changes:
        update_dwelling(
            actor=actor,
            dwelling=dwelling,
            changes=line.dwelling_changes,
            expected_version=dwelling.version,
        )
    if line.has_offer and line.offer_changes and line.offer is None:
        create_draft(actor=actor, dwelling=dwelling, changes=line.offer_changes)


def _create(actor: Actor, lines: list[Line]) -> None:
    """New dwellings and their drafts, in a few statements for all."""
    wanted = [(line.residence, line.dwelling_changes) for line in lines if line.residence]
    dwellings = create_dwellings(actor=actor, wanted=wanted)
    create_drafts(
        actor=actor,
        wanted=[
            (dwelling, line.offer_changes)
            for dwelling, line in zip(dwellings, lines, strict=True)
            if line.has_offer
        ],
    )


def _lines(batch: StockImport) -> Iterable[Line]:
    rows = sheets.read_table(bytes(batch.content), most_rows=MOST_ROWS)
    columns = columns_of(rows[0][1])
    reader = Reader(batch.organisation_id)
    for number, row in rows[1:]:
        cells: dict[str, Any] = {
            name: sheets.plain_text(row[i]) for i, name in columns.items() if i < len(row)
        }
        yield reader.read(number, cells)


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
