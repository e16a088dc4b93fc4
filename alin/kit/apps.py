from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "alin.kit"
    label = "kit"
    verbose_name = "Outils communs"
