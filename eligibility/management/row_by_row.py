"""What the commands that answer a CSV file row by row share."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

# Exit statuses; 0 is all read.
SOME_REFUSED, FILE_UNREADABLE = 1, 2

Row = Mapping[str, str]


class UnreadableRow(Exception):
    """Why a row cannot be answered, for the person who wrote it."""


def answer_rows(
    source: Path,
    target: Path,
    *,
    columns: Sequence[str],
    answer_columns: Sequence[str],
    answer: Callable[[Row], Sequence[object]],
    errors: OutputWrapper,
) -> tuple[int, int]:
    """Write to `target` what `answer` says of each row of `source`; how many rows were answered
    and how many refused. A row is one line. A refused one is left out and told to `errors` as
    `line N: reason`, N counted from 1 at the header.

    CommandError with exit status 2 when a file cannot be opened or a column is missing."""
    answered = refused = 0
    try:
        if target.exists() and target.samefile(source):
            raise _unreadable(_("le fichier de sortie est celui d’entrée."))
        # A byte that is no UTF-8 spoils its own line, not the file.
        with source.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            header = _header(next(lines, ""), columns)
            with target.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(answer_columns)
                for number, line in enumerate(lines, start=2):
                    if not line.strip():
                        continue
                    try:
                        writer.writerow(answer(_row(line, header)))
                    except UnreadableRow as reason:
                        errors.write(f"line {number}: {reason}")
                        refused += 1
                    else:
                        answered += 1
    except OSError as error:
        raise _unreadable(str(error)) from error
    return answered, refused


def amount_of(row: Row, name: str) -> int | None:
    """A whole number from a row, None when it is empty."""
    text = row[name]
    return None if text == "" else number_of(text, name)


def number_of(text: str, name: str, *, most: int = 999_999_999) -> int:
    """A whole number from 0 to `most`."""
    # isdigit alone takes digits of other scripts, which no accounting program writes.
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > most:
        raise UnreadableRow(
            _("%(name)s : « %(text)s » n’est pas un nombre entier de 0 à %(most)d.")
            % {"name": name, "text": text, "most": most}
        )
    return int(text)


def _header(line: str, columns: Sequence[str]) -> list[str]:
    try:
        header = [name.strip() for name in _fields(line)]
    except UnreadableRow as error:
        raise _unreadable(str(error)) from error
    missing = [name for name in columns if name not in header]
    if missing:
        raise _unreadable(_("il manque les colonnes : %s.") % ", ".join(missing))
    return header


def _row(line: str, header: Sequence[str]) -> Row:
    fields = [field.strip() for field in _fields(line)]
    if len(fields) != len(header):
        raise UnreadableRow(
            _("%(found)d valeurs pour %(expected)d colonnes.")
            % {"found": len(fields), "expected": len(header)}
        )
    return dict(zip(header, fields, strict=True))


def _fields(line: str) -> list[str]:
    """The values of one line. Each line is read alone, so that a quotation mark left open takes
    no other line with it."""
    try:
        line.encode()
        return next(csv.reader([line], strict=True), [])
    except UnicodeEncodeError:
        raise UnreadableRow(_("la ligne n’est pas en UTF-8.")) from None
    except csv.Error:
        raise UnreadableRow(_("la ligne n’est pas au format CSV.")) from None


def _unreadable(reason: str) -> CommandError:
    return CommandError(_("Fichier illisible : %s") % reason, returncode=FILE_UNREADABLE)
