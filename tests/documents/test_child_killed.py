"""What kills the child that opens a file is not always the file."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alin.embedded.processes import BASE_DIR
from alin.kit import clock
from documents import services, storage
from documents.models import PieceFile
from notifications.models import Notice
from tests.documents.conftest import Give
from tests.documents.specimens import pdf

pytestmark = pytest.mark.django_db(transaction=True)
Travel = Callable[[object], None]


def check_and_send(told: signal.Signals) -> int:
    """A check whose child is sent a signal as soon as it is there."""
    if signal.getsignal(told) is signal.SIG_IGN:
        # Whatever starts the tests may be deaf to it (`nohup`), and children inherit that.
        signal.signal(told, signal.SIG_DFL)

    class Struck(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.send_signal(told)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(subprocess, "Popen", Struck)
        return services.check_due()


def assert_clean_next_time(travel: Travel) -> None:
    travel(clock.now() + timedelta(minutes=2))
    assert services.check_due() == 1
    assert PieceFile.objects.get().state == "clean"


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_a_service_that_is_stopped_refuses_no_file(
    give: Give, clamd: str, travel: Travel, told: signal.Signals
) -> None:
    give("identite", ("carte.pdf", pdf()))
    assert check_and_send(told) == 0
    file = PieceFile.objects.get()
    # As if nobody had looked at it: restarts do not add up.
    assert (file.state, file.attempts) == ("checking", 0)
    assert storage.read(storage.quarantine_name(file.key))
    assert Notice.objects.count() == 0
    assert_clean_next_time(travel)


def test_a_machine_short_of_memory_is_no_verdict_on_the_file(
    give: Give, clamd: str, travel: Travel
) -> None:
    """The kernel takes the largest process, by SIGKILL, whatever it was reading."""
    give("identite", ("carte.pdf", pdf()))
    assert check_and_send(signal.SIGKILL) == 0
    file = PieceFile.objects.get()
    assert (file.state, file.attempts) == ("checking", 1)
    assert Notice.objects.count() == 0
    assert_clean_next_time(travel)


def test_a_file_whose_children_all_die_is_refused_in_the_end(
    give: Give, clamd: str, travel: Travel
) -> None:
    give("identite", ("carte.pdf", pdf()))
    for _death in range(4):
        assert check_and_send(signal.SIGKILL) == 0
        travel(clock.now() + timedelta(minutes=2))
    assert PieceFile.objects.get().state == "checking"
    assert services.check_due() == 1
    file = PieceFile.objects.get()
    assert (file.state, file.refusal) == ("refused", "too_heavy")


def test_processor_time_is_the_cost_of_the_file_itself_and_said_at_once(
    give: Give, clamd: str
) -> None:
    """A verdict: no other machine would read it in the time that it may take."""
    greedy = "from documents.sandbox import limits as l; l.CPU_SECONDS = 1; l.confine()\nwhile 1: 0"
    child = subprocess.run([sys.executable, "-c", greedy], cwd=BASE_DIR, check=False)
    assert child.returncode == -signal.SIGXCPU
    give("identite", ("carte.pdf", pdf()))
    assert check_and_send(signal.SIGXCPU) == 1
    file = PieceFile.objects.get()
    assert (file.state, file.refusal) == ("refused", "too_heavy")
