from celery import shared_task

from . import services


@shared_task
def remind_renewals() -> None:
    """Once a day; called every hour so that a stopped scheduler catches up."""
    services.remind_renewals()
