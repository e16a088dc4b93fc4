from django.db import migrations, models
from django.db.models import Q


def shorten_stays(apps, schema_editor):
    """What was offered against the law (article 25-14 of 6 July 1989) lasts what it allows."""
    offers = apps.get_model("listings", "Offer").objects.using(schema_editor.connection.alias)
    offers.filter(programme="mobility", max_stay_months__gt=10).update(max_stay_months=10)


class Migration(migrations.Migration):
    # The check would wait for the triggers of the rows written: one transaction each.
    atomic = False

    dependencies = [("listings", "0017_search_rows_vacuumed_often")]

    operations = [
        migrations.RunPython(shorten_stays, migrations.RunPython.noop, atomic=True),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(("programme", "mobility"), _negated=True)
                | Q(("max_stay_months", None))
                | Q(("max_stay_months__range", (1, 10))),
                name="bail_mobilite_lasts_ten_months_at_most",
                violation_error_message="Un bail mobilité dure de un à dix mois.",
            ),
        ),
    ]
