import django.db.models.deletion
from django.db import migrations, models

# Of candidacies that hold one dwelling already, the one in hand, else the last that signed.
FILL = """
UPDATE applications_candidacy SET home_id = holder.dwelling_id
FROM (
    SELECT DISTINCT ON (offer.dwelling_id) candidacy.id, offer.dwelling_id
    FROM applications_candidacy candidacy
    JOIN listings_offer offer ON offer.id = candidacy.offer_id
    WHERE candidacy.state IN ('accepted', 'lease_signed')
    ORDER BY offer.dwelling_id, candidacy.state, candidacy.ended_at DESC NULLS LAST, candidacy.id
) holder
WHERE holder.id = applications_candidacy.id
"""

# Whoever writes the state: the dwelling cannot be forgotten, nor differ from the offer's.
HOLD = """
CREATE FUNCTION candidacy_holds_its_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('accepted', 'lease_signed') THEN
        NEW.home_id := NULL;
    ELSIF TG_OP = 'INSERT' OR NEW.state <> OLD.state THEN
        SELECT dwelling_id INTO NEW.home_id FROM listings_offer WHERE id = NEW.offer_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER candidacy_holds_its_home BEFORE INSERT OR UPDATE OF state
ON applications_candidacy FOR EACH ROW
WHEN (NEW.state IN ('accepted', 'lease_signed') OR NEW.home_id IS NOT NULL)
EXECUTE FUNCTION candidacy_holds_its_home();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_initial"),
        ("listings", "0011_no_deposit_for_a_bail_mobilite"),
    ]
    operations = [
        migrations.AddField(
            model_name="candidacy",
            name="home",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="listings.dwelling",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="candidacy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("home__isnull", False)),
                fields=("home",),
                name="one_dwelling_one_tenant",
                violation_error_message="Ce logement est déjà accepté par un autre candidat.",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidacy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("home", None), ("state__in", ["accepted", "lease_signed"]), _connector="OR"
                ),
                name="only_a_taken_home_is_held",
                violation_error_message="Seul un logement accepté est tenu par son candidat.",
            ),
        ),
        migrations.RunSQL(
            HOLD,
            "DROP TRIGGER candidacy_holds_its_home ON applications_candidacy;"
            " DROP FUNCTION candidacy_holds_its_home();",
        ),
    ]
