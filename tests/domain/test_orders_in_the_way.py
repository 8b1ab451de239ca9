"""What renews today, and what has to be settled first; whole terms, and what waited for one invoice only."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tenor.domain.account import CarriedLine, OpenOrder, Subscription
from tenor.domain.effects import BillCarried
from tenor.domain.pricing import list_price
from tenor.domain.quote import LineKind
from tenor.domain.renewals import orders_in_the_way, plan_renewals, waits_for_an_order, whole_term
from tenor.domain.terms import YEARLY, Period
from tests.domain.builders import CARD, DEBIT, RENEWS, account, day, entry, item, offer, subscription, usd

OPEN = OpenOrder("o1", "N-1", "processing")


def held(**changes: Any) -> Subscription:
    return subscription(open_order=OPEN, **changes)


@pytest.mark.parametrize(
    ("one", "today", "expected"),
    [
        (held(), RENEWS, ("o1",)),
        (held(), RENEWS + timedelta(days=3), ("o1",)),
        (held(), RENEWS - timedelta(days=1), ()),
        (held(renewal_claimed=True), RENEWS, ()),
        (held(auto_renew=False), RENEWS, ()),
        (held(processor="oldshop"), RENEWS, ()),
        (subscription(), RENEWS, ()),
        (subscription(renewal_claimed=True), RENEWS, ()),
    ],
    ids=["due", "overdue", "tomorrow", "claimed", "turned off", "another's", "no order", "claimed without order"],
)
def test_an_order_is_in_the_way_of_what_would_renew_today(
    one: Subscription, today: Any, expected: tuple[str, ...]
) -> None:
    state = account(one)
    assert orders_in_the_way(state, today) == expected
    assert waits_for_an_order(state, today) is bool(expected)


def test_an_order_on_several_is_in_the_way_once() -> None:
    other = replace(OPEN, id="o2")
    state = account(held(id="s1"), held(id="s2"), subscription(id="s3", open_order=other), subscription(id="s4"))
    assert orders_in_the_way(state, RENEWS) == ("o1", "o2")


def test_a_whole_term_is_explained_by_its_days() -> None:
    price = list_price(offer(), entry("465.00"), RENEWS, 3, first_term=False)
    explained = whole_term(price, 3, YEARLY, Period(RENEWS, day("2028-03-01")))
    assert explained.facts == {
        "unit_price": usd("465.00"),
        "seats": 3,
        "months": 12,
        "starts_on": RENEWS,
        "ends_on": day("2028-03-01"),
    }
    assert explained.result == usd("1395.00")


def test_what_waited_is_billed_once_though_a_free_renewal_comes_first() -> None:
    """Three payments on one day: the first charges nothing, the second bills what waited, the third does not again."""
    free = subscription(id="s0", plan="free", method_id="card")
    by_bank, by_paypal = subscription(id="s1", method_id="debit"), subscription(id="s2", method_id="other")
    span = Period(RENEWS - timedelta(days=1), RENEWS)
    small = CarriedLine("c1", "N-7", "s1", "studio", "standard", 1, span, usd("465.00"), 365, usd("0.30"))
    northline = offer(prices=(entry("465.00", "420.00"), entry("0.00", "0.00", of=item(plan="free"))))
    methods = (CARD, DEBIT, replace(CARD, id="other", is_default=False))
    quotes = plan_renewals(account(free, by_bank, by_paypal, methods=methods, carried=(small,)), northline, RENEWS)
    assert [quote.total for quote in quotes] == [usd("0.00"), usd("1260.30"), usd("1260.00")]
    assert [[line.kind for line in quote.lines].count(LineKind.CARRIED) for quote in quotes] == [0, 1, 0]
    assert [BillCarried(("c1",)) in quote.effects for quote in quotes] == [False, True, False]
