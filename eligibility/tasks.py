from celery import shared_task

from . import services


@shared_task
def derive_stale_facts() -> None:
    """Every hour, so that a stopped scheduler catches up; after the first of a day there is
    nothing left to do."""
    services.derive_stale_facts()


@shared_task
def work_on_publications() -> None:
    """Every few seconds; without anything left to do it costs one statement."""
    services.work_on_publications()
