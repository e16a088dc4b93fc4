from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EligibilityConfig(AppConfig):
    name = "eligibility"
    verbose_name = _("Éligibilité")

    def ready(self) -> None:
        from . import signals  # noqa: F401
