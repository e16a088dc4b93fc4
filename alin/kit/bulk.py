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
    quote = connection.ops.quote_name
    all_columns = {
        field.name: field.column for field in model._meta.concrete_fields if field.column
    }
    field_columns = {name: quote(all_columns[name]) for name in columns}
    listed = ", ".join(field_columns.values())
    table = quote(model._meta.db_table)
    values = [field_columns[name] for name in columns if name not in key]
    ours = ", ".join(f"t.{column}" for column in values)
    theirs = ", ".join(f"excluded.{column}" for column in values)
    keys = ", ".join(field_columns[name] for name in key)
    same_key = " AND ".join(f"t.{field_columns[name]} = f.{field_columns[name]}" for name in key)

    with transaction.atomic(), connection.cursor() as cursor:
        # The limit of a page (settings) is too short for a whole file on a slow machine.
        cursor.execute("SET LOCAL statement_timeout = '5min'")
        cursor.execute(
            f"CREATE TEMPORARY TABLE loaded_file ON COMMIT DROP AS"
            f" SELECT {listed} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY loaded_file ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO {table} AS t ({listed}) SELECT {listed} FROM loaded_file"
            f" ON CONFLICT ({keys}) DO UPDATE"
            f" SET ({', '.join(values)}) = ROW({theirs})"
            f" WHERE ROW({ours}) IS DISTINCT FROM ROW({theirs})"
            f" RETURNING (xmax = 0)"
        )
        written = [is_new for (is_new,) in cursor.fetchall()]
        cursor.execute(
            f"SELECT (SELECT count(*) FROM loaded_file),"
            f" (SELECT count(*) FROM {table} AS t"
            f"  WHERE NOT EXISTS (SELECT FROM loaded_file AS f WHERE {same_key}))"
        )
        in_file, absent = cursor.fetchone()
        # The planner must know of the rows before the next query, not when a vacuum comes by.
        cursor.execute(f"ANALYZE {table}")
        # A transaction around this one would keep the table until its own end.
        cursor.execute("DROP TABLE loaded_file")
    created = sum(written)
    return LoadReport(
        created=created,
        changed=len(written) - created,
        unchanged=in_file - len(written),
        absent=absent,
    )
