"""Prepares the database of the demo: migrated, and inhabited when it is empty.

A process of its own, so that the supervisor stays small. What the world is (when it was built,
from which sources) is a comment on the database: it lives and dies with it.
"""

import hashlib
import json
import os
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

from .processes import BASE_DIR, STATE_DIR, replace_file, say

ACCOUNTS_FILE = STATE_DIR / "demo-accounts.txt"
# Its dates are relative to the day it was built: later, offers are closed and sessions past.
STALE_AFTER = timedelta(days=14)
# What a world is made of: when one of these changes, a new one would be different.
SOURCES = ("*/data/*", "*/management/commands/load_*.py", "alin/demo_world/**/*.py")


def prepare() -> None:
    """Migrate; build the world when there is none, say so when it is old; write down the
    accounts that the supervisor shows."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    if built := _built():
        for warning in warnings(built, today=_today(), sources=fingerprint(BASE_DIR)):
            say(warning)
    else:
        say("Premier démarrage : le monde de démonstration se construit…")
        call_command("load_reference")
        call_command("load_demo")
        _remember({"date": _today().isoformat(), "sources": fingerprint(BASE_DIR)})
    accounts = StringIO()
    call_command("demo_accounts", stdout=accounts)
    replace_file(ACCOUNTS_FILE, accounts.getvalue())


def warnings(built: dict[str, str], *, today: date, sources: str) -> list[str]:
    """What to say, in French, of a world that is no longer fresh."""
    said = []
    day = date.fromisoformat(built["date"])
    if today - day > STALE_AFTER:
        said.append(
            f"Le monde de démonstration date du {day:%d/%m/%Y} : ses offres et ses échéances "
            "ont vieilli. « ./demo --neuf » le reconstruit à la date d'aujourd'hui."
        )
    if built["sources"] != sources:
        said.append(
            "Le monde de démonstration vient d'une autre version du portail. "
            "« ./demo --neuf » le reconstruit."
        )
    return said


def fingerprint(root: Path) -> str:
    """A digest of the sources of the world below `root`."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern)}):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _built() -> dict[str, str] | None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        )
        comment = cursor.fetchone()[0]
    return json.loads(comment) if comment else None


def _remember(built: dict[str, str]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS %s", [json.dumps(built)])


def _today() -> date:
    from alin.kit import clock

    return clock.today()


if __name__ == "__main__":
    # Building a world takes statements longer than a page may.
    os.environ["ALIN_STATEMENT_TIMEOUT_MS"] = "0"
    import django

    django.setup()
    prepare()
