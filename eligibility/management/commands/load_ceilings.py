"""`manage.py load_ceilings`: ceilings of resources, thresholds, parameters of housing aid."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit.bulk import LoadReport, load_rows
from eligibility.models import Ceiling, Parameter
from eligibility.queries.ceilings_review import missing_categories, review_ceilings

DATA = Path(__file__).resolve().parents[2] / "data"
CEILINGS_FILE = DATA / "ceilings.csv"
PARAMETERS_FILES = tuple(
    DATA / name
    for name in ("employer_thresholds.csv", "apl_parameters.csv", "rsa_parameters.csv", "irl.csv")
)

CEILING_COLUMNS = (
    "year",
    "valid",
    "funding",
    "zone",
    "category",
    "amount_eur",
    "status",
    "source",
)
PARAMETER_COLUMNS = ("name", "valid_from", "value", "unit", "source")


class Command(BaseCommand):
    help = "Charge les plafonds de ressources et les paramètres. Peut être relancée sans risque."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--plafonds", "--fichier", dest="plafonds", type=Path, default=CEILINGS_FILE
        )
        parser.add_argument("--parametres", type=Path, nargs="*", default=PARAMETERS_FILES)
        parser.add_argument(
            "--verifier",
            action="store_true",
            help="n'écrit rien : dit si les plafonds sont complets et plausibles, et ce qui change",
        )
        parser.add_argument(
            "--facteur",
            type=Decimal,
            help="indexation de la dernière année du fichier, si son IRL n'est pas encore connu",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ceilings = _read(options["plafonds"])
        if options["verifier"]:
            self._review(ceilings, options["facteur"])
            return
        if faults := missing_categories(ceilings):
            raise CommandError("\n".join(faults))
        parameters = [line for path in options["parametres"] for line in _read(path)]
        with transaction.atomic():
            self._tell(
                _("Plafonds de ressources"),
                load_rows(
                    Ceiling,
                    columns=CEILING_COLUMNS,
                    key=["funding", "zone", "category", "year"],
                    rows=map(ceiling_row, ceilings),
                ),
            )
            self._tell(
                _("Paramètres"),
                load_rows(
                    Parameter,
                    columns=PARAMETER_COLUMNS,
                    key=["name", "valid_from"],
                    rows=map(parameter_row, parameters),
                ),
            )

    def _review(self, lines: list[dict[str, str]], factor: Decimal | None) -> None:
        review = review_ceilings(lines, factor)
        for fact in review.facts:
            self.stdout.write(fact)
        if faults := review.faults + review.departures:
            raise CommandError("\n".join(faults))
        self.stdout.write(_("Ce fichier peut être chargé."))

    def _tell(self, title: str, report: LoadReport) -> None:
        self.stdout.write(f"{title} : {report.sentence()}")


def ceiling_row(line: dict[str, str]) -> tuple[Any, ...]:
    """The values of CEILING_COLUMNS: ceilings are revised each 1 January (R441-1)."""
    year = int(line["year"])
    return (
        year,
        f"[{date(year, 1, 1)},{date(year + 1, 1, 1)})",
        line["funding"],
        line["zone"],
        line["category"],
        int(line["amount_eur"]),
        line["status"],
        line["source"],
    )


def parameter_row(line: dict[str, str]) -> tuple[Any, ...]:
    """The values of PARAMETER_COLUMNS."""
    return (
        line["parameter"],
        line["valid_from"],
        line["value"],
        line["unit_or_note"],
        line["source"],
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
