"""Generated facts of dossiers, one schema for each size, and a draft of the ceilings of 2027.

The tables are copies of the portal's without their links to other tables, so that three million
facts need no three million accounts; the portal's own code works in them by the search path."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO

from django.core.management import call_command
from django.db import connection

from accounts.models import Organisation, User
from alin.kit.actor import Actor
from eligibility import services
from eligibility.models import Ceiling, CeilingPublication, DossierFacts, Funding, RightChange
from eligibility.rules import CeilingTable

OLD_YEAR, NEW_YEAR = 2026, 2027
RAISE_PERCENT = 101
MOST_EXTRA = 3
FACTS, CHANGES = DossierFacts._meta.db_table, RightChange._meta.db_table
Tables = Mapping[tuple[str, str], CeilingTable]


@contextmanager
def world_of(size: int) -> Iterator[None]:
    """The portal with that many dossiers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema_of(size)}, public")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO public")


def schema_of(size: int) -> str:
    return f"dossiers_{size}"


def generate(size: int) -> None:
    """`size` dossiers, always the same ones; nine in ten households have at most four persons,
    one in twenty has not told its resources. The dependants of a home are taken for all of its
    persons but the first."""
    schema = schema_of(size)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        for table in (FACTS, CHANGES):
            cursor.execute(f"CREATE TABLE {schema}.{table} (LIKE public.{table} INCLUDING ALL)")
        # What the portal's code writes is compared with the same rows of one bare statement.
        cursor.execute(f"CREATE TABLE {schema}.changes_raw (LIKE public.{CHANGES} INCLUDING ALL)")
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            f"INSERT INTO {schema}.{FACTS} (dossier_id, persons, category, extra, lli_column,"
            " lli_extra, resources_eur, resources_year, resources_basis, has_numero_unique,"
            ' numero_valid, "on", stale_on, computed_at)'
            " SELECT id, category + extra, category::text, extra,"
            "  CASE WHEN category = 1 THEN 'seul' ELSE least(4, category - 1) || '_pac' END,"
            "  greatest(0, category + extra - 5),"
            "  CASE WHEN random() >= 0.05"
            "   THEN ((random() + random() + random()) * 20000 * least(3, category))::int END,"
            "  2024, 'N-2', true, true, '2026-12-01', '2027-01-01', now()"
            " FROM (SELECT id, category,"
            "   CASE WHEN category = 6 THEN floor(random() * %s)::int ELSE 0 END AS extra"
            "  FROM (SELECT id, (1 + floor(5.999 * power(random(), 1.7)))::int AS category"
            "   FROM generate_series(1, %s) AS id) AS drawn) AS drawn",
            [MOST_EXTRA + 1, size],
        )
        cursor.execute(f"VACUUM ANALYZE {schema}.{FACTS}")


def operator() -> Actor:
    user = User.objects.create(email="farid@example.test", first_name="Farid")
    platform = Organisation.objects.create(kind="plateforme", name="Équipe du portail")
    return Actor(user=user, organisation=platform, kind="plateforme", is_operator=True)


def load_figures() -> None:
    call_command("load_ceilings", stdout=StringIO())


def draft_of_new_year(actor: Actor) -> CeilingPublication:
    """The ceilings of social homes of 2026, raised by 1 %."""
    return services.draft_publication(
        actor=actor,
        year=NEW_YEAR,
        file_name="bench.csv",
        lines=[
            {
                "funding": each.funding,
                "zone": each.zone,
                "category": each.category,
                "amount_eur": str((each.amount_eur * RAISE_PERCENT + 50) // 100),
                "status": each.status,
                "source": "bench",
            }
            for each in Ceiling.objects.filter(year=OLD_YEAR).exclude(funding=Funding.LLI)
        ],
    )
