"""`manage.py load_communes`: communes, their zones and their départements."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from alin.kit.bulk import load_rows
from territory.models import Commune, Departement
from territory.services import keep_zone_abc_history

SHIPPED_FILE = Path(__file__).resolve().parents[2] / "data" / "communes.csv.gz"
# The shipped file holds the zonage of the arrêté of this date.
SHIPPED_ZONE_ABC_AS_OF = date(2024, 7, 5)

DEPARTEMENT_COLUMNS = ("code", "name", "region_code", "region_name")
COMMUNE_COLUMNS = (
    "insee_code",
    "name",
    "kind",
    "parent",
    "departement",
    "postal_codes",
    "population",
    "epci_code",
    "epci_name",
    "latitude",
    "longitude",
    "zone_abc",
    "zone_abc_as_of",
    "zone_123",
    "ceilings_zone",
)


class Command(BaseCommand):
    help = "Charge les communes, leurs zones et les départements. Peut être relancée sans risque."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fichier", type=Path, default=SHIPPED_FILE)
        parser.add_argument(
            "--zonage-abc-au",
            type=date.fromisoformat,
            default=SHIPPED_ZONE_ABC_AS_OF,
            help="date de l'arrêté dont vient la colonne zone_abc du fichier (AAAA-MM-JJ)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lines = list(read_lines(options["fichier"]))
        departements = {
            line["dep"]: (line["dep"], line["dep_nom"], line["reg"], line["reg_nom"])
            for line in lines
        }
        as_of = options["zonage_abc_au"]
        with transaction.atomic():
            later = later_zones(as_of)
            for title, report in (
                (
                    _("Départements"),
                    load_rows(
                        Departement,
                        columns=DEPARTEMENT_COLUMNS,
                        key=["code"],
                        rows=departements.values(),
                    ),
                ),
                (
                    _("Communes"),
                    load_rows(
                        Commune,
                        columns=COMMUNE_COLUMNS,
                        key=["insee_code"],
                        rows=(commune_row(line, as_of, later) for line in lines),
                    ),
                ),
            ):
                self.stdout.write(f"{title} : {report.sentence()}")
            keep_zone_abc_history(source=options["fichier"].name)


def read_lines(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a CSV file, compressed or not, as dictionaries."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def later_zones(as_of: date) -> dict[str, tuple[str, date | None]]:
    """Zones ABC that the portal knows from a later arrêté than the file's: the shipped file,
    loaded again at each update, must not take an operator's newer zonage back."""
    later = Commune.objects.filter(zone_abc_as_of__gt=as_of)
    return {
        code: (zone, known_as_of)
        for code, zone, known_as_of in later.values_list("insee_code", "zone_abc", "zone_abc_as_of")
    }


def commune_row(
    line: dict[str, str], as_of: date, later: dict[str, tuple[str, date | None]]
) -> tuple[Any, ...]:
    """The values of COMMUNE_COLUMNS for one line of the file."""
    of_the_file = (line["zone_abc"], as_of if line["zone_abc"] else None)
    zone_abc, zone_abc_as_of = later.get(line["code_insee"], of_the_file)
    at_town_hall = line["lat_mairie"] and line["lon_mairie"]
    latitude = line["lat_mairie"] if at_town_hall else line["lat"]
    longitude = line["lon_mairie"] if at_town_hall else line["lon"]
    return (
        line["code_insee"],
        line["nom"],
        line["type"],
        line["commune_parente"] or None,
        line["dep"],
        line["codes_postaux"].split("|") if line["codes_postaux"] else [],
        int(line["population"]) if line["population"] else None,
        line["epci"],
        line["epci_nom"],
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        zone_abc,
        zone_abc_as_of,
        line["zone_123"],
        line["zone_plafonds"],
    )
