from celery import shared_task

from . import services


@shared_task
def expire_proposals() -> None:
    """Proposals without an answer and conditions not met: found by their date, every minute."""
    services.expire_due_proposals()
    services.lapse_due_conditions()


@shared_task
def remind_favourites() -> None:
    services.remind_favourites()
