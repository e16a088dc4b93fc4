"""What a load balancer and an operator's monitor ask: is the process alive, is the portal ready.

The answers name what fails and nothing more: they are public. The reasons go to the log.
"""

import logging
import threading
from collections.abc import Callable
from concurrent import futures
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alin.kit import clock
from documents import scan, trust
from documents.models import PieceFile
from notifications.models import OutboxMessage

logger = logging.getLogger(__name__)

# One dependency that hangs must not make the probe hang: its answer comes within 5 seconds.
TIMEOUT_SECONDS = 4.0
LONGEST_WAIT_IN_OUTBOX = timedelta(minutes=15)
LONGEST_WAIT_FOR_CHECKS = timedelta(minutes=30)

_lock = threading.Lock()
_running: dict[str, futures.Future[None]] = {}


class Unhealthy(Exception):
    """A dependency answers, and its answer is not good."""


@require_safe
@never_cache
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers, whatever the state of what it depends on."""
    return HttpResponse("vivant\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when every dependency answers well, else 503; one line for each. What only an operator
    can mend, and keeps nobody from working, has its line and changes no status."""
    failed = failing_checks()
    lines = [f"{name} : {'en panne' if name in failed else 'ok'}\n" for name in CHECKS]
    lines += [f"{name} : {'à regarder' if name in failed else 'ok'}\n" for name in WATCHED]
    status = 503 if failed.intersection(CHECKS) else 200
    return HttpResponse("".join(lines), status=status, content_type="text/plain; charset=utf-8")


def oldest_unsent_age() -> timedelta | None:
    """For how long the longest-waiting mail is overdue; None when none is.

    Counted from its next attempt: one address that always fails delays only itself and must
    not make the portal look down, a relay that stopped must."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING)
    oldest = waiting.aggregate(due=Min("next_attempt_at"))["due"]
    now = clock.now()
    return now - oldest if oldest is not None and oldest <= now else None


def failing_checks() -> set[str]:
    """The names of the checks that fail or do not answer, known within `TIMEOUT_SECONDS`."""
    running = {name: _start(name) for name in {**CHECKS, **WATCHED}}
    futures.wait(running.values(), timeout=TIMEOUT_SECONDS)
    failing = {name for name, check in running.items() if not check.done() or check.exception()}
    for name in sorted(failing):
        reason = running[name].exception() if running[name].done() else "pas de réponse"
        logger.error("Contrôle de santé en échec : %s : %s", name, reason)
    return failing


def _start(name: str) -> futures.Future[None]:
    """Run a check in a thread that the end of the process does not wait for. One that hangs is
    waited for again by the next probe, and not started a second time."""
    with _lock:
        check = _running.get(name)
        if check is None or check.done():
            check = _running[name] = futures.Future()
            threading.Thread(target=_run, args=(name, check), daemon=True).start()
        return check


def _run(name: str, check: futures.Future[None]) -> None:
    try:
        {**CHECKS, **WATCHED}[name]()
        check.set_result(None)
    except Exception as failure:
        check.set_exception(failure)
    finally:
        connections.close_all()  # this thread's own


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _cache() -> None:
    caches["default"].set("health", "ok", timeout=10)
    if caches["default"].get("health") != "ok":
        raise Unhealthy("le cache ne rend pas ce qu'on lui confie")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Unhealthy(f"{len(missing)} migrations à appliquer")


def _outbox() -> None:
    age = oldest_unsent_age()
    if age and age > LONGEST_WAIT_IN_OUTBOX:
        raise Unhealthy(f"un courriel attend depuis {age}")


def _pieces() -> None:
    """A scanner that answers and a worker that is gone look alike from outside: pieces wait."""
    waiting = PieceFile.objects.filter(state__in=("received", "checking"))
    oldest = waiting.aggregate(at=Min("received_at"))["at"]
    if oldest is not None and clock.now() - oldest > LONGEST_WAIT_FOR_CHECKS:
        raise Unhealthy(f"une pièce attend sa vérification depuis {clock.now() - oldest}")


def _scanner() -> None:
    """It answers, and what it knows is not old: a real base that nothing renews says “clean” of
    what it never heard of. A local base, that of a demonstration, has no age."""
    made_on = scan.base_day(scan.signature_base(timeout=TIMEOUT_SECONDS))
    if made_on is None:
        return
    age = (clock.today() - made_on).days
    if age > settings.SIGNATURE_BASE_OLDEST_DAYS:
        raise Unhealthy(f"la base de signatures a {age} jours : freshclam tourne-t-il ?")


def _trust_list() -> None:
    """Seals of certificates younger than the list are said to be unknown."""
    counting = trust.in_force()
    if counting.is_old(clock.today()):
        raise Unhealthy(f"liste de confiance à renouveler depuis le {counting.next_update}")


def _objects_of_pieces() -> None:
    """Read again each week: an object gone or changed is restored from a backup, or asked anew."""
    damaged = PieceFile.objects.filter(damaged_at__isnull=False).count()
    if damaged:
        raise Unhealthy(f"{damaged} fichiers de pièces absents ou modifiés")


WATCHED: dict[str, Callable[[], None]] = {
    "liste des sceaux": _trust_list,
    "fichiers des pièces": _objects_of_pieces,
}
CHECKS: dict[str, Callable[[], None]] = {
    "base de données": _database,
    "migrations": _migrations,
    "cache": _cache,
    "envoi des courriels": _outbox,
    "antivirus": _scanner,
    "vérification des pièces": _pieces,
}
