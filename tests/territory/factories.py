"""Communes for tests that need one without loading France."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from territory.models import Commune, Departement


class DepartementFactory(DjangoModelFactory):
    """The Rhône unless said otherwise; the same code gives the same row."""

    class Meta:
        model = Departement
        django_get_or_create = ("code",)

    code = "69"
    name = "Rhône"
    region_code = "84"
    region_name = "Auvergne-Rhône-Alpes"


class CommuneFactory(DjangoModelFactory):
    """Villeurbanne unless said otherwise; the same Insee code gives the same row."""

    class Meta:
        model = Commune
        django_get_or_create = ("insee_code",)

    insee_code = "69266"
    name = "Villeurbanne"
    departement = factory.SubFactory(DepartementFactory)
    postal_codes = factory.LazyFunction(lambda: ["69100"])
    population = 163684
    latitude = 45.7667
    longitude = 4.8799
    zone_abc = "A"
    zone_abc_as_of = date(2024, 7, 5)
    zone_123 = "2"
    ceilings_zone = "autres_regions"
