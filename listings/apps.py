from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "Logements et offres"

    def ready(self) -> None:
        from . import permissions, receivers  # noqa: F401
