"""Which resources of a household count."""

from typing import Literal, NamedTuple

Basis = Literal["N-2", "N-1", "12_months"]

WORTHWHILE_DROP_PCT = 10


class ResourcesThatCount(NamedTuple):
    """The amount to compare with a ceiling, why this one, and by how many whole percent it is
    below the N-2 amount (rounded down; 0 for N-2 itself)."""

    amount: int
    basis: Basis
    drop_pct: int


def resources_that_count(
    rfr_n2: int, rfr_n1: int | None, last_12_months: int | None
) -> ResourcesThatCount:
    """Which resources are compared with the ceilings: those of N-2, unless those of N-1 or of
    the last twelve months are lower by at least 10 %; then the lowest (arrêté du 29 juillet
    1987). Between equal amounts, the older is kept, because a tax notice proves it."""
    later: list[tuple[int | None, Basis]] = [(rfr_n1, "N-1"), (last_12_months, "12_months")]
    best = ResourcesThatCount(rfr_n2, "N-2", 0)
    for amount, basis in later:
        if amount is None or amount >= best.amount:
            continue
        if (rfr_n2 - amount) * 100 >= rfr_n2 * WORTHWHILE_DROP_PCT:
            best = ResourcesThatCount(amount, basis, (rfr_n2 - amount) * 100 // rfr_n2)
    return best
