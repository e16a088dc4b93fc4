from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Candidatures"

    def ready(self) -> None:
        from listings.queries import annotate_cards_with

        from .cards import own_candidacy

        annotate_cards_with(own_candidacy)
