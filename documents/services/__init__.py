"""The verbs of pieces: the only code here that writes."""

from .checking import check_due
from .departing import set_apart
from .door import Upload, UploadRefused
from .erasing import let_go
from .following import follow_situation
from .giving import date_piece, give_files, give_for_several, remove_file
from .keeping import erase_due, sweep_orphans
from .reading import take_sealed_income
from .requests import withdraw_request
from .rescanning import rescan_due
from .staff import (
    RequestLine,
    TooOld,
    conclude,
    download_original,
    hand_out_original,
    look_at_page,
    request_pieces,
)
from .trust import load_trust_list, put_in_force, set_aside

__all__ = [
    "RequestLine",
    "TooOld",
    "Upload",
    "UploadRefused",
    "check_due",
    "conclude",
    "date_piece",
    "download_original",
    "erase_due",
    "follow_situation",
    "give_files",
    "give_for_several",
    "hand_out_original",
    "let_go",
    "load_trust_list",
    "look_at_page",
    "put_in_force",
    "remove_file",
    "request_pieces",
    "rescan_due",
    "set_apart",
    "set_aside",
    "sweep_orphans",
    "take_sealed_income",
    "withdraw_request",
]
