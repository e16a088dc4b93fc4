"""`manage.py draw_map`: the picture under every map of homes."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from listings.outlines import sheet_as_svg

PICTURE = Path(settings.BASE_DIR) / "static" / "img" / "france.svg"


class Command(BaseCommand):
    help = "Redessine le fond de carte à partir des contours des départements."

    def handle(self, *args: Any, **options: Any) -> None:
        PICTURE.write_text(sheet_as_svg())
        self.stdout.write(f"{PICTURE.name} : {PICTURE.stat().st_size} octets")
