"""The verbs of pieces: the only code here that writes."""

from .checking import check_due, wake_checker
from .giving import Upload, UploadRefused, give_files, remove_file
from .keeping import erase_due, sweep_orphans
from .staff import RequestLine, conclude, download_original, look_at_page, request_pieces

__all__ = [
    "RequestLine",
    "Upload",
    "UploadRefused",
    "check_due",
    "conclude",
    "download_original",
    "erase_due",
    "give_files",
    "look_at_page",
    "remove_file",
    "request_pieces",
    "sweep_orphans",
    "wake_checker",
]
