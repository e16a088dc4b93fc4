"""The verbs of homes and offers: the only code of this room that writes."""

from .alerts import (
    ask_for_alerts,
    delete_search,
    find_alerts,
    find_alerts_of,
    mute_alerts,
    mute_alerts_by_token,
    save_search,
    unmute_alerts,
    update_search,
)
from .announcements import announce_closings
from .archiving import archive_long_closed
from .digests import send_digests
from .errors import StaleVersion
from .favourites import keep_favourite, leave_favourite
from .imports import ask_to_apply, send_import, work_on_imports
from .many import MOST_AT_ONCE, Refused, do_to_each
from .offer_checks import shortest_window
from .offers import (
    archive_offer,
    close_early,
    create_draft,
    duplicate_offer,
    extend_offer,
    publish_offer,
    update_offer,
)
from .pictures import add_pictures, delete_picture, describe_pictures
from .readers import count_view, store_views
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
    "MOST_AT_ONCE",
    "Refused",
    "StaleVersion",
    "add_pictures",
    "announce_closings",
    "archive_long_closed",
    "archive_offer",
    "ask_for_alerts",
    "ask_to_apply",
    "close_early",
    "count_view",
    "create_draft",
    "create_dwelling",
    "create_residence",
    "delete_dwelling",
    "delete_picture",
    "delete_residence",
    "delete_search",
    "describe_pictures",
    "do_to_each",
    "duplicate_offer",
    "extend_offer",
    "find_alerts",
    "find_alerts_of",
    "keep_favourite",
    "leave_favourite",
    "mute_alerts",
    "mute_alerts_by_token",
    "publish_offer",
    "rebuild_search",
    "save_search",
    "send_digests",
    "send_import",
    "shortest_window",
    "store_views",
    "unmute_alerts",
    "update_dwelling",
    "update_offer",
    "update_residence",
    "update_search",
    "work_on_imports",
]
