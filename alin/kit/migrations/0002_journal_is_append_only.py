from django.db import migrations

PROTECT = """
CREATE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Le journal ne se modifie pas et ne s''efface pas.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON kit_journalentry
    FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
CREATE TRIGGER anchor_append_only BEFORE UPDATE OR DELETE ON kit_journalanchor
    FOR EACH ROW EXECUTE FUNCTION kit_refuse_change();
"""
RELEASE = """
DROP TRIGGER journal_append_only ON kit_journalentry;
DROP TRIGGER anchor_append_only ON kit_journalanchor;
DROP FUNCTION kit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [migrations.RunSQL(PROTECT, RELEASE)]
