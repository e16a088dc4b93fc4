"""`manage.py demo_accounts`: who one may enter the demonstration as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from alin.demo_world.cast import CAST, PASSWORD


class Command(BaseCommand):
    help = "Montre les comptes de la démonstration et leur mot de passe."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Cette commande n'existe que dans la démonstration.")
        width = max(len(role.email) for role in CAST)
        self.stdout.write(f"Comptes (mot de passe de tous : {PASSWORD})")
        for role in CAST:
            self.stdout.write(f"  {role.email:<{width}}  {role.label} : {role.description}")
