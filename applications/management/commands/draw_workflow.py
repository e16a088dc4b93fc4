"""`manage.py draw_workflow`: put the state diagram of the code into docs/architecture.md."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from applications.diagram import state_diagram

BEGIN, END = "<!-- workflow -->", "<!-- /workflow -->"


class Command(BaseCommand):
    help = "Dessine le cycle de vie d'une candidature dans docs/architecture.md."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        text = page.read_text()
        before, _old, rest = text.partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n```mermaid\n{state_diagram()}\n```\n{END}{after}")
        self.stdout.write("docs/architecture.md est à jour.")
