"""An estimate of housing aid (APL) for a social home in metropolitan France.

The formula is the law's (CCH R823-16 and R823-17; arrêté du 27 septembre 2019, titre II); its
figures come from outside as an `AidScale`, because they are dated. Amounts are euros a month
unless said otherwise. What is found is an estimate and must be called so: students, residences,
shared homes and the special allowances on resources are not covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

AidZone = Literal["zone_1", "zone_2", "zone_3"]

EURO = Decimal(1)
CENT = Decimal("0.01")
HUNDRED_EUROS = 100
# The ratio of rents is rounded to two decimals of a percentage, the rate of rent to three.
RATIO_STEP = Decimal("0.0001")
RATE_STEP = Decimal("0.00001")
PROFESSIONAL_EXPENSES = Decimal("0.1")


@dataclass(frozen=True)
class Family:
    """Who the aid is for: one person or a couple, and the persons who depend on them."""

    couple: bool
    dependants: int


@dataclass(frozen=True)
class ByFamily:
    """A figure that depends on the family: without dependant, alone or as a couple; then for 1,
    2, 3… dependants, and what each one more adds."""

    alone: Decimal
    couple: Decimal
    with_dependants: tuple[Decimal, ...]
    per_extra: Decimal

    def of(self, family: Family) -> Decimal:
        """The figure of this family."""
        if family.dependants == 0:
            return self.couple if family.couple else self.alone
        column = min(family.dependants, len(self.with_dependants))
        extra = family.dependants - column
        return self.with_dependants[column - 1] + extra * self.per_extra


@dataclass(frozen=True)
class RentRate:
    """The rate of participation that the rent adds: nothing below the first threshold of the
    ratio of rents, then two slopes."""

    first_threshold: Decimal
    second_threshold: Decimal
    first_slope: Decimal
    second_slope: Decimal

    def at(self, ratio: Decimal) -> Decimal:
        """The rate for a ratio of the rent retained to the rent of reference."""
        steep = max(ratio - self.second_threshold, Decimal(0))
        gentle = max(min(ratio, self.second_threshold) - self.first_threshold, Decimal(0))
        rate = self.first_slope * gentle + self.second_slope * steep
        return rate.quantize(RATE_STEP, ROUND_HALF_UP)


@dataclass(frozen=True)
class RsaScale:
    """What decides whether a family is presumed to receive the revenu de solidarité active."""

    base: Decimal
    second_person: Decimal
    person: Decimal
    third_child: Decimal
    housing_1: Decimal
    housing_2: Decimal
    housing_3: Decimal
    least_paid: Decimal
    family_base: Decimal
    two_children: Decimal
    child_more: Decimal
    three_children: Decimal
    child_of_lone_parent: Decimal


@dataclass(frozen=True)
class AidScale:
    """The figures of the aid at a date. `known_since` is the day of the latest of them."""

    on: date
    known_since: date
    rent_caps: Mapping[str, ByFamily]
    charges: Decimal
    charges_per_dependant: Decimal
    least_participation: Decimal
    least_participation_rate: Decimal
    family_rate: ByFamily
    rent_rate: RentRate
    allowance: ByFamily
    degressive_from: Mapping[str, Decimal]
    suppressed_from: Mapping[str, Decimal]
    flat_deduction: Decimal
    rls: Mapping[str, ByFamily]
    rls_ceiling: Mapping[str, ByFamily]
    rls_share: Decimal
    crds: Decimal
    rsa: RsaScale


@dataclass(frozen=True)
class AidEstimate:
    """The aid estimated, and the steps an explanation shows. `before_rls` is the aid after the
    reduction for dear rents and the flat deduction; `rls` lowers the rent of the tenant;
    `amount` is what would be paid, in whole euros a month."""

    rent_retained: Decimal
    flat_charges: Decimal
    before_rls: Decimal
    rls: Decimal
    amount: int


def housing_aid(
    family: Family, *, zone: AidZone, rent: Decimal, resource_base: int, scale: AidScale
) -> AidEstimate:
    """The aid for a rent without charges, given the yearly `resource_base`."""
    cap = scale.rent_caps[zone].of(family)
    retained = min(rent, cap)
    charges = scale.charges + scale.charges_per_dependant * family.dependants
    participation = _participation(family, retained, retained + charges, resource_base, scale)
    due = max(retained + charges - participation, Decimal(0)) * _degressivity(
        rent,
        cap,
        scale.degressive_from[zone],
        scale.suppressed_from[zone],
    )
    before_rls = max(due.quantize(CENT, ROUND_HALF_UP) - scale.flat_deduction, Decimal(0))
    rls = Decimal(0)
    if Decimal(resource_base) / 12 < scale.rls_ceiling[zone].of(family):
        rls = scale.rls[zone].of(family)
    gross = max(before_rls - scale.rls_share * rls, Decimal(0))
    crds = (gross * scale.crds).quantize(CENT, ROUND_FLOOR)
    return AidEstimate(retained, charges, before_rls, rls, int(gross - crds))


def _participation(
    family: Family, retained: Decimal, spending: Decimal, resource_base: int, scale: AidScale
) -> Decimal:
    """What the family pays itself: a least amount, and a share of its resources."""
    # Not rounded: the worked cases come out to the cent only so.
    least = max(scale.least_participation_rate * spending, scale.least_participation)
    reference = scale.rent_caps["zone_2"].of(family)
    ratio = (retained / reference).quantize(RATIO_STEP, ROUND_HALF_UP)
    rate = scale.family_rate.of(family) + scale.rent_rate.at(ratio)
    return least + rate * max(resource_base - scale.allowance.of(family), Decimal(0))


def _degressivity(rent: Decimal, cap: Decimal, start: Decimal, end: Decimal) -> Decimal:
    """The share of the aid kept for a dear rent: all of it, then less and less, then none."""
    first = (cap * start).quantize(CENT, ROUND_HALF_UP)
    last = (cap * end).quantize(CENT, ROUND_HALF_UP)
    if rent <= first:
        return Decimal(1)
    return max((last - rent) / (last - first), Decimal(0))


def resource_base(taxable_wages: Decimal, *, receives_rsa: bool) -> int:
    """The yearly resources that count, from the taxable wages of the family: less 10 % for
    professional expenses, rounded up to a hundred euros. Wages of a family that receives the RSA
    are left out (CCH R822-15). The least deduction for small wages is ignored: it changes
    nothing below the allowance."""
    if receives_rsa:
        return 0
    net = taxable_wages - (taxable_wages * PROFESSIONAL_EXPENSES).quantize(EURO, ROUND_HALF_UP)
    return int((net / HUNDRED_EUROS).to_integral_value(ROUND_CEILING)) * HUNDRED_EUROS


def presumed_rsa(family: Family, *, monthly_wages: Decimal, scale: RsaScale) -> bool:
    """Whether the RSA would be paid to a family that has wages and family benefits alone and
    receives housing aid (code de l'action sociale et des familles, R262-1 to R262-12). For where
    nobody can be asked: who can ask, asks."""
    persons = 1 + family.couple + family.dependants
    steps = Decimal(1)
    if persons >= 2:
        steps += scale.second_person
    # The first two dependants of a couple and the second of a lone parent, then the others.
    steps += min(max(persons - 2, 0), 1 if not family.couple else 2) * scale.person
    steps += max(family.dependants - 2, 0) * scale.third_child
    right = (scale.base * steps).quantize(CENT, ROUND_HALF_UP)
    benefits = Decimal(0)
    if family.dependants >= 2:
        benefits += scale.two_children + (family.dependants - 2) * scale.child_more
    if family.dependants >= 3:
        benefits += scale.three_children
    if not family.couple:
        benefits += family.dependants * scale.child_of_lone_parent
    counted = monthly_wages + benefits * scale.family_base + _housing_in_rsa(persons, scale)
    return right - counted >= scale.least_paid


def _housing_in_rsa(persons: int, scale: RsaScale) -> Decimal:
    """The flat amount that housing aid counts for (R262-10): a share of the RSA of one, two or
    three persons."""
    if persons == 1:
        return scale.housing_1 * scale.base
    if persons == 2:
        return scale.housing_2 * scale.base * (1 + scale.second_person)
    return scale.housing_3 * scale.base * (1 + scale.second_person + scale.person)


def aid_zone(zone_123: str, ceilings_zone: str) -> AidZone | None:
    """The zone of the aid of a commune, in the words of `territory.Commune`; None overseas,
    where the formula has other figures."""
    if ceilings_zone in ("drom", "com"):
        return None
    zones: dict[str, AidZone] = {"1bis": "zone_1", "1": "zone_1", "2": "zone_2", "3": "zone_3"}
    return zones.get(zone_123)
