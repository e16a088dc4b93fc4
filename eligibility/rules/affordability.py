"""What a rent would leave. Estimates to talk about, never reasons to exclude."""

from decimal import ROUND_HALF_UP, Decimal

DAYS_OF_A_MONTH = 30
TENTH_OF_A_PERCENT = Decimal("0.1")
CENT = Decimal("0.01")


def effort(
    rent: Decimal, charges: Decimal, aid: Decimal, monthly_resources: Decimal
) -> Decimal | None:
    """The taux d'effort in percent, to one decimal (arrêté du 10 mars 2011, for CCH R441-3-1):
    rent and recoverable charges less the housing aid, by the monthly resources of all persons
    of the home. None without resources; 0 when the aid covers everything."""
    if monthly_resources <= 0:
        return None
    paid = max(rent + charges - aid, Decimal(0))
    return (paid * 100 / monthly_resources).quantize(TENTH_OF_A_PERCENT, ROUND_HALF_UP)


def remaining_per_day(
    rent: Decimal, charges: Decimal, aid: Decimal, monthly_resources: Decimal, persons: int
) -> Decimal:
    """The reste à vivre: what is left to each person for a day, in euros, once the home is paid.
    A usage of landlords without any legal value; below zero when the home costs more than the
    household earns. `persons` is at least 1."""
    left = monthly_resources - (rent + charges - aid)
    return (left / persons / DAYS_OF_A_MONTH).quantize(CENT, ROUND_HALF_UP)
