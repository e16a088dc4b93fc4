from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KitConfig(AppConfig):
    name = "alin.kit"
    label = "kit"
    verbose_name = "Outils communs"

    def ready(self) -> None:
        """Read who may do what in every app: a permission nobody loaded refuses everybody."""
        autodiscover_modules("permissions")
