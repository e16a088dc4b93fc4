from celery import shared_task

from . import services


@shared_task
def find_alerts_of_offer(offer_id: int) -> None:
    services.find_alerts_of(offer_id=offer_id)


@shared_task
def find_alerts() -> None:
    services.find_alerts()


@shared_task
def send_digests() -> None:
    services.send_digests()


@shared_task
def announce_closings() -> None:
    services.announce_closings()


@shared_task
def store_views() -> None:
    services.store_views()


@shared_task
def work_on_imports() -> None:
    services.work_on_imports()


@shared_task
def archive_long_closed() -> None:
    services.archive_long_closed()
