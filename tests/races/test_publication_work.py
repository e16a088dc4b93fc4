"""New ceilings when several do the same at once, and when a worker dies in the middle."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from eligibility import services
from eligibility.models import Ceiling, CeilingPublication, PublicationStep, RightChange
from notifications.models import Notice, OutboxMessage
from tests import factories as f
from tests.eligibility.publications import DECEMBER, draft, lives_alone, lives_with, published
from tests.races.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEW_YEAR = date(2027, 1, 1)
HELD = 20_270_101


@pytest.fixture
def farid(db: None, travel: Callable[..., None]) -> SimpleNamespace:
    travel(DECEMBER)
    call_command("load_ceilings", verbosity=0)
    platform = f.OrganisationFactory(name="Équipe du portail", kind="plateforme")
    return f.actor_for(f.member("Farid", platform, "manager"), platform)


def publish(farid: Any, publication: CeilingPublication) -> Callable[[], Any]:
    return lambda: services.publish_ceilings(
        actor=farid, publication=publication, valid_from=NEW_YEAR
    )


def test_two_operators_publish_the_same_year_and_one_is_refused(farid: Any) -> None:
    results = at_once(*[publish(farid, draft(farid)) for _turn in range(3)])
    refused = [each for each in results if isinstance(each, services.PublicationRefused)]
    assert len(refused) == 2
    assert Ceiling.objects.filter(year=2027).count() == 77
    assert CeilingPublication.objects.filter(status="published").count() == 1


def test_the_same_draft_published_twice_is_published_once(farid: Any) -> None:
    publication = draft(farid)
    results = at_once(*[publish(farid, publication)] * 3)
    refused = [each for each in results if isinstance(each, services.PublicationRefused)]
    assert len(refused) == 2
    assert PublicationStep.objects.count() == 12


def test_several_workers_write_and_tell_everything_once(farid: Any) -> None:
    for number in range(12):
        lives_alone(f"Amina{number}", 23_500)
        lives_with(f"Bruno{number}", 31_400, "other")
    published(farid)
    at_once(*[services.work_on_publications] * 4)
    # One of them may have found nothing to do while another still held the last of the list.
    services.work_on_publications()
    assert RightChange.objects.filter(funding="PLUS").count() == 24
    assert PublicationStep.objects.filter(done_at=None).count() == 0
    keys = Notice.objects.filter(key__startswith="ceilings:")
    assert keys.values("recipient").distinct().count() == keys.count() == 24
    assert OutboxMessage.objects.count() == 24


def test_withdrawn_while_people_are_told_whoever_was_told_is_told_of_it(farid: Any) -> None:
    for number in range(12):
        lives_alone(f"Amina{number}", 23_500)
    publication = published(farid)
    at_once(
        services.work_on_publications,
        lambda: services.withdraw_ceilings(actor=farid, publication=publication, reason="Erreur."),
        services.work_on_publications,
    )
    services.work_on_publications()
    told = Notice.objects.filter(key=f"ceilings:{publication.public_id}")
    corrected = Notice.objects.filter(key=f"ceilings:{publication.public_id}:withdrawn")
    assert set(told.values_list("recipient", flat=True)) == set(
        corrected.values_list("recipient", flat=True)
    )
    assert PublicationStep.objects.filter(done_at=None).count() == 0
    assert Ceiling.objects.filter(year=2027).count() == 0


def start_worker() -> subprocess.Popen[bytes]:
    """A process of its own that runs the task of the scheduler, on the database of the test."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    code = (
        "import django; django.setup();"
        "from eligibility.tasks import work_on_publications; work_on_publications()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "alin.settings.test"},
    )


def hold_the_writing_of(dossier_id: int) -> None:
    """Whoever writes a change of that dossier waits until `let_go`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_lock({HELD})")
        cursor.execute(
            "CREATE FUNCTION hold_in_test() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NEW.dossier_id = {dossier_id} THEN PERFORM pg_advisory_xact_lock({HELD}); END IF;"
            " RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hold_in_test BEFORE INSERT ON eligibility_rightchange"
            " FOR EACH ROW EXECUTE FUNCTION hold_in_test()"
        )


def somebody_waits() -> int | None:
    """The process of the database that waits for `let_go`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s",
            [HELD],
        )
        found = cursor.fetchone()
    return found[0] if found else None


def let_go(backend: int) -> None:
    """The killed worker's connection ends, and nobody waits any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        cursor.execute("DROP TRIGGER hold_in_test ON eligibility_rightchange")
        cursor.execute("DROP FUNCTION hold_in_test")
        cursor.execute(f"SELECT pg_advisory_unlock({HELD})")


def test_a_worker_killed_in_the_middle_is_taken_up_by_another(farid: Any) -> None:
    # Alone: 23 403 and 23 636. A parent of one: 37 584 and 37 958. A couple: 31 254 and 31 565.
    lives_alone("Amina", 23_500)
    parent = lives_with("Bruno", 37_900, "child")
    lives_with("Chloé", 31_500, "other")
    published(farid)
    hold_the_writing_of(parent.pk)
    worker = start_worker()
    pause = threading.Event()
    while (backend := somebody_waits()) is None:
        assert worker.poll() is None, "the worker ended before it reached the third kind"
        pause.wait(0.05)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(30) == -signal.SIGKILL
    let_go(backend)

    def done() -> list[str]:
        return list(
            PublicationStep.objects.exclude(done_at=None)
            .values_list("key", flat=True)
            .order_by("pk")
        )

    def who() -> set[str]:
        of_plus = RightChange.objects.filter(funding="PLUS", zone="autres_regions")
        return set(of_plus.values_list("dossier__applicant__first_name", flat=True))

    assert done() == ["hlm:1:0", "hlm:2:0"]
    assert who() == {"Amina", "Chloé"}
    assert start_worker().wait(120) == 0
    assert who() == {"Amina", "Bruno", "Chloé"}
    assert PublicationStep.objects.filter(done_at=None).count() == 0
    told = Notice.objects.filter(key__startswith="ceilings:").order_by("recipient__first_name")
    assert [each.recipient.first_name for each in told] == ["Amina", "Bruno", "Chloé"]
