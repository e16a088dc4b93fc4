"""A landlord's file: its columns, its cells written and understood, what a line would do."""

from .cells import Cells
from .columns import (
    COLUMNS,
    DWELLING_COLUMNS,
    EXAMPLE,
    NEEDED,
    RESIDENCE_COLUMNS,
    columns_of,
)
from .explained import explained
from .reader import Line, Reader, offer_cells
from .words import said_of

__all__ = [
    "COLUMNS",
    "DWELLING_COLUMNS",
    "EXAMPLE",
    "NEEDED",
    "RESIDENCE_COLUMNS",
    "Cells",
    "Line",
    "Reader",
    "columns_of",
    "explained",
    "offer_cells",
    "said_of",
]
