"""What documents keeps right when something else changes."""

import logging
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import Dossier
from accounts.signals import dossier_changed

from . import services, storage
from .models import PieceFile

logger = logging.getLogger(__name__)


@receiver(dossier_changed)
def follow_situation(dossier: Dossier, **kwargs: Any) -> None:
    services.follow_situation(dossier=dossier)


@receiver(post_delete, sender=PieceFile)
def erase_objects(instance: PieceFile, **kwargs: Any) -> None:
    """A row takes its objects along, whatever deleted it: a piece taken back or due, a member who
    left the household, a whole dossier. What the storage refuses now is swept later."""
    transaction.on_commit(lambda: _erase(instance.key), robust=True)


def _erase(key: str) -> None:
    try:
        storage.erase(key)
    except storage.StorageUnavailable:
        logger.warning("objects of %s not erased yet", key)
