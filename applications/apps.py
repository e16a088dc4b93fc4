from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "Candidatures"

    def ready(self) -> None:
        from listings.hooks import count_candidacies_with, read_promised_days_with
        from listings.queries import annotate_cards_with

        from . import receivers  # noqa: F401
        from .cards import own_candidacy
        from .queries import candidates_per_offer, count_per_offer, promised_day_per_offer

        annotate_cards_with(own_candidacy)
        count_candidacies_with(count_per_offer, candidates_per_offer)
        read_promised_days_with(promised_day_per_offer)
