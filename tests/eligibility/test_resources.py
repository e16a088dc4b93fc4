import pytest

from eligibility.rules import resources_that_count


@pytest.mark.parametrize(
    ("n2", "n1", "last_12_months", "expected"),
    [
        (30000, None, None, (30000, "N-2", 0)),
        # Exactly 10 % lower counts; one euro more does not.
        (30000, 27000, None, (27000, "N-1", 10)),
        (30000, 27001, None, (30000, "N-2", 0)),
        (30000, None, 27000, (27000, "12_months", 10)),
        (30000, None, 27001, (30000, "N-2", 0)),
        # 10 % of an amount that has none: 27 003.6 is the limit for 30 004.
        (30004, 27003, None, (27003, "N-1", 10)),
        (30004, 27004, None, (30004, "N-2", 0)),
        # The lowest of those that count, whichever is later.
        (30000, 20000, 25000, (20000, "N-1", 33)),
        (30000, 25000, 20000, (20000, "12_months", 33)),
        # A drop of 8 % does not hide one of 12 %.
        (30000, 27600, 26400, (26400, "12_months", 12)),
        # Equal: the older is kept.
        (30000, 20000, 20000, (20000, "N-1", 33)),
        (30000, 30000, 30000, (30000, "N-2", 0)),
        # Resources that rose change nothing; none at all can fall no lower.
        (20000, 30000, 28000, (20000, "N-2", 0)),
        (0, 0, 0, (0, "N-2", 0)),
        (30000, 0, None, (0, "N-1", 100)),
    ],
)
def test_a_drop_of_ten_percent_makes_the_lowest_resources_count(n2, n1, last_12_months, expected):
    assert resources_that_count(n2, n1, last_12_months) == expected
