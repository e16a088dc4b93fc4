from celery import shared_task

from . import scratch, services


@shared_task
def check_pieces() -> None:
    """Files that wait for their checks: found by their date, every twenty seconds."""
    services.check_due()


@shared_task
def keep_house() -> None:
    """Erase what is due, and what the dead left in clear; tell of what is about to be erased;
    every hour."""
    scratch.sweep()
    services.erase_due()
    services.tell_of_erasures()


@shared_task
def sweep_orphans() -> None:
    """Erase what no row leads to, once a day: it reads the names of all the objects there are."""
    services.sweep_orphans()


@shared_task
def scan_again() -> None:
    """Clean files against the antivirus base of this week, a few each time."""
    services.rescan_due()
