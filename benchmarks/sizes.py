"""How much is measured on, and what that needs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Rows for each target."""

    dossiers: list[int]  # targets 1 to 3, smallest first
    open_offers: int  # targets 6 to 8 and 11
    all_offers: int
    top_dossiers: int  # target 4
    alerts: int  # target 5
    file_lines: int
    needs: str


SMALL = Size(
    [10_000, 100_000], 10_000, 30_000, 100_000, 5_000, 2_000,
    "300 Mo de disque et une minute",
)  # fmt: skip
FULL = Size(
    [10_000, 100_000, 3_000_000], 100_000, 1_000_000, 3_000_000, 50_000, 20_000,
    "3 Go de disque et cinq à dix minutes",
)  # fmt: skip
# Enough to see that everything runs; its ratios say nothing.
TRIAL = Size([200, 2_000], 300, 600, 2_000, 100, 100, "quelques secondes")
