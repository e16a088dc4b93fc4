from datetime import timedelta

from celery import shared_task

from . import clock, journal


@shared_task
def anchor_journal() -> None:
    """Anchor yesterday once; called every hour so that a stopped scheduler catches up."""
    journal.anchor_day(clock.today() - timedelta(days=1))
