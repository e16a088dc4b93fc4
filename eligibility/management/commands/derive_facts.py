"""`manage.py derive_facts`: what every dossier comes down to, derived again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from eligibility import services


class Command(BaseCommand):
    help = (
        "Recalcule les faits de tous les dossiers (catégorie, ressources…), par exemple après"
        " un changement de règle. Peut être relancée sans risque."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        report = services.derive_all_facts()
        counts = {
            "created": report.created,
            "changed": report.changed,
            "same": report.unchanged,
        }
        self.stdout.write(
            _(
                "Faits des dossiers : créés : %(created)d, modifiés : %(changed)d,"
                " inchangés : %(same)d."
            )
            % counts
        )
