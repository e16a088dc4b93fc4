from datetime import UTC, datetime, timedelta

import pytest

from alin.kit import clock


def test_today_is_the_paris_day() -> None:
    with clock.travel(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)):
        assert clock.today().isoformat() == "2026-07-02"


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # Across the end of summer time: ten days are 241 hours.
        ("2026-10-20T18:00+02:00", 10, "2026-10-30T23:59:59+01:00"),
        # Across its beginning.
        ("2027-03-20T18:00+01:00", 10, "2027-03-30T23:59:59+02:00"),
        ("2028-02-19T08:00+01:00", 10, "2028-02-29T23:59:59+01:00"),
        # Just before midnight in Paris is still that day.
        ("2026-12-31T22:59+00:00", 1, "2027-01-01T23:59:59+01:00"),
    ],
)
def test_end_of_local_day(start: str, days: int, end: str) -> None:
    got = clock.end_of_local_day(datetime.fromisoformat(start), days)
    assert got.isoformat() == end


@pytest.mark.django_db
def test_both_clocks_travel_together() -> None:
    with clock.travel(datetime(2028, 2, 29, 12, 0, tzinfo=UTC)):
        assert abs(clock.database_now() - clock.now()) < timedelta(seconds=5)
        assert clock.database_now().date().isoformat() == "2028-02-29"
