"""Reading the CSV of a year of ceilings, and saying line by line what is wrong with it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..models import ZONES_OF_FUNDING, Ceiling, Funding, categories_of

COLUMNS = ("year", "funding", "zone", "category", "amount_eur", "status", "source")
LARGEST_AMOUNT = 999_999
FIRST_YEAR, LAST_YEAR = 2000, 2100
SPACES = str.maketrans("", "", " \u00a0\u202f")

Line = dict[str, str]


@dataclass(frozen=True)
class CeilingsFile:
    """What was read: its lines, or the faults that must stop it."""

    lines: list[Line]
    faults: list[str]

    @property
    def year(self) -> int:
        """The year of all its lines; there is one when there is no fault."""
        return int(self.lines[0]["year"])


def read_ceilings(content: bytes) -> CeilingsFile:
    """Read a whole file. Commas or semicolons; each of its lines is judged, not only the first."""
    if not content.strip():
        return CeilingsFile([], [_("Le fichier est vide.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        said = _(
            "Ligne %(n)d : le fichier n’est pas en UTF-8. Enregistrez-le au format « CSV UTF-8 »."
        )
        return CeilingsFile([], [said % {"n": line}])
    if "\x00" in text:
        return CeilingsFile([], [_("Ce fichier n’est pas un CSV : il contient des octets nuls.")])
    rows = text.splitlines()
    header = _fields(rows[0])
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        return CeilingsFile([], [_("Il manque les colonnes : %s.") % ", ".join(missing)])
    lines: list[Line] = []
    faults: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        if not row.strip():
            continue
        read, wrong = _read_line(row, header)
        faults += [_("Ligne %(n)d : %(what)s") % {"n": number, "what": each} for each in wrong]
        if not wrong:
            lines.append(read | {"number": str(number)})
    if not lines and not faults:
        faults = [_("Le fichier n’a que son en-tête : il faut une ligne par plafond.")]
    return CeilingsFile(lines, faults + list(_faults_between(lines)))


def _fields(row: str) -> list[str]:
    delimiter = ";" if row.count(";") > row.count(",") else ","
    try:
        fields = next(csv.reader([row], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return []
    return [field.strip() for field in fields]


def _read_line(row: str, header: list[str]) -> tuple[Line, list[str]]:
    fields = _fields(row)
    if len(fields) != len(header):
        counts = {"found": len(fields), "expected": len(header)}
        return {}, [_("%(found)d valeurs pour %(expected)d colonnes.") % counts]
    line = {name: value for name, value in zip(header, fields, strict=True) if name in COLUMNS}
    line["amount_eur"] = line["amount_eur"].translate(SPACES)
    return line, list(_faults_of(line))


def _faults_of(line: Mapping[str, str]) -> Iterator[str]:
    year, amount = line["year"], line["amount_eur"]
    if not (_is_number(year) and FIRST_YEAR <= int(year) <= LAST_YEAR):
        yield _("l’année « %s » n’est pas une année.") % year
    if not (_is_number(amount) and 0 < int(amount) <= LARGEST_AMOUNT):
        yield _(
            "le plafond « %(amount)s » n’est pas un nombre entier d’euros, de 1 à %(most)d."
        ) % {
            "amount": amount,
            "most": LARGEST_AMOUNT,
        }
    if line["status"] not in Ceiling.Status.values:
        yield _("la fiabilité « %(status)s » n’existe pas (%(known)s).") % {
            "status": line["status"],
            "known": ", ".join(Ceiling.Status.values),
        }
    if not line["source"]:
        yield _("la source est vide : indiquez le texte où le plafond a été lu.")
    if line["funding"] not in ZONES_OF_FUNDING:
        yield _("le financement « %(funding)s » n’existe pas (%(known)s).") % {
            "funding": line["funding"],
            "known": ", ".join(ZONES_OF_FUNDING),
        }
        return
    for name, known in (
        ("zone", ZONES_OF_FUNDING[line["funding"]]),
        ("category", categories_of(line["funding"])),
    ):
        if line[name] not in known:
            yield _("%(name)s « %(value)s » : en %(funding)s, il y a %(known)s.") % {
                "name": name,
                "value": line[name],
                "funding": line["funding"],
                "known": ", ".join(known),
            }


def _is_number(text: str) -> bool:
    # isdigit alone takes digits of other scripts, which no text of law writes.
    return text.isascii() and text.isdigit() and len(text) <= 9


def _faults_between(lines: list[Line]) -> Iterator[str]:
    """What only the whole file shows: two years, a ceiling twice, a zone or category left out."""
    years = sorted({line["year"] for line in lines})
    if len(years) > 1:
        yield _("Le fichier mêle plusieurs années (%s) : une publication en porte une seule.") % (
            ", ".join(years)
        )
    first: dict[tuple[str, str, str], str] = {}
    for line in lines:
        cell = line["funding"], line["zone"], line["category"]
        if cell in first:
            yield _("Ligne %(n)s : %(cell)s est déjà donné à la ligne %(first)s.") % {
                "n": line["number"],
                "cell": " ".join(cell),
                "first": first[cell],
            }
        first.setdefault(cell, line["number"])
    for funding in Funding.values:
        if any(line["funding"] == funding for line in lines):
            yield from _missing(funding, {cell[1:] for cell in first if cell[0] == funding})


def _missing(funding: str, given: set[tuple[str, str]]) -> Iterator[str]:
    for zone in ZONES_OF_FUNDING[funding]:
        missing = [name for name in categories_of(funding) if (zone, name) not in given]
        if missing:
            yield _("%(funding)s, zone %(zone)s : il manque %(categories)s.") % {
                "funding": funding,
                "zone": zone,
                "categories": ", ".join(missing),
            }
