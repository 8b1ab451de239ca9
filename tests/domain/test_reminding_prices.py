"""What a mail says of a price: what is news, against which price, and what paying ahead would save."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenor.domain.account import CarriedLine, ChangeKind, PriceKind
from tenor.domain.catalog import Promotion
from tenor.domain.money import Money
from tenor.domain.offer import Offer
from tenor.domain.reminders import PriceChange, Reminder, ReminderKind, ReminderLine
from tenor.domain.reminding import owed
from tenor.domain.terms import Period
from tests.domain.builders import (
    NORTHLINE_PRICES,
    RENEWS,
    STARTED,
    account,
    day,
    entry,
    offer,
    paid,
    scheduled,
    subscription,
    usd,
)
from tests.domain.reminded import before, line, told

PRICE = ReminderKind.PRICE
RENEWED = subscription(periods=(paid(price="420.00", price_kind=PriceKind.RENEWAL),))
SOON = RENEWS - timedelta(days=10)


def to(renewal: str, *, valid: Any = SOON, promotions: tuple[Promotion, ...] = (), **policy: Any) -> Offer:
    """Northline, which announced another renewal price 60 days before."""
    new = entry("499.00", renewal, valid_from=valid, announced_on=before(60))
    return offer(prices=(*NORTHLINE_PRICES, new), promotions=promotions, policy=policy)


def told_lines(northline: Offer, *known: Reminder, one: Any = RENEWED) -> tuple[ReminderLine, ...]:
    """The lines of what is told 60 days before: too early for anything but news of a price."""
    return tuple(each for found in owed(account(one), northline, before(60), known) for each in found.lines)


def news(northline: Offer, *known: Reminder, one: Any = RENEWED) -> list[PriceChange | None]:
    return [each.price_change for each in told_lines(northline, *known, one=one)]


def change(old: str, new: str, early: str | None = None) -> PriceChange:
    return PriceChange(usd(old), usd(new), before(60), early=None if early is None else usd(early))


def test_a_rise_is_told_with_what_paying_ahead_costs_today() -> None:
    assert news(to("450.00")) == [change("420.00", "450.00", "420.00")]


def test_paying_ahead_is_offered_only_where_it_costs_less() -> None:
    """The new price holds today already; then a lower one is to come."""
    assert news(to("450.00", valid=before(60))) == [change("420.00", "450.00")]
    assert news(to("400.00")) == [change("420.00", "400.00")]


def test_paying_ahead_is_offered_only_where_it_is_open() -> None:
    assert news(to("450.00", early_renewal_days=30)) == [change("420.00", "450.00")]


@pytest.mark.parametrize("price", ["420.00", "372.00"])
def test_the_same_price_is_no_news(price: str) -> None:
    assert news(offer(), told(PRICE, 0, line("420.00"))) == []
    assert news(to("420.00")) == []
    assert news(offer(), told(PRICE, 0, line(price, "s2"))) == []


def ended(off: str) -> tuple[Offer, Any]:
    """A promotion of the first term, and a subscription that was bought with it."""
    promotion = Promotion("HELLO", "Hello", "studio", STARTED, day("2026-04-01"), amount=usd(off))
    price = usd("465.00") - usd(off)
    return offer(promotions=(promotion,)), subscription(periods=(paid(price=price.plain()),))


@pytest.mark.parametrize(
    ("off", "expected"),
    [("93.00", [PriceChange(usd("372.00"), usd("420.00"))]), ("45.00", []), ("23.25", [])],
    ids=["dearer", "as before", "cheaper"],
)
def test_the_end_of_a_promotion_is_news_where_it_costs_more(off: str, expected: list[PriceChange]) -> None:
    northline, one = ended(off)
    assert news(northline, one=one) == expected


def test_it_is_the_mail_of_that_date_plan_and_term_that_showed_the_price() -> None:
    at_450 = told(PRICE, 0, line("450.00"))
    assert news(to("450.00"), at_450) == []
    for other in (
        told(PRICE, 0, line("450.00"), on=day("2026-03-01")),
        told(PRICE, 0, line("450.00", "s2")),
        told(PRICE, 0, line("450.00", months=36)),
    ):
        assert news(to("450.00"), other) == [change("420.00", "450.00", "420.00")]


def test_the_mail_that_came_last_counts() -> None:
    first, then = told(PRICE, 0, line("450.00")), told(PRICE, 0, line("435.00"))
    assert news(to("450.00"), then, first) == []
    (again,) = news(to("450.00"), first, then)
    assert again is not None
    assert (again.before, again.after) == (usd("435.00"), usd("450.00"))


def test_one_line_with_news_among_others_is_news() -> None:
    """Both renew at 450.00: one was told so."""
    state = account(RENEWED, replace(RENEWED, id="s2", number="SUB-2"))
    (found,) = owed(state, to("450.00"), before(60), [told(PRICE, 0, line("450.00"))])
    assert (found.kind, found.nth) == (PRICE, 1)
    assert [(each.number, each.price_change is None) for each in found.lines] == [("SUB-1", True), ("SUB-2", False)]


def test_what_was_told_otherwise_or_of_another_date_is_not_counted() -> None:
    others = (told(ReminderKind.RENEWAL, 90), told(PRICE, 0, on=day("2026-03-01")))
    (found,) = owed(account(RENEWED), to("450.00"), before(60), others)
    assert (found.kind, found.nth) == (PRICE, 0)


def test_each_line_tells_its_own_differences() -> None:
    fewer = subscription(id="s2", number="SUB-2", scheduled=(scheduled(ChangeKind.SEATS, 2),))
    (found,) = owed(account(subscription(), fewer), offer(), before(14))
    codes = {each.number: [one.code for one in each.differences] for each in found.lines}
    assert codes == {"SUB-1": ["special_price"], "SUB-2": ["seats", "special_price"]}


def waiting(amount: Money) -> CarriedLine:
    """Days of one more seat that were too small to be charged by themselves."""
    span = Period(before(1), RENEWS)
    return CarriedLine("c1", "N-7", "s1", "studio", "standard", 1, span, usd("465.00"), 365, amount)


def test_what_waited_for_this_invoice_stands_beside_the_term_and_is_no_term() -> None:
    (found,) = owed(account(RENEWED, carried=(waiting(usd("0.30")),)), to("450.00"), before(60))
    term, carried = found.lines
    assert (term.months, term.starts_on, term.ends_on) == (12, RENEWS, day("2028-03-01"))
    assert (carried.months, carried.starts_on, carried.ends_on) == (0, before(1), RENEWS)
    assert (carried.amount, carried.differences, carried.price_change) == (usd("0.30"), (), None)
    assert term.price_change == change("420.00", "450.00", "420.00")
