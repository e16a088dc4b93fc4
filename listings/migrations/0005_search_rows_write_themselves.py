"""The rows of the search, written by the database for every change of what they copy."""

from django.db import migrations

COLUMNS = """offer_id, public_id, commune_id, city_id, departement_id, region_code, ceilings_zone,
    zone_abc, kind, funding, employees_only, home_kind, rooms, surface_m2, total_rent, floor, lift,
    accessible, dpe, available_on, published_at, opens_at, ends_at"""
EXCLUDED = ", ".join(f"excluded.{name.strip()}" for name in COLUMNS.split(","))
OURS = ", ".join(f"s.{name.strip()}" for name in COLUMNS.split(","))

WRITE = f"""
CREATE FUNCTION write_search_rows(bigint[]) RETURNS bigint LANGUAGE sql AS $$
    -- Two changes of one home at once: the second waits here, then reads what the first wrote.
    SELECT id FROM listings_offer WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE;
    WITH asked AS (SELECT DISTINCT unnest($1) AS id),
    published AS (
        SELECT o.id, o.public_id, c.insee_code, COALESCE(c.parent_id, c.insee_code),
            c.departement_id, dep.region_code, c.ceilings_zone, c.zone_abc, o.kind, o.funding,
            o.employees_only, d.kind, d.rooms, d.surface_m2, o.rent + o.charges, d.floor, r.lift,
            d.accessible, d.dpe, o.available_on, o.published_at, o.opens_at,
            LEAST(o.closes_at, o.closed_early_at)
        FROM asked
        JOIN listings_offer AS o USING (id)
        JOIN listings_dwelling AS d ON d.id = o.dwelling_id
        JOIN listings_residence AS r ON r.id = d.residence_id
        JOIN territory_commune AS c ON c.insee_code = r.commune_id
        JOIN territory_departement AS dep ON dep.code = c.departement_id
        WHERE o.published_at IS NOT NULL AND o.archived_at IS NULL
    ),
    gone AS (
        DELETE FROM listings_searchrow AS s USING asked
        WHERE s.offer_id = asked.id AND asked.id NOT IN (SELECT id FROM published)
        RETURNING 1
    ),
    written AS (
        INSERT INTO listings_searchrow AS s ({COLUMNS}) SELECT * FROM published
        ON CONFLICT (offer_id) DO UPDATE SET ({COLUMNS}) = ROW({EXCLUDED})
        WHERE ROW({OURS}) IS DISTINCT FROM ROW({EXCLUDED})
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
$$;
COMMENT ON FUNCTION write_search_rows(bigint[]) IS
    'Makes the search rows of these offers say what the offers say; returns how many changed.';
"""
# Once per statement, not per row: an import of 20,000 lines writes its rows in one go.
OFFERS_OF = {
    "listings_offer": "SELECT id FROM changed",
    "listings_dwelling": """SELECT o.id FROM changed
        JOIN listings_offer o ON o.dwelling_id = changed.id""",
    "listings_residence": """SELECT o.id FROM changed
        JOIN listings_dwelling d ON d.residence_id = changed.id
        JOIN listings_offer o ON o.dwelling_id = d.id""",
    "territory_commune": """SELECT s.offer_id FROM changed
        JOIN listings_searchrow s ON s.commune_id = changed.insee_code""",
    "territory_departement": """SELECT s.offer_id FROM changed
        JOIN listings_searchrow s ON s.departement_id = changed.code""",
}


def _hear(table: str, offers: str) -> str:
    name = f"{table}_to_search"
    on_insert = (
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {name}();"
        if table == "listings_offer"
        else ""
    )
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM changed) THEN
            PERFORM write_search_rows(ARRAY({offers}));
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER {name}_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION {name}();
    {on_insert}
    """


def _deaf(table: str) -> str:
    return f"DROP FUNCTION {table}_to_search() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("listings", "0004_search_rows")]
    operations = [
        migrations.RunSQL(WRITE, "DROP FUNCTION write_search_rows(bigint[])"),
        *(
            migrations.RunSQL(_hear(table, offers), _deaf(table))
            for table, offers in OFFERS_OF.items()
        ),
        # What was published before there was a search table.
        migrations.RunSQL(
            "SELECT write_search_rows(ARRAY(SELECT id FROM listings_offer))", migrations.RunSQL.noop
        ),
    ]
