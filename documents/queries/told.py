"""What a message is about, found by the one who received it."""

from accounts.models import Dossier
from documents.models import PieceKind
from documents.paths import is_marked


def code_told(dossier: Dossier, mark: str) -> str | None:
    """The code of the kind that a discreet address names to a dossier; None for any other."""
    codes = PieceKind.objects.values_list("code", flat=True)
    return next((code for code in codes if is_marked(mark, dossier.pk, code)), None)
