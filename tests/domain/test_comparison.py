"""Terms side by side: the table of docs/domain/prices.md, and counts that stay honest at the edges."""

from fractions import Fraction

import pytest

from tenor.domain.account import AccountState, ChangeKind, Subscription
from tenor.domain.comparison import TermOption, compare_terms
from tenor.domain.money import round_half_away
from tenor.domain.offer import Offer
from tenor.domain.terms import MONTHLY, THREE_YEARS, YEARLY, Term
from tests.domain.builders import (
    NORTHLINE_PRICES,
    RENEWS,
    TODAY,
    account,
    entry,
    item,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.support import tables

SIDES = tables.rows("prices", "Terms side by side")


def options(owned: Subscription, northline: Offer | None = None, state: AccountState | None = None) -> list[TermOption]:
    return list(compare_terms(state or account(owned), northline or offer(), owned, TODAY))


def percent(share: Fraction) -> str:
    tenths = round_half_away(share * 1000)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def plain(text: str) -> str:
    return text.replace(",", "")


@pytest.mark.parametrize("row", SIDES, ids=tables.ids(SIDES))
def test_table_of_terms(row: dict[str, str]) -> None:
    found = {option.term.months: option for option in options(subscription(seats=1))}[int(row["term in months"])]
    assert found.amount.plain() == plain(row["paid at renewal"])
    assert found.per_year.plain() == plain(row["a year"])
    assert found.lapsed_amount.plain() == plain(row["lapsed"])
    assert percent(found.lapsed_extra) == row["lapsed: more %"]
    if found.against_current is None:
        assert row["over months"] == "-"
        return
    against = found.against_current
    assert str(against.months) == row["over months"]
    assert against.cost.plain() == plain(row["this term"])
    assert against.other.plain() == plain(row["today's term"])
    assert against.difference.plain() == plain(row["saved"])
    assert percent(against.share) == row["saved %"]


def test_every_seat_counts_and_percentages_do_not_change() -> None:
    one, many = options(subscription(seats=1)), options(subscription(seats=7))
    assert [option.amount for option in many] == [option.amount * 7 for option in one]
    assert [option.lapsed_extra for option in many] == [option.lapsed_extra for option in one]


def test_marks_the_current_and_the_chosen_term() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.TERM, 36),))
    marks = {option.term: (option.is_current, option.is_chosen) for option in options(owned)}
    assert marks == {MONTHLY: (False, False), YEARLY: (True, False), THREE_YEARS: (False, True)}
    assert {option.starts_on for option in options(owned)} == {RENEWS}


def test_prices_those_seats_and_that_plan_that_will_be_renewed() -> None:
    owned = subscription(scheduled=(scheduled(ChangeKind.SEATS, 2), scheduled(ChangeKind.PLAN, "premium")))
    (only,) = options(owned)
    assert (only.term, only.seats, only.amount) == (YEARLY, 2, usd("1674.00"))


def test_leaves_out_what_has_no_price_yet() -> None:
    later = entry("1200.00", of=item(THREE_YEARS), valid_from=RENEWS.replace(year=2030))
    assert [option.term for option in options(subscription(), offer(prices=(entry("465.00"), later)))] == [YEARLY]


def test_a_term_that_is_no_longer_sold_leaves_nothing_to_compare_with() -> None:
    two_years = subscription(term=Term(24), periods=(paid(RENEWS.replace(year=2025), RENEWS),))
    assert [option.against_current for option in options(two_years)] == [None, None, None]


def test_what_costs_nothing_has_no_percentage() -> None:
    free = offer(prices=(*NORTHLINE_PRICES[1:], entry("0.00", "0.00")))
    yearly, three_years = options(subscription(), free)[1:]
    assert yearly.lapsed_extra == 0
    assert three_years.against_current is not None
    assert three_years.against_current.share == 0
