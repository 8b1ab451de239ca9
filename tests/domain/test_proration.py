"""Proration: the worked numbers of docs/domain/proration.md, and the laws that its remaining value keeps."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import PaidPeriod, PeriodKind, PriceKind
from tenor.domain.explanation import Explanation
from tenor.domain.money import Money, total
from tenor.domain.proration import piece_value, prorated_seats, remaining_value
from tenor.domain.terms import THREE_YEARS, YEARLY, Period, boundary
from tests.domain.builders import day, paid, usd
from tests.support import tables

LEFT = tables.rows("proration", "What is left")
ADDED = tables.rows("proration", "Seats added inside a term")
EXTENDED = tables.rows("proration", "An extension bought by aligning dates")


def published(price: str) -> Explanation:
    return Explanation("list_price", {}, usd(price.replace(",", "")))


@pytest.mark.parametrize("row", LEFT, ids=tables.ids(LEFT))
def test_table_of_what_is_left(row: dict[str, str]) -> None:
    span, piece = Period(day("2026-06-01"), day("2026-06-04")), Period(day(row["from"]), day(row["to"]))
    assert remaining_value(usd("1.00"), 3, span, piece.start).plain() == row["left at the start"]
    assert remaining_value(usd("1.00"), 3, span, piece.end).plain() == row["left at the end"]
    assert piece_value(usd("1.00"), 3, span, piece).plain() == row["the piece"]


@pytest.mark.parametrize("row", ADDED, ids=tables.ids(ADDED, "a seat", "seats", "today"))
def test_table_of_added_seats(row: dict[str, str]) -> None:
    term = paid(day(row["term from"]), day(row["to"]))
    explained = prorated_seats(published(row["a seat"]), int(row["seats"]), term, day(row["today"]))
    assert explained.facts["days"] == int(row["days left"])
    assert explained.facts["denominator"] == int(row["days of the term"])
    assert explained.result == tables.amount(row["charged"], "USD")


@pytest.mark.parametrize("row", EXTENDED, ids=tables.ids(EXTENDED))
def test_table_of_an_extension(row: dict[str, str]) -> None:
    span, regular = Period(day(row["from"]), day(row["to"])), Period(day(row["from"]), day(row["next period ends"]))
    assert (span.days, regular.days) == (int(row["days"]), int(row["divided by"]))
    whole = usd(row["a seat"]) * int(row["seats"])
    assert remaining_value(whole, regular.days, span, span.start) == tables.amount(row["charged"], "USD")


def test_the_explanation_carries_every_operand() -> None:
    explained = prorated_seats(published("465.00"), 3, paid(), day("2026-11-21"))
    assert explained.rule == "prorated_seats"
    assert explained.facts == {
        "unit_price": usd("465.00"),
        "seats": 3,
        "days": 100,
        "denominator": 365,
        "starts_on": day("2026-11-21"),
        "ends_on": day("2027-03-01"),
    }
    assert explained.steps == (published("465.00"),)


def test_a_term_paid_ahead_is_charged_whole_from_its_own_start() -> None:
    ahead = paid(day("2027-03-01"), day("2028-03-01"), "420.00")
    explained = prorated_seats(published("420.00"), 2, ahead, day("2026-11-21"))
    assert (explained.result, explained.facts["starts_on"]) == (usd("840.00"), day("2027-03-01"))


# Laws, with random lines: amounts of either sign, terms that a subscription can have, extensions shorter than their
# denominator.

starts = st.dates(date(2020, 1, 1), date(2040, 1, 1))
amounts = st.integers(-10_000_000, 10_000_000).map(lambda minor: Money(minor, "USD"))


@st.composite
def lines(draw: st.DrawFn) -> tuple[Money, int, Period]:
    """P, D and the span of a line."""
    start = draw(starts)
    denominator = (boundary(start, draw(st.sampled_from([1, YEARLY.months, THREE_YEARS.months]))) - start).days
    days = draw(st.just(denominator) | st.integers(1, denominator))
    return draw(amounts), denominator, Period(start, start + timedelta(days=days))


def days_of(span: Period) -> st.SearchStrategy[date]:
    return st.dates(span.start, span.end)


@given(line=lines(), data=st.data())
def test_law_1_the_pieces_of_any_partition_add_up(line: tuple[Money, int, Period], data: st.DataObject) -> None:
    whole, denominator, span = line
    cuts = sorted({span.start, span.end, *data.draw(st.lists(days_of(span), max_size=6))})
    pieces = [Period(a, b) for a, b in pairwise(cuts)]
    worth = total((piece_value(whole, denominator, span, piece) for piece in pieces), "USD")
    assert worth == remaining_value(whole, denominator, span, span.start)
    if span.days == denominator:
        assert worth == whole


@given(line=lines(), data=st.data())
def test_law_2_the_remaining_value_falls_from_the_whole_to_nothing(
    line: tuple[Money, int, Period], data: st.DataObject
) -> None:
    whole, denominator, span = line
    first, second = sorted([data.draw(days_of(span)), data.draw(days_of(span))])
    left_first, left_second = (remaining_value(whole, denominator, span, d).minor for d in (first, second))
    assert remaining_value(whole, denominator, span, span.end).minor == 0
    assert abs(left_second) <= abs(left_first) <= abs(whole.minor)
    assert left_first * whole.minor >= 0
    assert abs(Fraction(whole.minor * (span.end - first).days, denominator) - left_first) <= Fraction(1, 2)


@given(line=lines(), data=st.data())
def test_law_2_a_credit_mirrors_its_charge(line: tuple[Money, int, Period], data: st.DataObject) -> None:
    whole, denominator, span = line
    on = data.draw(days_of(span))
    assert remaining_value(-whole, denominator, span, on) == -remaining_value(whole, denominator, span, on)


@given(line=lines(), seats=st.integers(1, 200), data=st.data())
def test_law_8_one_line_of_q_seats_is_close_to_q_lines(
    line: tuple[Money, int, Period], seats: int, data: st.DataObject
) -> None:
    price, denominator, span = line
    term = PaidPeriod(PeriodKind.TERM, span, price, denominator, PriceKind.LIST)
    on = data.draw(days_of(span))
    together = prorated_seats(Explanation("list_price", {}, price), seats, term, on).result.minor
    one = prorated_seats(Explanation("list_price", {}, price), 1, term, on).result.minor
    assert abs(together - one * seats) <= Fraction(seats, 2)
