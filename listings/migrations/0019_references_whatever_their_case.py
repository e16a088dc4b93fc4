from django.db import migrations, models
from django.db.models.functions import Trim, Upper

# « b-101 » and « B-101 » of one residence were two homes, and may each have offers: nobody but
# their landlord knows whether they are one. Both stay; the younger says that it is a double, until
# the landlord calls it otherwise or takes it away. Numbered by its key: what begins alike stays apart. The same for residences, of which only spaces
# could tell two apart. Nothing waits for the landlord's answer.
TELL_APART = """
UPDATE {table} AS twin
SET reference = left(btrim(twin.reference), 20) || ' (doublon ' || twin.id || ')',
    version = twin.version + 1
FROM (
    SELECT id, row_number() OVER (
        PARTITION BY {owner}, upper(btrim(reference)) ORDER BY id
    ) AS rank
    FROM {table} WHERE reference <> ''
) AS ranked
WHERE ranked.id = twin.id AND ranked.rank > 1
"""
TWINS = {
    "dwelling": TELL_APART.format(table="listings_dwelling", owner="residence_id"),
    "residence": TELL_APART.format(table="listings_residence", owner="organisation_id"),
}


class Migration(migrations.Migration):
    dependencies = [("listings", "0018_bail_mobilite_ten_months")]

    operations = [
        migrations.RemoveConstraint(model_name="dwelling", name="dwelling_reference_once"),
        migrations.RemoveConstraint(model_name="residence", name="residence_reference_once"),
        migrations.RunSQL(TWINS["dwelling"], migrations.RunSQL.noop),
        migrations.RunSQL(TWINS["residence"], migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="dwelling",
            constraint=models.UniqueConstraint(
                models.F("residence"),
                Upper(Trim("reference")),
                name="dwelling_reference_once",
                violation_error_message=(
                    "Un autre logement de cette résidence porte cette référence, majuscules et "
                    "minuscules confondues : choisissez-en une autre."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="residence",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                Upper(Trim("reference")),
                condition=models.Q(("reference", ""), _negated=True),
                name="residence_reference_once",
                violation_error_message=(
                    "Une autre de vos résidences porte cette référence, majuscules et minuscules "
                    "confondues : choisissez-en une autre."
                ),
            ),
        ),
    ]
