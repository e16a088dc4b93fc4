"""Tables that come in and go out: CSV and XLSX, safe for whoever opens them, and for us."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

# What makes a spreadsheet compute instead of show (OWASP, CSV injection).
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")
MOST_BYTES = 10 * 1024 * 1024
# A real sheet of 10 MB holds less once opened; a bomb holds a thousand times more.
MOST_OPENED_BYTES = 150 * 1024 * 1024
MOST_COLUMNS = 100
XLSX = b"PK\x03\x04"
# The number of a row in its sheet, and its cells.
Row = tuple[int, list[str]]


def safe_text(value: Any) -> str:
    """What a cell shows, that no spreadsheet takes for a formula. A negative number stays one."""
    text = "" if value is None else str(value)
    if text.startswith(TRIGGERS) and not _is_number(text):
        return f"'{text}"
    return text


def plain_text(text: str) -> str:
    """What `safe_text` was given: a file that left comes back as it was."""
    guarded = text.startswith("'") and text[1:].startswith(TRIGGERS)
    return text[1:] if guarded else text


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(",", "", 1).replace(".", "", 1).isdecimal()


def as_csv(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """With semicolons and a byte order mark: what a French spreadsheet opens as it is."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([safe_text(cell) for cell in row] for row in rows)
    return output.getvalue().encode("utf-8-sig")


# The title of a sheet, its headers, its rows.
Sheet = tuple[str, Sequence[Any], Iterable[Sequence[Any]]]


def as_xlsx(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    notes: Sheet | None = None,
) -> bytes:
    """Every cell is typed as text: nothing is computed when it opens. `notes`: a second sheet, that
    `read_table` leaves alone."""
    book = Workbook(write_only=True)
    for sheet in [(title, headers, rows), *([notes] if notes else [])]:
        _add_sheet(book, sheet)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _add_sheet(book: Workbook, told: Sheet) -> None:
    title, headers, rows = told
    sheet = book.create_sheet(title[:31])

    def cell(value: Any) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet)
        made.value = _without_controls(safe_text(value))
        made.data_type = "s"
        return made

    sheet.append([cell(header) for header in headers])
    for row in rows:
        sheet.append([cell(value) for value in row])


def _without_controls(text: str) -> str:
    return "".join(character for character in text if character >= " " or character in "\t\n")


def read_table(data: bytes, *, most_rows: int) -> list[Row]:
    """The rows of a CSV (UTF-8 or Windows-1252; semicolons, commas or tabs) or of the first sheet
    of an XLSX, as text, the headers first, each under the number that a spreadsheet shows beside
    it; empty ones are left out. Formulas are not computed: what they last showed is read. Raises
    ValidationError in words."""
    if len(data) > MOST_BYTES:
        raise ValidationError(
            _("Ce fichier pèse plus de %(most)d Mo : coupez-le en plusieurs.")
            % {"most": MOST_BYTES // 1024 // 1024}
        )
    rows = _read_xlsx(data, most_rows) if data.startswith(XLSX) else _read_csv(data, most_rows)
    if len(rows) < 2:
        raise ValidationError(_("Ce fichier est vide : il faut une ligne de titres, et une autre."))
    return rows


def _read_csv(data: bytes, most_rows: int) -> list[Row]:
    if b"\x00" in data:
        raise ValidationError(_("Ce fichier n'est ni un CSV ni un XLSX."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return _kept(([cell.strip() for cell in row] for row in read), most_rows)
    except csv.Error as error:
        raise ValidationError(
            _("La ligne %(n)d du CSV ne se lit pas : vérifiez ses guillemets.")
            % {"n": read.line_num}
        ) from error


def _read_xlsx(data: bytes, most_rows: int) -> list[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            opened = sum(member.file_size for member in archive.infolist())
        if opened > MOST_OPENED_BYTES:
            raise ValidationError(_("Ce classeur est trop gros une fois ouvert : coupez-le."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            if not book.worksheets:
                raise ValidationError(
                    _("Ce classeur n'a pas de feuille de calcul : partez du modèle à télécharger.")
                )
            # The rows are parsed as they are asked for: a file that was cut breaks here.
            sheet = book.worksheets[0].iter_rows(values_only=True)
            return _kept(([_shown(value) for value in row] for row in sheet), most_rows)
    except ValidationError:
        raise
    except Exception as error:  # the reader raises whatever a broken archive makes it meet
        raise ValidationError(
            _("Ce classeur ne s'ouvre pas : enregistrez-le de nouveau.")
        ) from error


def _kept(rows: Iterable[list[str]], most_rows: int) -> list[Row]:
    """The rows that say something, numbered as their sheet numbers them."""
    kept: list[Row] = []
    for number, row in enumerate(rows, start=1):
        while row and not row[-1]:
            row.pop()
        if row:
            _check_size(len(kept), len(row), most_rows)
            kept.append((number, row))
    return kept


def _check_size(rows: int, columns: int, most_rows: int) -> None:
    if rows > most_rows:
        raise ValidationError(
            _("Ce fichier a plus de %(most)d lignes : coupez-le en plusieurs.")
            % {"most": most_rows}
        )
    if columns > MOST_COLUMNS:
        raise ValidationError(
            _("Ce fichier a plus de %(most)d colonnes : partez du modèle à télécharger.")
            % {"most": MOST_COLUMNS}
        )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return (
            f"{value:%d/%m/%Y}" if value.time() == value.time().min else f"{value:%d/%m/%Y %H:%M}"
        )
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
