"""The verbs of pieces: the only code here that writes."""

from .checking import check_due
from .departing import set_apart, take_out
from .door import Upload, UploadRefused
from .erasing import let_go
from .following import follow_situation
from .giving import date_piece, give_files, give_for_several, remove_file
from .keeping import erase_due, sweep_orphans
from .reading import take_sealed_income
from .requests import end_requests, withdraw_request
from .rescanning import rescan_due
from .staff import (
    RequestLine,
    TooOld,
    conclude,
    download_original,
    hand_out_original,
    look_at_page,
    look_at_piece,
    request_pieces,
)
from .telling import tell_of_erasures
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
    "end_requests",
    "erase_due",
    "follow_situation",
    "give_files",
    "give_for_several",
    "hand_out_original",
    "let_go",
    "load_trust_list",
    "look_at_page",
    "look_at_piece",
    "put_in_force",
    "remove_file",
    "request_pieces",
    "rescan_due",
    "set_apart",
    "set_aside",
    "sweep_orphans",
    "take_out",
    "take_sealed_income",
    "tell_of_erasures",
    "withdraw_request",
]
