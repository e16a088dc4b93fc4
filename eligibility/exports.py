"""What leaves as CSV."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.utils.translation import gettext as _

from .forms.ceilings_file import COLUMNS
from .models import Ceiling, CeilingPublication, RightChange

# What a spreadsheet would take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 2_000


def changes_csv(publication: CeilingPublication) -> Iterator[str]:
    """The list of rights that change, line by line; dossiers by their public identifier, because
    a list that travels must not say who people are."""
    yield _line([_("dossier"), _("financement"), _("zone"), _("changement"), _("état")])
    state = (
        _("annulé") if publication.status == CeilingPublication.Status.WITHDRAWN else _("en cours")
    )
    changes = RightChange.objects.filter(publication=publication).order_by(
        "dossier_id", "funding", "zone"
    )
    named = changes.values_list("dossier__public_id", "funding", "zone", "gained")
    for dossier, funding, zone, gained in named.iterator(AT_ONCE):
        yield _line([dossier, funding, zone, _("gagné") if gained else _("perdu"), state])


def ceilings_csv(ceilings: Iterable[Ceiling]) -> str:
    """Ceilings in the format in which they are loaded."""
    rows = [[getattr(each, name) for name in COLUMNS] for each in ceilings]
    return "".join(_line(row) for row in [list(COLUMNS), *rows])


def _line(values: Iterable[object]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_safe(str(value)) for value in values])
    return out.getvalue()


def _safe(text: str) -> str:
    """A value that no spreadsheet runs: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
