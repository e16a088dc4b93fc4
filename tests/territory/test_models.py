from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from territory.models import Commune
from tests.territory.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"insee_code": "6926"}, "commune_insee_code_wellformed"),
        ({"kind": "DEP"}, "commune_arrondissement_has_parent"),
        ({"kind": "ARM"}, "commune_arrondissement_has_parent"),
        ({"longitude": None}, "commune_position_whole"),
        ({"latitude": 91}, "commune_position_whole"),
        ({"ceilings_zone": "paris"}, "commune_ceilings_zone_known"),
        ({"zone_abc": "D"}, "commune_zones_known"),
        ({"zone_abc_as_of": None}, "commune_zones_known"),
        ({"zone_123": ""}, "commune_zones_known"),
        ({"ceilings_zone": "com"}, "commune_zones_known"),
    ],
)
def test_the_database_refuses_a_commune_that_cannot_be(wrong, constraint):
    DepartementFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CommuneFactory(**wrong)


def test_the_refusal_is_said_in_french():
    commune = CommuneFactory.build(zone_123="", departement=DepartementFactory())
    with pytest.raises(ValidationError) as refusal:
        commune.validate_constraints()
    assert refusal.value.messages == [
        "Une commune a une zone ABC datée et une zone 1, 2, 3, sauf dans une collectivité"
        " d’outre-mer."
    ]


def test_an_overseas_collectivity_has_no_zones():
    CommuneFactory(
        insee_code="97501", ceilings_zone="com", zone_abc="", zone_abc_as_of=None, zone_123=""
    )
    assert Commune.objects.get().zone_abc_as_of is None


def test_the_date_of_the_zonage_is_kept():
    CommuneFactory(zone_abc_as_of=date(2026, 6, 23))
    assert Commune.objects.get().zone_abc_as_of == date(2026, 6, 23)
