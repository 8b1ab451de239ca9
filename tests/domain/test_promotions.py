"""What a promotion holds for: the table of docs/domain/prices.md, verb by verb, and the upgrade under it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenor.domain.account import PriceKind, Subscription, SubscriptionStatus
from tenor.domain.catalog import Promotion
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.planner import plan
from tenor.domain.quote import LineKind, Quote
from tenor.domain.renewals import plan_renewals
from tenor.domain.requests import (
    AddSeats,
    AlignDates,
    Ask,
    BuyAgain,
    ChangePlan,
    RenewEarly,
    RenewLate,
    Request,
)
from tenor.domain.terms import MONTHLY, Term, boundary
from tests.domain.builders import (
    ALICE,
    CARD,
    STARTED,
    TODAY,
    account,
    entry,
    item,
    offer,
    paid,
    subscription,
    usd,
)
from tests.domain.story import Story
from tests.support import tables

HOLDS_FOR = tables.rows("prices", "What a promotion holds for")
PRICES = (
    entry("10.00", of=item(MONTHLY)),
    entry("20.00", of=item(MONTHLY, plan="premium")),
    entry("100.00"),
    entry("200.00", of=item(plan="premium")),
)
LATER = TODAY + timedelta(days=365)


def promoted(*, always: bool, **changes: Any) -> Offer:
    """20 % off everything, all year round."""
    fifth = Promotion("fifth", "A fifth", "studio", STARTED, LATER, percent=20, first_term_only=not always)
    return offer(prices=PRICES, promotions=(fifth,), **changes)


def owned(months: int, kind: PriceKind = PriceKind.LIST, **changes: Any) -> Subscription:
    """Three seats that were paid at that kind of price; they renew within the early window."""
    start = boundary(TODAY, -months) + timedelta(days=20)
    end = boundary(start, months)
    periods = (paid(start, end, "10.00" if months == 1 else "100.00", price_kind=kind),)
    return subscription(**{"term": Term(months), "anchor": start, "renews_on": end, "periods": periods} | changes)


def bought(what: str, months: int, northline: Offer) -> Quote:
    """The quote of buying that."""
    ended: dict[str, Any] = {
        "auto_renew": False,
        "status": SubscriptionStatus.EXPIRED,
        "lapsed_on": TODAY,
        "renews_on": TODAY,
    }
    asks: dict[str, tuple[Subscription, Ask]] = {
        "a new subscription": (
            owned(months, status=SubscriptionStatus.CANCELED, lapsed_on=STARTED),
            BuyAgain("s1", 3, months, "s9"),
        ),
        "more seats": (owned(months), AddSeats("s1", 1)),
        "an upgrade of what was paid at the list price": (owned(months), ChangePlan("s1", "premium", "now")),
        "an upgrade of what was paid at the special price": (
            owned(months, PriceKind.RENEWAL),
            ChangePlan("s1", "premium", "now"),
        ),
        "another plan at renewal": (owned(months), ChangePlan("s1", "premium", "renewal")),
        "an early renewal": (owned(months), RenewEarly(("s1",))),
        "a late renewal": (
            replace(owned(months), **ended, anchor=boundary(TODAY, -months)),
            RenewLate("s1"),
        ),
        "an alignment": (owned(months), AlignDates(("s1", "s2"))),
    }
    one, ask = asks[what]
    two = owned(months, id="s2", number="SUB-2")
    moved: dict[str, Any] = {"renews_on": two.renews_on + timedelta(days=9), "anchor": two.anchor + timedelta(days=9)}
    return plan(account(one, replace(two, **moved), methods=(CARD,)), northline, Request(ALICE, ask), TODAY)


def unit_price(what: str, months: int, northline: Offer) -> tuple[Money, PriceKind | None]:
    """What a seat costs, and the kind of price where the quote says so."""
    if what == "a renewal":
        one = owned(months)
        (planned,) = plan_renewals(account(one), northline, one.renews_on)
        return planned.lines[0].unit_price, None
    planned = bought(what, months, northline)
    if not planned.lines:
        return planned.promised[0].unit_price, planned.promised[0].price_kind
    (line,) = (line for line in planned.lines if line.kind is not LineKind.CREDIT)
    return line.unit_price, None


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("row", HOLDS_FOR, ids=tables.ids(HOLDS_FOR, "bought", "term in months"))
def test_table_of_what_a_promotion_holds_for(row: dict[str, str], always: bool) -> None:
    northline = promoted(always=always)
    price, kind = unit_price(row["bought"], int(row["term in months"]), northline)
    assert price == tables.amount(row["always" if always else "first term only"], "USD")
    if kind is not None:
        assert kind is (PriceKind.LIST if row["kind of price"] == "list" else PriceKind.RENEWAL)


def test_an_upgrade_costs_the_difference_that_the_next_term_costs() -> None:
    """Half a month before its end, from 10.00 to 20.00 less 20 %: 4.00 now, 16.00 from the next month on."""
    month = paid(date(2026, 11, 1), date(2026, 12, 1), "8.00")
    one = subscription(seats=1, term=MONTHLY, anchor=month.period.start, renews_on=month.period.end, periods=(month,))
    ask = Request(ALICE, ChangePlan("s1", "premium", "now"))
    planned = plan(account(one), promoted(always=True), ask, date(2026, 11, 16))
    assert [line.amount for line in planned.lines] == [usd("-4.00"), usd("8.00")]
    assert (planned.net, planned.promised[0].amount) == (usd("4.00"), usd("16.00"))


def test_all_seats_of_an_upgrade_count_towards_the_least_number_of_a_promotion() -> None:
    """Three seats and one that was added are four, however many orders paid for them."""
    four = replace(promoted(always=True).book.promotions[0], min_seats=4)
    story = Story(account(owned(12)), promoted(always=True))
    story.do(AddSeats("s1", 1))
    story.offer = replace(story.offer, book=replace(story.offer.book, promotions=(four,)))
    planned = story.do(ChangePlan("s1", "premium", "now"))
    assert {line.unit_price for line in planned.lines if line.kind is LineKind.PLAN} == {usd("160.00")}


@given(passed=st.integers(0, 29), added=st.integers(1, 3), always=st.booleans(), months=st.sampled_from([1, 12]))
def test_seats_before_or_after_an_upgrade_cost_the_same_under_a_promotion_that_always_holds(
    passed: int, added: int, always: bool, months: int
) -> None:
    """But for cents of rounding; one for new seats only is lost by those who upgrade afterwards."""
    one = owned(months, anchor=TODAY, renews_on=boundary(TODAY, months))
    whole = paid(TODAY, one.renews_on, "8.00" if months == 1 else "80.00")
    costs: list[int] = []
    asks: tuple[Any, Any] = AddSeats("s1", added), ChangePlan("s1", "premium", "now")
    for order in (asks, asks[::-1]):
        start = account(replace(one, periods=(whole,)))
        story = Story(start, promoted(always=always), today=TODAY + timedelta(days=passed))
        costs.append(sum(story.do(ask).net.minor for ask in order))
    first, second = costs
    assert abs(first - second) <= 2 if always else first >= second - 2
