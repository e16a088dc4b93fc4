"""`manage.py load_pieces`: the closed list of pieces that may be asked."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from alin.kit import clock
from alin.kit.bulk import load_rows
from documents.models import PieceKind

FILE = Path(__file__).resolve().parents[2] / "data" / "pieces.csv"
COLUMNS = (
    "code",
    "level",
    "family",
    "situations",
    "label",
    "why",
    "example",
    "validity_months",
    "yearly",
    "since",
    "source",
    "kept_unused",
    "kept_after_study",
    "kept_replaced",
    "kept_departed",
    "kept_source",
    "ready_in_month",
    "sensitive",
    "rank",
    "until",
)


def _close_absent(codes: set[str]) -> int:
    """Date the rows that the file has no more; what was given under them still names them."""
    gone = PieceKind.objects.filter(until=None).exclude(code__in=codes)
    return gone.update(until=Greatest(F("since"), Value(clock.today())))


class Command(BaseCommand):
    help = "Charge la liste des pièces justificatives. Peut être relancée sans risque."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fichier", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["fichier"].open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        with transaction.atomic():
            report = load_rows(
                PieceKind,
                columns=COLUMNS,
                key=["code"],
                rows=[
                    [
                        *(line[name] for name in COLUMNS[:7]),
                        int(line["validity_months"]) if line["validity_months"] else None,
                        line["yearly"] == "yes",
                        line["since"],
                        line["source"],
                        *(int(line[name]) for name in COLUMNS[11:15]),
                        line["kept_source"],
                        int(line["ready_in_month"]) if line["ready_in_month"] else None,
                        line["sensitive"] == "yes",
                        rank,
                        None,
                    ]
                    for rank, line in enumerate(lines)
                ],
            )
            closed = _close_absent({line["code"] for line in lines})
        if closed:
            self.stdout.write(_("Pièces qui quittent la liste : %(closed)d.") % {"closed": closed})
        self.stdout.write(f"{_('Pièces justificatives')} : {report.sentence()}")
