"""What a publication of ceilings asks for, step by step: the list of rights that change, and the
messages to the persons. Each step is one transaction with its row, so that a worker that is killed
leaves it undone, and two workers share the steps instead of doing them twice."""

import time
from collections.abc import Iterable
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Dossier, WishedCommune
from accounts.services import tell_parties
from alin.kit import clock, journal
from alin.kit.actor import Actor, SystemActor
from notifications import services as notifications
from notifications.models import Notice
from territory.models import Commune

from .. import publication_words as words
from ..models import CeilingPublication, PublicationStep, RightChange
from ..queries.changes import Kind as HouseholdKind
from ..queries.changes import Tables, insert_changes, ranges, tables_before, tables_of
from ..queries.publications import PERSONS_AT_ONCE, chain_of, told_key
from ..rules import HomeTerms, ceilings_key

Status = CeilingPublication.Status
Kind = PublicationStep.Kind
# A worker also has mail to send: the next call of the scheduler goes on.
SECONDS_AT_ONCE = 15.0
SECONDS_OF_A_PAGE = 2.0
PORTAL = SystemActor(label="Publication des plafonds")

# The dossiers of a list, cut into ranges of keys with as many persons in each.
KEY_RANGES = """
    SELECT min(dossier_id), max(dossier_id) FROM (
        SELECT dossier_id, (row_number() OVER (ORDER BY dossier_id) - 1) / %s AS part
        FROM (SELECT DISTINCT dossier_id FROM {changes} WHERE publication_id = %s) AS dossiers
    ) AS parts GROUP BY part ORDER BY part
"""


class Figures:
    """The ceilings before and of each publication that is being worked on, read once: reading
    them takes longer than the changes of most kinds of household."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Tables, Tables]] = {}

    def of(self, publication: CeilingPublication) -> tuple[Tables, Tables]:
        if publication.pk not in self._read:
            self._read[publication.pk] = tables_before(publication), tables_of(publication)
        return self._read[publication.pk]


def work_on_publications(*, seconds: float = SECONDS_AT_ONCE) -> int:
    """Do what is left of all publications, one step after the other; how many were done. Goes on
    where it was stopped; stops by itself after that time."""
    began, done, figures = time.monotonic(), 0, Figures()
    while time.monotonic() - began < seconds and (do_one_step(figures) or _plan_messages()):
        done += 1
    return done


@transaction.atomic
def resume(*, actor: Actor, publication: CeilingPublication) -> None:
    """An operator asks for the rest not to wait: some of it is done before she is answered, the
    scheduler goes on with it. Kept in the journal."""
    journal.append(chain_of(publication), "resumed", actor=actor)
    transaction.on_commit(partial(work_on_publications, seconds=SECONDS_OF_A_PAGE), robust=True)


@transaction.atomic
def do_one_step(figures: Figures) -> bool:
    """Do a step that nobody else is doing; whether there was one."""
    step = (
        PublicationStep.objects.filter(done_at=None)
        .select_related("publication")
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if step is None:
        return False
    if step.kind == Kind.LIST:
        step.handled = _list_changes(step, figures)
    else:
        step.handled = _tell_persons(step) if step.kind == Kind.TELL else _correct_persons(step)
    step.done_at = clock.now()
    step.save(update_fields=["handled", "done_at"])
    return True


def _list_changes(step: PublicationStep, figures: Figures) -> int:
    """Write the changes of one kind of household; how many."""
    publication = step.publication
    columns = ranges(*figures.of(publication), [HouseholdKind.of_key(step.key)])
    with connection.cursor() as cursor:
        # The limit of a page (settings) is too short for a whole kind on a slow machine.
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        cursor.execute(insert_changes(), [*columns, publication.pk])
        written: int = cursor.rowcount
    return written


@transaction.atomic
def _plan_messages() -> bool:
    """Once a list is whole, cut its persons into steps; whether there was one to plan."""
    ready = (
        CeilingPublication.objects.filter(status=Status.PUBLISHED, listed_at=None)
        .filter(~Exists(PublicationStep.objects.filter(publication=OuterRef("pk"), done_at=None)))
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .first()
    )
    if ready is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        cursor.execute(
            KEY_RANGES.format(changes=RightChange._meta.db_table), [PERSONS_AT_ONCE, ready.pk]
        )
        keys = [f"{first}-{last}" for first, last in cursor.fetchall()]
    PublicationStep.objects.bulk_create(
        PublicationStep(publication=ready, kind=Kind.TELL, key=key) for key in keys
    )
    ready.listed_at = clock.now()
    ready.save(update_fields=["listed_at"])
    changes = RightChange.objects.filter(publication=ready).count()
    journal.append(chain_of(ready), "listed", actor=PORTAL, data={"changes": changes})
    return True


def _tell_persons(step: PublicationStep) -> int:
    """Tell each person of a range what changes, once; how many were told. Of a person who wishes
    for communes, only the zones of these; nothing there, nothing to tell."""
    dossiers = _dossiers(step)
    communes = _wished_communes(dossiers)
    changes: dict[int, list[RightChange]] = {}
    for change in RightChange.objects.filter(publication=step.publication, dossier__in=dossiers):
        changes.setdefault(change.dossier_id, []).append(change)
    told = 0
    for dossier in dossiers:
        wished = communes.get(dossier.pk, [])
        concerning = [
            each
            for each in changes.get(dossier.pk, [])
            if not wished
            or any(
                ceilings_key(HomeTerms(each.funding, commune.ceilings_zone, commune.zone_abc))
                == each.zone
                for commune in wished
            )
        ]
        if concerning:
            message = words.change_told(step.publication, concerning)
            tell_parties(dossier=dossier, key=told_key(step.publication), **message)
            told += 1
    return told


def _wished_communes(dossiers: Iterable[Dossier]) -> dict[int, list[Commune]]:
    found: dict[int, list[Commune]] = {}
    wished = WishedCommune.objects.filter(dossier__in=dossiers).select_related("commune")
    for each in wished.order_by("slot"):
        found.setdefault(each.dossier_id, []).append(each.commune)
    return found


def _correct_persons(step: PublicationStep) -> int:
    """Tell those who were told that it does not hold any more."""
    first, last = step.key.split("-")
    told = Notice.objects.filter(
        key=told_key(step.publication), pk__range=(first, last), recipient__is_active=True
    )
    message = words.withdrawal_told(step.publication)
    for notice in told.select_related("recipient").order_by("pk"):
        notifications.tell(
            user=notice.recipient, key=f"{told_key(step.publication)}:withdrawn", **message
        )
    return len(told)


def _dossiers(step: PublicationStep) -> list[Dossier]:
    """Those of the list of changes in a range of keys, kept by people who have an account."""
    first, last = step.key.split("-")
    concerned = RightChange.objects.filter(
        publication=step.publication, dossier__gte=first, dossier__lte=last
    )
    return list(
        Dossier.objects.filter(
            pk__in=concerned.order_by().values("dossier_id"),
            set_aside_at=None,
            applicant__is_active=True,
        )
        .select_related("applicant")
        .order_by("pk")
    )
