from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Pièces justificatives"

    def ready(self) -> None:
        from . import signals  # noqa: F401
