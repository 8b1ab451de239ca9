"""Days at their edges: what a period holds, when a local day ends, what a long term is."""

from datetime import UTC, date, datetime

import pytest

from tenor.domain.terms import Period, Term, boundary, months_elapsed, next_local_midnight

YEAR = Period(date(2026, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("day", "is_in"),
    [("2026-02-28", False), ("2026-03-01", True), ("2027-02-28", True), ("2027-03-01", False)],
)
def test_a_period_holds_its_first_day_and_not_its_renewal_date(day: str, is_in: bool) -> None:
    assert (date.fromisoformat(day) in YEAR) is is_in


@pytest.mark.parametrize(("months", "is_long"), [(1, False), (11, False), (12, True), (13, True)])
def test_eleven_months_are_no_year(months: int, is_long: bool) -> None:
    assert Term(months).is_long is is_long


@pytest.mark.parametrize(
    ("instant", "zone", "midnight"),
    [
        ("2026-11-21T12:00", "UTC", "2026-11-22T00:00"),
        ("2026-11-21T00:00", "UTC", "2026-11-22T00:00"),
        ("2026-11-21T23:59", "UTC", "2026-11-22T00:00"),
        ("2026-11-21T23:30", "Europe/Stockholm", "2026-11-22T23:00"),
        ("2026-11-21T12:00", "America/New_York", "2026-11-22T05:00"),
        ("2026-03-29T00:30", "Europe/Amsterdam", "2026-03-29T22:00"),  # this day has 23 hours
        ("2026-10-24T22:30", "Europe/Amsterdam", "2026-10-25T23:00"),  # and this one 25
        ("2026-12-31T12:00", "Pacific/Auckland", "2027-01-01T11:00"),
    ],
)
def test_a_local_day_ends_at_the_next_midnight_of_its_zone(instant: str, zone: str, midnight: str) -> None:
    asked = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert next_local_midnight(asked, zone).astimezone(UTC) == datetime.fromisoformat(midnight).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "day", "months"),
    [
        ("2026-01-31", "2026-01-31", 0),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
        ("2026-03-01", "2026-02-28", -1),
        ("2026-03-01", "2027-02-28", 11),
        ("2026-03-01", "2027-03-01", 12),
    ],
)
def test_months_elapsed_step_on_the_boundary_itself(anchor: str, day: str, months: int) -> None:
    start, reached = date.fromisoformat(anchor), date.fromisoformat(day)
    assert months_elapsed(start, reached) == months
    assert boundary(start, months) <= reached
