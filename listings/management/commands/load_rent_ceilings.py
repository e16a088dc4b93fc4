"""`manage.py load_rent_ceilings`: the highest rents of a square metre."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from alin.kit.bulk import load_rows
from listings.models import RentCeiling

FILE = Path(__file__).resolve().parents[2] / "data" / "rent_ceilings.csv"
COLUMNS = ("year", "funding", "zoning", "zone", "eur_m2", "surface", "source")


class Command(BaseCommand):
    help = "Charge les loyers plafonds. Peut être relancée sans risque."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fichier", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["fichier"].open(encoding="utf-8", newline="") as file:
            report = load_rows(
                RentCeiling,
                columns=COLUMNS,
                key=["year", "funding", "zone"],
                rows=[
                    [
                        int(line["year"]),
                        *(line[name] for name in ("funding", "zoning", "zone")),
                        line["lm_zone_eur_m2_month"],
                        line["surface"],
                        _("Avis loyers %(year)s") % {"year": line["year"]},
                    ]
                    for line in csv.DictReader(file)
                ],
            )
        self.stdout.write(f"{_('Loyers plafonds')} : {report.sentence()}")
