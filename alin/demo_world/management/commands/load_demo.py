"""`manage.py load_demo`: the fictitious world, on an empty database with its reference data."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from alin.demo_world.build import ReferenceMissing, build


class Command(BaseCommand):
    help = "Construit le monde de démonstration. Seulement avec les réglages de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--echelle", type=float, default=1.0, help="taille de la foule et des offres ordinaires"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Cette commande n'existe que dans la démonstration.")
        if User.objects.exists():
            raise CommandError(
                "Cette base est déjà habitée. « ./demo --neuf » la vide et la reconstruit."
            )
        try:
            report = build(scale=options["echelle"])
        except ReferenceMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Monde de démonstration : {report.offers} offres, {report.applicants} candidats, "
            f"{sum(report.candidacies.values())} candidatures."
        )
