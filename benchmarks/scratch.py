"""A database for one run: created, migrated, and dropped whatever happens."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from alin.embedded.postgres import Postgres
from alin.embedded.valkey import Valkey


@contextmanager
def scratch_database() -> Iterator[None]:
    """Set up Django on an empty, migrated database: of the server that DATABASE_URL names, else
    of one that starts for the run alone and keeps nothing; the same for REDIS_URL."""
    with _server() as server, _broker():
        name = f"alin_bench_{os.getpid()}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        parts = urlsplit(server)
        os.environ |= {
            "DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}")),
            "DJANGO_SETTINGS_MODULE": "alin.settings.test",
            # A page must be quick; a measurement takes what it takes.
            "ALIN_STATEMENT_TIMEOUT_MS": "0",
        }
        try:
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            yield
        finally:
            from django.db import connection as of_django

            of_django.close()
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


@contextmanager
def _server() -> Iterator[str]:
    if os.environ.get("DATABASE_URL"):
        yield os.environ["DATABASE_URL"]
        return
    directory = Path(tempfile.mkdtemp(prefix="alin-bench-"))
    postgres = Postgres(directory / "postgres", durable=False)
    try:
        postgres.start()
        yield postgres.url
    finally:
        postgres.stop()
        postgres.remove()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _broker() -> Iterator[None]:
    """Waking a worker is part of what is measured: it must find a broker."""
    if os.environ.get("REDIS_URL"):
        yield
        return
    valkey = Valkey(Path(tempfile.mkdtemp(prefix="alin-bench-")))
    try:
        valkey.start()
        os.environ["REDIS_URL"] = valkey.url
        yield
    finally:
        valkey.stop()
        valkey.remove()
