"""The closed list of pieces, the pieces people gave, and who asked for or looked at them."""

from .files import UNREAD, PieceFile
from .kinds import FORBIDDEN_CODES, FORBIDDEN_SAID, FORBIDDEN_WORDS, PieceKind
from .pieces import (
    AWAITED,
    AskedPiece,
    Departure,
    Piece,
    PieceCheck,
    PieceRequest,
    PieceView,
)
from .readings import FileReading, Seal
from .trust import TrustList

__all__ = [
    "AWAITED",
    "FORBIDDEN_CODES",
    "FORBIDDEN_SAID",
    "FORBIDDEN_WORDS",
    "UNREAD",
    "AskedPiece",
    "Departure",
    "FileReading",
    "Piece",
    "PieceCheck",
    "PieceFile",
    "PieceKind",
    "PieceRequest",
    "PieceView",
    "Seal",
    "TrustList",
]
