"""The rows of wishes by seniority, written by the database for every change of what they copy."""

from django.db import migrations

WRITE = """
CREATE FUNCTION write_wish_rows(bigint[]) RETURNS bigint LANGUAGE sql AS $$
    -- Two changes of one dossier at once: the second waits here, then reads what the first wrote.
    SELECT id FROM accounts_dossier WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE;
    WITH asked AS (SELECT DISTINCT unnest($1) AS id),
    wished AS (
        SELECT w.commune_id, d.id, f.registered_on, d.wish_max_rent_eur, d.wish_sizes
        FROM asked
        JOIN accounts_dossier AS d USING (id)
        JOIN accounts_wishedcommune AS w ON w.dossier_id = d.id
        LEFT JOIN eligibility_dossierfacts AS f ON f.dossier_id = d.id
        WHERE d.set_aside_at IS NULL
    ),
    gone AS (
        DELETE FROM listings_wishrow AS r USING asked
        WHERE r.dossier_id = asked.id
        AND NOT EXISTS (
            SELECT FROM wished WHERE wished.id = r.dossier_id
            AND wished.commune_id = r.commune_id
        )
        RETURNING 1
    ),
    written AS (
        INSERT INTO listings_wishrow AS r (commune_id, dossier_id, registered_on, max_rent, sizes)
        SELECT * FROM wished
        ON CONFLICT (commune_id, dossier_id) DO UPDATE
        SET (registered_on, max_rent, sizes)
            = ROW(excluded.registered_on, excluded.max_rent, excluded.sizes)
        WHERE ROW(r.registered_on, r.max_rent, r.sizes)
            IS DISTINCT FROM ROW(excluded.registered_on, excluded.max_rent, excluded.sizes)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
$$;
COMMENT ON FUNCTION write_wish_rows(bigint[]) IS
    'Makes the wish rows of these dossiers say what the dossiers say; returns how many changed.';
"""
# Which column of the changed rows names the dossier, and what happens to such rows.
HEARD = {
    "accounts_wishedcommune": ("dossier_id", ["INSERT", "UPDATE", "DELETE"]),
    "accounts_dossier": ("id", ["UPDATE"]),
    "eligibility_dossierfacts": ("dossier_id", ["INSERT", "UPDATE"]),
}


def _hear(table: str, column: str, events: list[str]) -> str:
    name = f"{table}_to_wishes"
    triggers = "".join(
        f"CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {table}"
        f" REFERENCING {'OLD' if event == 'DELETE' else 'NEW'} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}();"
        for event in events
    )
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM changed) THEN
            PERFORM write_wish_rows(ARRAY(SELECT {column} FROM changed));
        END IF;
        RETURN NULL;
    END $$;
    {triggers}
    """


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0007_wish_rows"),
        ("accounts", "0007_couple"),
        ("eligibility", "0002_dossier_facts"),
    ]
    operations = [
        migrations.RunSQL(WRITE, "DROP FUNCTION write_wish_rows(bigint[])"),
        *(
            migrations.RunSQL(
                _hear(table, column, events), f"DROP FUNCTION {table}_to_wishes() CASCADE;"
            )
            for table, (column, events) in HEARD.items()
        ),
        migrations.RunSQL(
            "SELECT write_wish_rows(ARRAY(SELECT DISTINCT dossier_id FROM accounts_wishedcommune))",
            migrations.RunSQL.noop,
        ),
    ]
