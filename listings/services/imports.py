"""The verbs of files of stock: send, check, apply."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from alin.kit import clock, journal, sheets
from alin.kit.actor import Actor

from ..imports import Line, Reader, columns_of
from ..models import StockImport, StockImportLine
from .errors import StaleVersion
from .offers import create_draft, update_offer
from .stock import create_dwelling, update_dwelling

MOST_ROWS = 20_000
# A file that is read in the time of a page is answered by the page.
SMALL = 200
_STATE = StockImport.State


def send_import(*, actor: Actor, name: str, content: bytes) -> StockImport:
    """Keep a file to check. A small one is checked at once, another by a job."""
    rows = sheets.read_table(content, most_rows=MOST_ROWS)
    columns_of(rows[0])
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
        transaction.on_commit(wake_imports)
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
    locked.state, locked.done = _STATE.APPLYING, 0
    locked.save(update_fields=["state", "done"])
    if locked.total <= SMALL:
        apply_import(actor=actor, batch_id=locked.pk)
    else:
        transaction.on_commit(wake_imports)
    locked.refresh_from_db()
    return locked


def wake_imports() -> None:
    from ..tasks import work_on_imports

    work_on_imports.delay()


@transaction.atomic
def check_import(*, batch_id: int) -> None:
    """Write what each line would do, and touch nothing else. Again, it changes nothing."""
    batch = _claimed(batch_id, _STATE.WAITING)
    if batch is None:
        return
    _allow_time()
    lines = [
        StockImportLine(
            batch=batch,
            number=line.number,
            label=line.label,
            outcome=line.outcome,
            changes=[list(change) for change in line.changes],
            reasons=line.reasons,
        )
        for line in _lines(batch)
    ]
    StockImportLine.objects.bulk_create(lines, batch_size=2_000)
    batch.state, batch.done = _STATE.CHECKED, batch.total
    batch.save(update_fields=["state", "done"])


def apply_import(*, actor: Actor, batch_id: int) -> None:
    """Write every accepted line, or none. What moved since it was checked stops everything: the
    file is refused, with the line that no longer goes."""
    try:
        with transaction.atomic():
            _apply(actor, batch_id)
    except (ValidationError, StaleVersion) as error:
        said = getattr(error, "messages", [_("Quelqu'un d'autre l'a modifié entre-temps.")])
        StockImport.objects.filter(pk=batch_id, state=_STATE.APPLYING).update(
            state=_STATE.REFUSED, refusal=" ".join(said)[:300]
        )


def _apply(actor: Actor, batch_id: int) -> None:
    batch = _claimed(batch_id, _STATE.APPLYING)
    if batch is None:
        return
    _allow_time()
    checked = dict(batch.lines.values_list("number", "outcome"))
    for line in _lines(batch):
        if checked.get(line.number) == "refused":
            continue
        try:
            if line.reasons:
                raise ValidationError(line.reasons)
            _write(actor, line)
        except ValidationError as error:
            raise ValidationError(
                _("Rien n'a été enregistré. Ligne %(n)d : %(why)s")
                % {"n": line.number, "why": " ".join(error.messages)}
            ) from error
    batch.state, batch.applied_at = _STATE.APPLIED, clock.now()
    batch.done, batch.content = batch.total, b""
    batch.save(update_fields=["state", "applied_at", "done", "content"])
    journal.append(f"import:{batch.public_id}", "applied", actor=actor, data={"name": batch.name})


def _write(actor: Actor, line: Line) -> None:
    assert line.residence is not None
    dwelling = line.dwelling
    if dwelling is None:
        dwelling = create_dwelling(
            actor=actor, residence=line.residence, changes=line.dwelling_changes
        )
    elif line.dwelling_changes:
        update_dwelling(
            actor=actor,
            dwelling=dwelling,
            changes=line.dwelling_changes,
            expected_version=dwelling.version,
        )
    if not line.has_offer or not line.offer_changes:
        return
    if line.offer is None:
        create_draft(actor=actor, dwelling=dwelling, changes=line.offer_changes)
    else:
        update_offer(
            actor=actor,
            offer=line.offer,
            changes=line.offer_changes,
            expected_version=line.offer.version,
        )


def _lines(batch: StockImport) -> Iterable[Line]:
    rows = sheets.read_table(bytes(batch.content), most_rows=MOST_ROWS)
    columns = columns_of(rows[0])
    reader = Reader(batch.organisation_id)
    for number, row in enumerate(rows[1:], start=2):
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
        check_import(batch_id=batch_id)
    applying = StockImport.objects.filter(state=_STATE.APPLYING).order_by("pk")
    for batch in list(applying.select_related("sent_by", "organisation")):
        actor = Actor(user=batch.sent_by, organisation=batch.organisation, kind="bailleur")
        apply_import(actor=actor, batch_id=batch.pk)
