"""Loading a whole file of reference data in one go, and telling what it changed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext


@dataclass(frozen=True)
class LoadReport:
    """What a load did to one table. `absent` counts rows of the table that the file no longer
    has: they stay, because other rows may point at them."""

    created: int
    changed: int
    unchanged: int
    absent: int

    def sentence(self) -> str:
        """The report in one French sentence; a second run says “rien à changer”."""
        counts = gettext(
            "lignes créées : %(created)d, modifiées : %(changed)d, inchangées : %(unchanged)d"
        )
        if self.absent:
            counts += gettext(", absentes du fichier et conservées : %(absent)d")
        counts %= asdict(self)
        if not (self.created or self.changed):
            return gettext("rien à changer (%(counts)s).") % {"counts": counts}
        return f"{counts}."


def load_rows(
    model: type[models.Model],
    *,
    columns: Sequence[str],
    key: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> LoadReport:
    """Create or update the rows of `model` so that they say what `rows` says, in one
    transaction; a row that already says it is not written.

    `columns` are field names, in the order of the values of a row; `key` those that a unique
    constraint covers and that name a row. A key given twice is refused by the database."""
    file = _File.of(model, columns, key)
    with transaction.atomic(), connection.cursor() as cursor:
        # The limit of a page (settings) is too short for a whole file on a slow machine.
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        _copy(cursor, file, rows)
        created, changed = _merge(cursor, file)
        in_file, absent = _count(cursor, file)
        # The planner must know of the rows before the next query, not when a vacuum comes by.
        cursor.execute(f"ANALYZE {file.table}")
        # A transaction around this one would keep the table until its own end.
        cursor.execute("DROP TABLE loaded_file")
    return LoadReport(
        created=created,
        changed=changed,
        unchanged=in_file - created - changed,
        absent=absent,
    )


@dataclass(frozen=True)
class _File:
    """The table that a file is for and the columns of both, quoted for SQL: those that name a row
    (`key`), and the others (`values`)."""

    table: str
    columns: list[str]
    key: list[str]
    values: list[str]

    @classmethod
    def of(cls, model: type[models.Model], columns: Sequence[str], key: Sequence[str]) -> "_File":
        quote = connection.ops.quote_name
        known = {f.name: f.column for f in model._meta.concrete_fields if f.column}
        quoted = {name: quote(known[name]) for name in columns}
        return cls(
            table=quote(model._meta.db_table),
            columns=list(quoted.values()),
            key=[quoted[name] for name in key],
            values=[quoted[name] for name in columns if name not in key],
        )


def _copy(cursor: Any, file: _File, rows: Iterable[Sequence[Any]]) -> None:
    listed = ", ".join(file.columns)
    cursor.execute(
        f"CREATE TEMPORARY TABLE loaded_file ON COMMIT DROP AS"
        f" SELECT {listed} FROM {file.table} WITH NO DATA"
    )
    with cursor.copy(f"COPY loaded_file ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _merge(cursor: Any, file: _File) -> tuple[int, int]:
    """How many rows are new, and how many say something else than before."""
    listed = ", ".join(file.columns)
    ours = ", ".join(f"t.{column}" for column in file.values)
    theirs = ", ".join(f"excluded.{column}" for column in file.values)
    cursor.execute(
        f"INSERT INTO {file.table} AS t ({listed}) SELECT {listed} FROM loaded_file"
        f" ON CONFLICT ({', '.join(file.key)}) DO UPDATE"
        f" SET ({', '.join(file.values)}) = ROW({theirs})"
        f" WHERE ROW({ours}) IS DISTINCT FROM ROW({theirs})"
        f" RETURNING (xmax = 0)"
    )
    written = [is_new for (is_new,) in cursor.fetchall()]
    created = sum(written)
    return created, len(written) - created


def _count(cursor: Any, file: _File) -> tuple[int, int]:
    """How many rows the file has, and how many of the table it does not have."""
    same_key = " AND ".join(f"t.{column} = f.{column}" for column in file.key)
    cursor.execute(
        f"SELECT (SELECT count(*) FROM loaded_file),"
        f" (SELECT count(*) FROM {file.table} AS t"
        f"  WHERE NOT EXISTS (SELECT FROM loaded_file AS f WHERE {same_key}))"
    )
    in_file, absent = cursor.fetchone()
    return in_file, absent
