"""`manage.py rebuild_search`: the search rows again, from the offers."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from listings.services import rebuild_search


class Command(BaseCommand):
    help = "Réécrit les lignes de recherche d'après les offres. Peut être relancée sans risque."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = rebuild_search()
        if changed:
            self.stdout.write(_("Lignes de recherche corrigées : %(n)d.") % {"n": changed})
        else:
            self.stdout.write(_("Recherche : rien à changer."))
