"""What a home would cost a household each month, housing aid taken off. Always an estimate."""

from dataclasses import dataclass
from decimal import Decimal

from .affordability import effort, remaining_per_day
from .aid import AidEstimate, AidScale, AidZone, Family, housing_aid

HUNDRED_EUROS = 100
# Above a third, landlords usually look closer; it is never a ground to refuse by itself.
WATCHED_EFFORT_PCT = 33


@dataclass(frozen=True)
class Budget:
    """Euros a month. `aid` is None when it cannot be estimated; `effort_pct` and `per_day` (left
    to each person for a day) when the monthly resources are not known, or nothing."""

    rent: Decimal
    charges: Decimal
    aid: AidEstimate | None
    to_pay: Decimal
    monthly_resources: Decimal | None
    effort_pct: Decimal | None
    per_day: Decimal | None

    @property
    def is_heavy(self) -> bool:
        return self.effort_pct is not None and self.effort_pct > WATCHED_EFFORT_PCT


def base_from_rfr(rfr: int, *, receives_rsa: bool = False) -> int:
    """The yearly resources that housing aid counts, from a revenu fiscal de référence, where the
    deduction for professional expenses is made already: rounded up to a hundred euros."""
    return 0 if receives_rsa else -(-rfr // HUNDRED_EUROS) * HUNDRED_EUROS


def budget_of(
    *,
    rent: Decimal,
    charges: Decimal,
    family: Family,
    persons: int,
    resource_base: int | None,
    monthly_resources: Decimal | None,
    zone: AidZone | None,
    scale: AidScale | None,
) -> Budget:
    """The budget of a home. No aid is estimated without a zone, a scale and a resource base. The
    réduction de loyer de solidarité lowers what is paid as the aid does."""
    aid = None
    if zone is not None and scale is not None and resource_base is not None:
        aid = housing_aid(family, zone=zone, rent=rent, resource_base=resource_base, scale=scale)
    lowered_by = aid.amount + aid.rls if aid else Decimal(0)
    earned = monthly_resources or Decimal(0)
    return Budget(
        rent=rent,
        charges=charges,
        aid=aid,
        to_pay=max(rent + charges - lowered_by, Decimal(0)),
        monthly_resources=monthly_resources,
        effort_pct=effort(rent, charges, lowered_by, earned),
        per_day=remaining_per_day(rent, charges, lowered_by, earned, persons) if earned else None,
    )
