"""A country of homes, drawn in the database: far quicker than saving them one by one.

A template of each is saved by the portal's own models; the rest are copies of it with other
values, so that a new column needs nothing here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection, models

from accounts.models import Organisation
from alin.kit import clock
from listings.models import Dwelling, Offer, Picture, Residence
from territory.models import Commune

RESIDENCES = 20_000
# Communes with homes to let, the most populous ones, more homes in the largest.
COMMUNES = 3_000


def build(open_offers: int, all_offers: int) -> None:
    """That many offers, of which so many are open; the others closed long ago and archived."""
    call_command("load_communes", stdout=StringIO())
    landlord = Organisation.objects.create(kind="bailleur", name="Habitat du Banc")
    commune = Commune.objects.exclude(population=None).order_by("-population").first()
    residence = Residence.objects.create(
        organisation=landlord, name="Modèle", address="1 rue du Banc", commune=commune
    )
    dwelling = Dwelling.objects.create(
        residence=residence, reference="modèle", kind="flat", rooms=3, surface_m2=60, dpe="C"
    )
    now = clock.now()
    offer = Offer.objects.create(
        dwelling=dwelling, organisation=landlord, kind="social", funding="PLUS", rent=400,
        available_on=now.date(), opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=5), published_at=now - timedelta(days=2),
    )  # fmt: skip
    picture = Picture.objects.create(
        dwelling=dwelling, alt="Le séjour", width=1280, height=960, small_width=640,
        small_height=480, large="homes/modele.webp", small="homes/modele-640.webp", digest="0",
    )  # fmt: skip
    with quickly(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        places = (
            "(ARRAY(SELECT insee_code FROM territory_commune WHERE population IS NOT NULL"
            f" ORDER BY population DESC LIMIT {COMMUNES}))"
        )
        copies(
            residence, RESIDENCES, public_id="gen_random_uuid()", name="'Résidence ' || n",
            reference="''", lift="random() < 0.5",
            commune_id=f"{places}[1 + floor({COMMUNES} * power(random(), 3))::int]",
        )  # fmt: skip
        first = _first(Residence, cursor)
        copies(
            dwelling, all_offers, public_id="gen_random_uuid()", reference="'B' || n",
            residence_id=f"{first} + floor({RESIDENCES} * random())",
            rooms="1 + floor(5 * random())", surface_m2="20 + floor(100 * random())",
            floor="floor(8 * random())", accessible="random() < 0.2",
            dpe="substr('ABCDEFG', 1 + floor(7 * random())::int, 1)",
        )  # fmt: skip
        first = _first(Dwelling, cursor)
        # The homes to let have a photograph each.
        copies(picture, open_offers, public_id="gen_random_uuid()", dwelling_id=f"{first} + n - 1")
        is_open = f"n <= {open_offers}"
        copies(
            offer, all_offers, public_id="gen_random_uuid()", dwelling_id=f"{first} + n - 1",
            rent="250 + floor(600 * random())", charges="floor(120 * random())",
            funding="(ARRAY['PLAI', 'PLUS', 'PLUS', 'PLS'])[1 + floor(4 * random())::int]",
            opens_at=f"CASE WHEN {is_open} THEN t.opens_at ELSE t.opens_at - interval '1 year' END",
            closes_at=f"CASE WHEN {is_open} THEN t.closes_at + random() * interval '20 days'"
            " ELSE t.closes_at - interval '1 year' END",
            published_at="t.published_at - random() * interval '2 days'",
            archived_at=f"CASE WHEN {is_open} THEN NULL ELSE t.opens_at END",
        )  # fmt: skip
        cursor.execute("SELECT write_search_rows(ARRAY(SELECT id FROM listings_offer"
                       " WHERE archived_at IS NULL))")  # fmt: skip
        for table in ("residence", "dwelling", "picture", "offer", "searchrow"):
            cursor.execute(f"VACUUM ANALYZE listings_{table}")
        _settle(cursor)


def _settle(cursor: Any) -> None:
    """Search rows as their frequent vacuum keeps them (migration 0017). It passes over what
    another, at work on what was just written, may still be looking at."""
    for _turn in range(60):
        cursor.execute("VACUUM listings_searchrow")
        cursor.execute(
            "SELECT relpages = relallvisible FROM pg_class WHERE relname = 'listings_searchrow'"
        )
        if cursor.fetchone() == (True,):
            return
        time.sleep(1)
    raise RuntimeError("listings_searchrow: a transaction is open, the vacuum waits for it")


@contextmanager
def quickly() -> Iterator[None]:
    """Without triggers nor foreign keys: the rows are right by construction."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def copies(template: models.Model, number: int, **changed: str) -> None:
    """`number` rows like `template` but for what SQL says of `n`, from 1 on, and of `t`."""
    meta = template._meta
    columns = [field.column for field in meta.concrete_fields if not field.primary_key]
    values = [changed.get(column, f"t.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)}"
            f" FROM {meta.db_table} AS t, generate_series(1, %s) AS g (n) WHERE t.id = %s",
            [number, template.pk],
        )


def _first(model: type[models.Model], cursor: Any) -> int:
    """The key of the first copy: after the template."""
    cursor.execute(f"SELECT min(id) + 1 FROM {model._meta.db_table}")
    return int(cursor.fetchone()[0])
