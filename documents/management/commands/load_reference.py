"""`manage.py load_reference`: everything the portal must know before the first person."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Charge toutes les données de référence. Peut être relancée sans risque."

    def handle(self, *args: Any, **options: Any) -> None:
        for command in ("load_communes", "load_ceilings", "load_rent_ceilings", "load_pieces"):
            call_command(command, stdout=self.stdout)
