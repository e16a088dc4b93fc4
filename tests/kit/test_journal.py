from datetime import timedelta

import pytest
from django.db import connection, transaction

from alin.kit import clock, journal
from alin.kit.actor import SYSTEM
from alin.kit.models import JournalAnchor, JournalEntry
from alin.kit.tasks import anchor_journal
from tests.factories import actor_for, person

pytestmark = pytest.mark.django_db


def _write(n: int = 4, chain: str = "essai:1") -> None:
    for i in range(n):
        with transaction.atomic():
            journal.append(chain, f"step{i}", actor=SYSTEM, reason="é", data={"i": i})


def _verify(chain: str = "essai:1") -> journal.ChainFault | None:
    return journal.verify_chain(JournalEntry.objects.filter(chain=chain).order_by("sequence"))


def _tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE kit_journalentry DISABLE TRIGGER journal_append_only")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE kit_journalentry ENABLE TRIGGER journal_append_only")


def test_an_untouched_chain_holds() -> None:
    _write()
    assert _verify() is None


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE kit_journalentry SET reason = 'autre' WHERE sequence = 2", (2, "ligne modifiée")),
        ("DELETE FROM kit_journalentry WHERE sequence = 2", (2, "ligne absente")),
        (
            "UPDATE kit_journalentry SET previous_digest = repeat('0', 64) WHERE sequence = 3",
            (3, "lien rompu"),
        ),
    ],
)
def test_a_change_in_the_middle_is_named(sql: str, fault: tuple[int, str]) -> None:
    _write()
    _tamper(sql)
    found = _verify()
    assert found is not None
    assert (found.sequence, found.what) == fault


def test_cutting_the_tail_is_caught_by_the_anchor_alone() -> None:
    _write()
    kept = journal.anchor_day(clock.today())
    assert kept is not None
    assert journal.heads_digest(clock.today())[2] == kept.digest
    _tamper("DELETE FROM kit_journalentry WHERE sequence = 4")
    assert _verify() is None
    assert journal.heads_digest(clock.today())[2] != kept.digest


def test_a_day_is_anchored_once_however_often_it_is_asked() -> None:
    _write()
    with clock.travel(clock.now() + timedelta(days=1)):
        anchor_journal()
        anchor_journal()
    assert JournalAnchor.objects.count() == 1


def test_a_line_names_who_acted_in_which_organisation() -> None:
    user = person("Amina", "Benali")
    with transaction.atomic():
        entry = journal.append("essai:2", "x", actor=actor_for(user))
    assert (entry.actor_label, entry.organisation_label) == ("Amina Benali", "")
