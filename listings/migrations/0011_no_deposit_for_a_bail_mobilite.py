from django.db import migrations, models
from django.db.models import Q


def take_deposits_away(apps, schema_editor):
    """What was asked against the law (article 25-17 of 6 July 1989) is asked no more."""
    offers = apps.get_model("listings", "Offer").objects.using(schema_editor.connection.alias)
    offers.filter(programme="mobility", deposit__gt=0).update(deposit=0)


class Migration(migrations.Migration):
    dependencies = [("listings", "0010_wish_row_facts")]

    operations = [
        migrations.RunPython(take_deposits_away, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(("programme", "mobility"), _negated=True) | Q(("deposit", 0)),
                name="no_deposit_for_a_bail_mobilite",
                violation_error_message="Un bail mobilité ne demande pas de dépôt de garantie.",
            ),
        ),
    ]
