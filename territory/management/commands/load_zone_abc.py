"""`manage.py load_zone_abc`: the official list of communes by zone ABC."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from territory.models import Commune
from territory.queries import folded
from territory.services import ZonageRefused, record_zone_abc

MONTHS = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
ZONES = {folded(zone).replace(" ", ""): zone for zone in Commune.ZoneAbc.values}
CODE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")


class Command(BaseCommand):
    help = (
        "Charge la « liste des communes selon le zonage ABC » (CSV à points-virgules) et dit"
        " quelles communes changent de zone. Peut être relancée sans risque."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--en-vigueur-le",
            type=date.fromisoformat,
            metavar="AAAA-MM-JJ",
            help="par défaut, la date écrite dans l'en-tête de la colonne du zonage",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["fichier"]
        zones, title = read_zonage(path)
        since = options["en_vigueur_le"] or date_in(title)
        if since is None:
            raise CommandError(
                _("L’en-tête « %s » ne porte pas de date : donnez --en-vigueur-le.") % title
            )
        try:
            changes, named = record_zone_abc(zones, since=since, source=f"{title} ({path.name})")
        except ZonageRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        for change in changes:
            self.stdout.write(
                f"{change.insee_code} {change.name} : {change.before} → {change.after}"
            )
        self.stdout.write(
            _(
                "Zonage ABC au %(since)s : %(named)d communes et arrondissements nommés,"
                " %(changed)d changent de zone, %(kept)d absents du fichier gardent la leur."
            )
            % {
                "since": f"{since:%d/%m/%Y}",
                "named": named,
                "changed": len(changes),
                "kept": Commune.objects.exclude(zone_abc="").count() - named,
            }
        )


def read_zonage(path: Path) -> tuple[dict[str, str], str]:
    """The zone by Insee code, and the title of the column of zones. CommandError when a line
    cannot be read: a zonage is loaded whole or not at all."""
    lines = list(csv.reader(_text(path).splitlines(), delimiter=";"))
    header = [name.strip() for name in lines[0]] if lines else []
    zone_column = _column(header, r"zonage|zone", _("du zonage"))
    code_column = _column(
        header, r"codgeo|code (insee|commune|geo)|insee|depcom|com$|code$", _("du code")
    )
    zones: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        code = line[code_column].strip() if len(line) > code_column else ""
        said = line[zone_column].strip() if len(line) > zone_column else ""
        zone = ZONES.get(folded(said).replace(" ", ""))
        if not CODE.fullmatch(code) or zone is None or zones.get(code, zone) != zone:
            raise CommandError(
                _("Ligne %(number)d : code « %(code)s », zone « %(zone)s ».")
                % {"number": number, "code": code, "zone": said}
            )
        zones[code] = zone
    return zones, header[zone_column]


def date_in(title: str) -> date | None:
    """The date in “Zonage en vigueur depuis le 5 septembre 2025”, None when there is none."""
    found = re.search(rf"([0-9]{{1,2}})(?:er)? ({'|'.join(MONTHS)}) ([0-9]{{4}})", folded(title))
    if found is None:
        return None
    try:
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(str(error)) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What a spreadsheet on Windows writes.
        return content.decode("cp1252", errors="replace")


def _column(header: list[str], beginning: str, meant: str) -> int:
    """The first column whose title begins so."""
    for index, name in enumerate(header):
        if re.match(beginning, folded(name)):
            return index
    raise CommandError(
        _("Il manque la colonne %(meant)s : %(header)s.")
        % {"meant": meant, "header": " ; ".join(header)}
    )
