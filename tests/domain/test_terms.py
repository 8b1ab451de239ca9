"""Terms and periods: the tables of docs/domain/time.md, and the law that periods tile time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import PaidPeriod, PeriodKind, PriceKind
from tenor.domain.money import Money
from tenor.domain.terms import (
    MONTHLY,
    THREE_YEARS,
    YEARLY,
    Period,
    Term,
    boundary,
    day_counts,
    months_elapsed,
    next_period,
    weekdays_later,
)
from tests.support import tables

BOUNDARIES = tables.rows("time", "Boundaries")
PERIODS = tables.rows("time", "Periods")
DAYS_LEFT = tables.rows("time", "Days left")

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
TERMS = st.sampled_from([MONTHLY, Term(3), YEARLY, THREE_YEARS])


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("row", BOUNDARIES, ids=tables.ids(BOUNDARIES, "anchor", "months"))
def test_a_boundary_is_the_anchor_plus_the_months_elapsed(row: dict[str, str]) -> None:
    assert boundary(day(row["anchor"]), int(row["months"])) == day(row["boundary"])


@pytest.mark.parametrize("row", PERIODS, ids=tables.ids(PERIODS, "begins", "months"))
def test_a_period_is_one_term_from_a_boundary(row: dict[str, str]) -> None:
    period = next_period(day(row["anchor"]), day(row["begins"]), Term(int(row["months"])))
    assert (period.end, period.days) == (day(row["ends"]), int(row["days"]))


@pytest.mark.parametrize("row", DAYS_LEFT, ids=tables.ids(DAYS_LEFT, "starts", "today"))
def test_the_day_itself_counts_as_left(row: dict[str, str]) -> None:
    period = Period(day(row["starts"]), day(row["ends"]))
    assert period.days_left(day(row["today"])) == int(row["days left"])


@given(DAYS, TERMS, st.integers(1, 40))
def test_periods_tile_time(anchor: date, term: Term, count: int) -> None:
    start = anchor
    for n in range(1, count + 1):
        period = next_period(anchor, start, term)
        assert period.start == start
        assert period.end == boundary(anchor, n * term.months)
        start = period.end


@given(DAYS, st.integers(-600, 600))
def test_a_boundary_keeps_the_anchors_day_wherever_the_month_has_it(anchor: date, months: int) -> None:
    found = boundary(anchor, months)
    is_clipped = (found + timedelta(days=1)).month != found.month
    assert found.day == anchor.day or (is_clipped and found.day < anchor.day)


@given(DAYS, DAYS)
def test_months_elapsed_is_the_last_boundary_reached(anchor: date, reached: date) -> None:
    months = months_elapsed(anchor, reached)
    assert boundary(anchor, months) <= reached < boundary(anchor, months + 1)


@given(DAYS, TERMS, DAYS)
def test_a_period_holds_the_days_it_counts(anchor: date, term: Term, today: date) -> None:
    period = next_period(anchor, anchor, term)
    assert (today in period) == (period.start <= today and period.days_left(today) > 0)
    assert period.days_left(period.start) == period.days
    assert period.end not in period


def test_a_period_can_begin_on_a_boundary_only() -> None:
    with pytest.raises(ValueError, match="not a boundary"):
        next_period(date(2026, 1, 31), date(2026, 2, 27), MONTHLY)


def test_terms_and_periods_are_never_empty() -> None:
    with pytest.raises(ValueError, match="one month or more"):
        Term(0)
    for end in (date(2026, 3, 1), date(2026, 2, 28)):
        with pytest.raises(ValueError, match="ends after it starts"):
            Period(date(2026, 3, 1), end)


def test_terms_of_a_year_or_more_are_long() -> None:
    assert [term.is_long for term in (MONTHLY, YEARLY, THREE_YEARS)] == [False, True, True]


@given(DAYS, st.integers(0, 600), st.integers(1, 120))
def test_every_term_has_a_number_of_days_that_its_months_may_have(anchor: date, elapsed: int, months: int) -> None:
    days = boundary(anchor, elapsed + months) - boundary(anchor, elapsed)
    assert days.days in day_counts(months)


@pytest.mark.parametrize(("months", "counts"), [(1, [28, 31]), (12, [365, 366]), (36, [1095, 1096])])
def test_how_many_days_months_may_have(months: int, counts: list[int]) -> None:
    assert [day_counts(months)[0], day_counts(months)[-1]] == counts


def test_no_paid_period_is_longer_than_what_its_price_is_for() -> None:
    year = Period(date(2026, 3, 1), date(2027, 3, 1))
    assert PaidPeriod(PeriodKind.TERM, year, Money(1, "USD"), 365, PriceKind.LIST).denominator == 365
    with pytest.raises(ValueError, match="more days than the 364"):
        PaidPeriod(PeriodKind.TERM, year, Money(1, "USD"), 364, PriceKind.LIST)


@pytest.mark.parametrize(
    ("day", "count", "later"),
    [("2026-11-19", 0, "2026-11-19"), ("2026-11-19", 3, "2026-11-24"), ("2026-11-21", 3, "2026-11-25")],
)
def test_banks_do_not_work_on_saturdays_and_sundays(day: str, count: int, later: str) -> None:
    assert weekdays_later(date.fromisoformat(day), count) == date.fromisoformat(later)
