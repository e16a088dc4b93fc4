"""Whoever is woken would have come anyway."""

import ast
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from alin.kit import waking

ROOT = Path(settings.BASE_DIR)
# A home's alerts are found one home at a time when it is published, all together by beat.
BACKED_BY = {"listings.tasks.find_alerts_of_offer": "listings.tasks.find_alerts"}


def woken() -> set[str]:
    """The tasks the code names to `wake_after_commit`, in words or by a constant of the module."""
    names = set()
    for path in ROOT.glob("*/services/*.py"), ROOT.glob("*/services.py"):
        for module in path:
            tree = ast.parse(module.read_text())
            constants = {
                node.targets[0].id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and isinstance(node.value, ast.Constant)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                    "wake",
                    "wake_after_commit",
                ):
                    named = node.args[0]
                    if isinstance(named, ast.Constant):
                        names.add(str(named.value))
                    elif isinstance(named, ast.Name):
                        names.add(str(constants[named.id]))
    return names


def test_every_call_is_backed_by_a_periodic_look() -> None:
    beaten = {row["task"] for row in settings.CELERY_BEAT_SCHEDULE.values()}
    called = woken()
    assert len(called) >= 4
    for name in called:
        assert import_string(name).name == name
        assert BACKED_BY.get(name, name) in beaten


def test_a_task_that_does_not_exist_is_seen_at_once() -> None:
    with pytest.raises(ImportError):
        waking.wake("notifications.tasks.relay_outbix")


@pytest.mark.django_db(transaction=True)
def test_once_per_transaction_and_per_argument() -> None:
    with current_app.connection_for_read() as broker:
        queue = broker.SimpleQueue("celery")
        queue.clear()
        with transaction.atomic():
            for offer in (7, 7, 8):
                waking.wake_after_commit("listings.tasks.find_alerts_of_offer", offer)
            waking.wake_after_commit("notifications.tasks.relay_outbox")
        try:
            assert queue.qsize() == 3
        finally:
            queue.clear()
            queue.close()
