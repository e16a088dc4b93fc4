"""`manage.py load_pieces`: the closed list of pieces that may be asked."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

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
    "rank",
)


class Command(BaseCommand):
    help = "Charge la liste des pièces justificatives. Peut être relancée sans risque."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fichier", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["fichier"].open(encoding="utf-8", newline="") as file:
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
                        rank,
                    ]
                    for rank, line in enumerate(csv.DictReader(file))
                ],
            )
        self.stdout.write(f"{_('Pièces justificatives')} : {report.sentence()}")
