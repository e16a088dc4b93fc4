from celery import shared_task

from . import services


@shared_task
def derive_stale_facts() -> None:
    """Every hour, so that a stopped scheduler catches up; after the first of a day there is
    nothing left to do."""
    services.derive_stale_facts()
