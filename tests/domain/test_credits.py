"""A credit gives something back: none of 0.00 is shown, and nothing is credited twice for want of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.catalog import Plan, Promotion
from tenor.domain.offer import Offer
from tenor.domain.quote import LineKind, Quote
from tenor.domain.requests import AddSeats, ChangePlan, ReturnOrder
from tests.domain.builders import NORTHLINE_PRICES, RENEWS, STARTED, TODAY, account, entry, item, offer, paid
from tests.domain.builders import subscription as three_seats
from tests.domain.story import Story

UPGRADE = ChangePlan("s1", "premium", "now")


def three_plans(**changes: object) -> Offer:
    northline = offer(prices=(*NORTHLINE_PRICES, entry("1395.00", of=item(plan="ultimate"))), **changes)
    return replace(northline, plans={**northline.plans, ("studio", "ultimate"): Plan("studio", "ultimate", "Ultimate")})


def kinds(quote: Quote) -> list[LineKind]:
    return [line.kind for line in quote.lines]


@pytest.mark.parametrize(
    ("price", "on"), [("0.00", TODAY), ("0.01", RENEWS - timedelta(days=1)), ("0.50", RENEWS - timedelta(days=1))]
)
def test_what_was_free_or_has_no_cent_left_is_no_credit(price: str, on: date) -> None:
    story = Story(account(three_seats(periods=(paid(price=price),), seats=1)), three_plans(), today=on)
    assert kinds(story.do(UPGRADE)) == [LineKind.PLAN]


def test_what_comes_to_a_cent_is_one() -> None:
    story = Story(
        account(three_seats(periods=(paid(price="1.83"),), seats=1)), three_plans(), RENEWS - timedelta(days=1)
    )
    assert kinds(story.do(UPGRADE)) == [LineKind.CREDIT, LineKind.PLAN]


@given(
    price=st.sampled_from(["0.00", "0.02", "1.00", "465.00"]),
    free=st.booleans(),
    first=st.integers(0, 364),
    second=st.integers(0, 364),
    added=st.integers(0, 2),
)
def test_no_credit_of_nothing_and_none_twice(price: str, free: bool, first: int, second: int, added: int) -> None:
    """Whatever was paid, and whenever it is upgraded; returned, it is as it was."""
    gift = Promotion("gift", "Gift", "studio", STARTED, RENEWS, percent=100, plan="standard")
    northline = three_plans(promotions=(gift,) if free else ())
    days = sorted(STARTED + timedelta(days=n) for n in (first, second))
    story = Story(account(three_seats(periods=(paid(price=price),))), northline, today=days[0])
    if added:
        story.do(AddSeats("s1", added))
    story.do(UPGRADE)
    before, story.today = story.state, days[1]
    story.do(ChangePlan("s1", "ultimate", "now"))
    credited = [line for order in story.orders for line in order.quote.lines if line.kind is LineKind.CREDIT]
    assert all(line.amount.minor < 0 for line in credited)
    refs = [line.explanation.facts["line"] for line in credited]
    assert len(set(refs)) == len(refs)
    story.do(ReturnOrder(story.orders[-1].id))
    assert story.state == before
