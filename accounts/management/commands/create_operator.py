"""`manage.py create_operator ADRESSE`: the first person of a new installation."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from accounts.services import make_operator


class Command(BaseCommand):
    help = "Donne à une adresse le rôle d'opérateur de la plateforme."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("adresse")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["adresse"])
        except ValidationError as error:
            raise CommandError(f"Cette adresse n'est pas valable : {options['adresse']}") from error
        if make_operator(email=options["adresse"]):
            self.stdout.write(
                "C'est fait. Pour choisir un mot de passe : "
                + settings.BASE_URL
                + reverse("account_reset_password")
            )
        else:
            self.stdout.write("Rien à changer : cette personne est déjà opératrice.")
