"""Objects that nothing leads to any more."""

import logging

from documents import storage

logger = logging.getLogger(__name__)


def forget(key: str) -> None:
    """Erase objects that never had a row: at once when it can be, else the next sweep does."""
    try:
        storage.erase(key)
    except storage.StorageUnavailable:
        logger.warning("objects of %s left to the sweep", key)
