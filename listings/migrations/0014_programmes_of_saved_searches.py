import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0013_search_rows_programme_and_conditions"),
    ]

    operations = [
        migrations.AddField(
            model_name="savedsearch",
            name="programmes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=13), blank=True, default=list, size=None
            ),
        ),
    ]
