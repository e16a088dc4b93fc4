"""Housing aid and what a rent leaves, worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from eligibility.queries import aid_parameters_at
from eligibility.rules import (
    AidScale,
    Family,
    aid_zone,
    effort,
    housing_aid,
    presumed_rsa,
    remaining_per_day,
    resource_base,
)

ALONE, COUPLE = Family(couple=False, dependants=0), Family(couple=True, dependants=0)


@pytest.fixture
def scale(ceilings: None) -> AidScale:
    found = aid_parameters_at(date(2026, 1, 1))
    assert found is not None
    return found


def test_each_step_of_one_case_by_hand(scale):
    # L = 450 below the cap 399.89 + 2 × 58.21 = 516.31; C = 60.59 + 3 × 13.74 = 101.81;
    # P0 = 8.5 % of 551.81 = 46.90385; RL = 450 / 516.31 = 0.8716; TL = 0.135 + 0.68 × 0.1216
    # = 0.218 %; TF = 2.01 %; PP = 46.90385 + 2.228 % × (18 400 − 9 498) = 245.24041;
    # 551.81 − 245.24041 = 306.57, − 5 = 301.57; RLS 47.49 + 2 × 6.90 = 61.29;
    # 301.57 − 0.98 × 61.29 = 241.5058; CRDS 1.20; 240.30.
    aid = housing_aid(
        Family(couple=True, dependants=3),
        zone="zone_2",
        rent=Decimal(450),
        resource_base=18400,
        scale=scale,
    )
    assert (aid.rent_retained, aid.flat_charges) == (Decimal("450"), Decimal("101.81"))
    assert (aid.before_rls, aid.rls, aid.amount) == (Decimal("301.57"), Decimal("61.29"), 240)


@pytest.mark.parametrize(
    ("family", "zone", "cap", "allowance", "rate"),
    [
        (ALONE, "zone_1", "333.14", 5235, "0.0283"),
        (COUPLE, "zone_1", "401.78", 7501, "0.0315"),
        (Family(couple=False, dependants=1), "zone_2", "399.89", 8947, "0.0270"),
        (Family(couple=True, dependants=6), "zone_3", "634.93", 10554, "0.0173"),
        # Two beyond the sixth: 2 × 53.01, 2 × 346, 2 × 0.06 %.
        (Family(couple=True, dependants=8), "zone_3", "740.95", 11246, "0.0161"),
    ],
)
def test_figures_of_a_family(scale, family, zone, cap, allowance, rate):
    assert scale.rent_caps[zone].of(family) == Decimal(cap)
    assert scale.allowance.of(family) == allowance
    assert scale.family_rate.of(family) == Decimal(rate)


@pytest.mark.parametrize(
    ("ratio", "rate"),
    [
        ("0.4499", "0"),
        ("0.45", "0"),
        # 0.45 % × 0.10.
        ("0.55", "0.00045"),
        ("0.75", "0.00135"),
        # 0.135 % + 0.68 % × 0.25.
        ("1", "0.00305"),
    ],
)
def test_the_rate_of_rent_has_two_slopes(scale, ratio, rate):
    assert scale.rent_rate.at(Decimal(ratio)) == Decimal(rate)


@pytest.mark.parametrize(
    ("rent", "before_rls"),
    [
        # One person in zone 2: all of the aid up to 2.5 × 290.34 = 725.85, none at 3.1 × = 900.05.
        # 290.34 + 60.59 − 39.56 − 5 = 306.37; with the aid of nobody's resources.
        ("725.85", "306.37"),
        # Half way down, 812.95: 311.37 / 2 = 155.685, 155.69 − 5.
        ("812.95", "150.69"),
        ("900.05", "0"),
        ("2000", "0"),
    ],
)
def test_a_dear_rent_takes_the_aid_away(scale, rent, before_rls):
    aid = housing_aid(ALONE, zone="zone_2", rent=Decimal(rent), resource_base=0, scale=scale)
    assert aid.before_rls == Decimal(before_rls)


@pytest.mark.parametrize(("base", "rls"), [(10800, "34.83"), (10900, "0")])
def test_the_reduction_of_rent_has_a_ceiling_of_monthly_resources(scale, base, rls):
    # 905 € a month for one person in zone 2: 10 800 / 12 = 900, 10 900 / 12 = 908.33.
    aid = housing_aid(ALONE, zone="zone_2", rent=Decimal(280), resource_base=base, scale=scale)
    assert aid.rls == Decimal(rls)


@pytest.mark.parametrize(
    ("wages", "base"),
    [
        ("0", 0),
        ("14400", 13000),
        # 20 000 less 2 000 is 18 000 already; one euro of wages more goes up to 18 100.
        ("20000", 18000),
        ("20001", 18100),
        ("19999.60", 18000),
    ],
)
def test_the_resource_base_goes_up_to_a_hundred_euros(wages, base):
    assert resource_base(Decimal(wages), receives_rsa=False) == base
    assert resource_base(Decimal(wages), receives_rsa=True) == 0


@pytest.mark.parametrize(
    ("family", "most"),
    [
        # 646.52 − 12 % = 568.9376, and 6 € at least are paid.
        (ALONE, "562.93"),
        # 969.78 − 155.1648 − 6.
        (COUPLE, "808.61"),
        # 969.78 − 155.1648 − 22.5 % of 474.37 for a lone parent − 6.
        (Family(couple=False, dependants=1), "701.88"),
        # 1 357.69 − 192.01644 (16.5 % of 1 163.736) − 32 % of 474.37 − 6.
        (Family(couple=True, dependants=2), "1007.87"),
        # 1 616.30 − 192.01644 − (32 + 41 + 41.65) % of 474.37 − 6.
        (Family(couple=True, dependants=3), "874.41"),
    ],
)
def test_the_rsa_is_presumed_up_to_these_wages(scale, family, most):
    cent = Decimal("0.01")
    assert presumed_rsa(family, monthly_wages=Decimal(most), scale=scale.rsa) is True
    assert presumed_rsa(family, monthly_wages=Decimal(most) + cent, scale=scale.rsa) is False


@pytest.mark.parametrize(
    ("zone_123", "ceilings_zone", "zone"),
    [
        ("1bis", "paris_limitrophes", "zone_1"),
        ("1", "idf_hors_paris", "zone_1"),
        ("2", "autres_regions", "zone_2"),
        ("3", "autres_regions", "zone_3"),
        ("2", "drom", None),
        ("", "com", None),
    ],
)
def test_the_zone_of_a_commune(zone_123, ceilings_zone, zone):
    assert aid_zone(zone_123, ceilings_zone) == zone


@pytest.mark.parametrize(
    ("rent", "charges", "aid", "resources", "expected"),
    [
        (450, 90, 240, 1500, "20.0"),
        # 500 / 1 500 = 33.33 %; 0.05 of a percent goes up.
        (420, 80, 0, 1500, "33.3"),
        (401, 0, 0, 2000, "20.1"),
        (200, 0, 240, 1500, "0.0"),
        (450, 90, 0, 0, None),
        (450, 90, 0, -10, None),
    ],
)
def test_the_effort_is_what_is_paid_by_what_is_earned(rent, charges, aid, resources, expected):
    answer = effort(Decimal(rent), Decimal(charges), Decimal(aid), Decimal(resources))
    assert answer == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("resources", "persons", "expected"),
    [
        # 1 500 − (450 + 90 − 240) = 1 200 a month.
        (1500, 1, "40.00"),
        (1500, 3, "13.33"),
        (200, 2, "-1.67"),
    ],
)
def test_what_is_left_to_each_person_for_a_day(resources, persons, expected):
    left = remaining_per_day(Decimal(450), Decimal(90), Decimal(240), Decimal(resources), persons)
    assert left == Decimal(expected)
