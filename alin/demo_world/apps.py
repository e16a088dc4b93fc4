from django.apps import AppConfig


class DemoWorldConfig(AppConfig):
    name = "alin.demo_world"
    label = "demo_world"
    verbose_name = "Monde de démonstration"
