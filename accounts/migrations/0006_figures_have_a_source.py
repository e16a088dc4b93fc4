import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import alin.kit.clock

SOURCES = [
    ("declared", "déclaré par le demandeur"),
    ("simulation", "repris d'une simulation"),
    ("staff", "lu sur une pièce par un agent"),
    ("sealed", "lu dans un avis d'impôt certifié"),
]

# One row a figure instead of one a person: each grows old from the day it was told itself.
ONE_ROW_A_FIGURE = """
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO accounts_recentincome
    (dossier_id, member_id, kind, amount_eur, told_on, source)
SELECT dossier_id, member_id, 'monthly', monthly_eur, told_on, 'declared'
FROM accounts_recentincome WHERE monthly_eur IS NOT NULL;
DELETE FROM accounts_recentincome WHERE amount_eur IS NULL AND last_12_months_eur IS NULL;
UPDATE accounts_recentincome SET amount_eur = last_12_months_eur WHERE amount_eur IS NULL;
"""


def verification(model: str) -> list[migrations.AddField]:
    def one(name: str, field: models.Field) -> migrations.AddField:
        return migrations.AddField(model_name=model, name=name, field=field)

    def who(to: str) -> models.ForeignKey:
        return models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.RESTRICT,
            related_name="+",
            to=to,
        )

    return [
        one(
            "source",
            models.CharField(
                choices=SOURCES, default="declared", max_length=10, verbose_name="origine"
            ),
        ),
        one(
            "verified_eur",
            models.PositiveIntegerField(blank=True, null=True, verbose_name="montant vérifié"),
        ),
        one("verified_by", who(settings.AUTH_USER_MODEL)),
        one("verified_for", who("accounts.organisation")),
        one(
            "verified_at",
            models.DateTimeField(blank=True, null=True, verbose_name="vérifié le"),
        ),
    ]


def constraints(model: str) -> list[migrations.AddConstraint]:
    whole = models.Q(
        ("verified_at", None), ("verified_by", None), ("verified_eur", None), ("verified_for", None)
    ) | models.Q(
        ("verified_at__isnull", False),
        ("verified_by__isnull", False),
        ("verified_eur__isnull", False),
        ("verified_for__isnull", False),
    )
    return [
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=whole, name=f"{model}_verification_is_whole"
            ),
        ),
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=models.Q(("source", "staff"), ("verified_eur", None), _negated=True),
                name=f"{model}_read_by_staff_is_verified",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_radiation_and_renewal")]

    operations = [
        migrations.AddField(
            model_name="taxincome",
            name="told_on",
            field=models.DateField(default=alin.kit.clock.today, verbose_name="déclaré le"),
        ),
        *verification("taxincome"),
        *verification("recentincome"),
        *constraints("taxincome"),
        *constraints("recentincome"),
        migrations.RemoveConstraint(model_name="recentincome", name="one_recent_income_per_person"),
        migrations.RemoveConstraint(model_name="recentincome", name="last_12_months_are_plausible"),
        migrations.RemoveConstraint(model_name="recentincome", name="monthly_income_is_plausible"),
        migrations.RemoveConstraint(model_name="recentincome", name="recent_income_says_something"),
        migrations.AddField(
            model_name="recentincome",
            name="kind",
            field=models.CharField(
                choices=[
                    ("12_months", "ressources des douze derniers mois"),
                    ("monthly", "ressources par mois"),
                ],
                default="12_months",
                max_length=9,
                verbose_name="genre",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="recentincome",
            name="amount_eur",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunSQL(ONE_ROW_A_FIGURE),
        migrations.AlterField(
            model_name="recentincome",
            name="amount_eur",
            field=models.PositiveIntegerField(
                validators=[django.core.validators.MaxValueValidator(999_999)],
                verbose_name="montant",
            ),
        ),
        migrations.RemoveField(model_name="recentincome", name="last_12_months_eur"),
        migrations.RemoveField(model_name="recentincome", name="monthly_eur"),
        migrations.AddConstraint(
            model_name="recentincome",
            constraint=models.UniqueConstraint(
                fields=("dossier", "member", "kind"),
                name="one_recent_income_per_person_and_kind",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="recentincome",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_eur__lte", 999_999), ("kind", "12_months"))
                | models.Q(("amount_eur__lte", 99_999), ("kind", "monthly")),
                name="recent_income_is_plausible",
                violation_error_message="Ce montant est trop élevé pour un foyer.",
            ),
        ),
    ]
