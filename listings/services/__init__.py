"""The verbs of homes and offers: the only code of this room that writes."""

from .errors import StaleVersion
from .offers import (
    archive_offer,
    close_early,
    create_draft,
    duplicate_offer,
    extend_offer,
    publish_offer,
    shortest_window,
    update_offer,
)
from .pictures import add_pictures, delete_picture, describe_pictures
from .search import rebuild_search
from .stock import (
    create_dwelling,
    create_residence,
    delete_dwelling,
    delete_residence,
    update_dwelling,
    update_residence,
)

__all__ = [
    "StaleVersion",
    "add_pictures",
    "archive_offer",
    "close_early",
    "create_draft",
    "create_dwelling",
    "create_residence",
    "delete_dwelling",
    "delete_picture",
    "delete_residence",
    "describe_pictures",
    "duplicate_offer",
    "extend_offer",
    "publish_offer",
    "rebuild_search",
    "shortest_window",
    "update_dwelling",
    "update_offer",
    "update_residence",
]
