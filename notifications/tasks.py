from celery import shared_task

from . import services


@shared_task
def relay_outbox() -> None:
    services.relay_due()
