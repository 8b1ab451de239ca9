"""By which method what is bought again, or renewed late, is paid, and which prices it is held to."""

from dataclasses import replace
from typing import Any

import pytest

from tenor.domain.account import AccountState, SeatLimits, Subscription, SubscriptionStatus
from tenor.domain.catalog import PriceEntry
from tenor.domain.changes.reduce_seats import least_seats
from tenor.domain.comparison import renewal_prices
from tenor.domain.effects import OpenSubscription
from tenor.domain.planner import plan
from tenor.domain.quote import Quote
from tenor.domain.refusals import Refusal
from tenor.domain.renewals import Bought
from tenor.domain.requests import BuyAgain, RenewLate, Request
from tenor.domain.sales import terms_on_sale
from tests.domain.builders import (
    ALICE,
    CARD,
    DEBIT,
    NORTHLINE_PRICES,
    RENEWS,
    account,
    day,
    entry,
    item,
    offer,
    subscription,
    usd,
)

AFTER = day("2027-03-10")
ENDED = subscription(status=SubscriptionStatus.EXPIRED, auto_renew=False, lapsed_on=RENEWS)
SPARE = replace(CARD, is_default=False)


def bought(state: AccountState, method_id: str | None = None, new_id: str = "s9") -> Quote:
    ask = BuyAgain("s1", 3, 12, new_id, method_id)
    return plan(state, offer(), Request(ALICE, ask), AFTER)


@pytest.mark.parametrize(
    ("methods", "own", "wanted", "charged", "kept"),
    [
        ((CARD, DEBIT), None, None, "card", None),
        ((CARD, DEBIT), None, "card", "card", "card"),
        ((CARD, DEBIT), None, "debit", "debit", "debit"),
        ((SPARE, DEBIT), "debit", None, "debit", "debit"),
    ],
    ids=["the default", "the default, chosen", "another one", "no default"],
)
def test_who_chooses_a_method_keeps_it_and_who_does_not_follows_the_default(
    methods: tuple[Any, ...], own: str | None, wanted: str | None, charged: str, kept: str | None
) -> None:
    found = bought(account(replace(ENDED, method_id=own), methods=methods), wanted)
    (opened,) = (each for each in found.effects if isinstance(each, OpenSubscription))
    assert (found.method_id, opened.method_id) == (charged, kept)


@pytest.mark.parametrize("taken", ["s1", "s2"])
def test_a_new_subscription_takes_no_name_that_is_in_use(taken: str) -> None:
    with pytest.raises(Refusal, match="id_in_use"):
        bought(account(ENDED, subscription(id="s2", number="SUB-2")), new_id=taken)


@pytest.mark.parametrize(("wanted", "charged"), [(None, "card"), ("debit", "debit")])
def test_a_late_renewal_is_paid_by_the_chosen_method_else_by_its_own(wanted: str | None, charged: str) -> None:
    found = plan(account(ENDED), offer(), Request(ALICE, RenewLate("s1", wanted)), AFTER)
    assert (found.method_id, found.total) == (charged, usd("1395.00"))


@pytest.mark.parametrize(("minimum", "least"), [(None, 1), (0, 1), (1, 1), (2, 2)])
def test_one_seat_at_least_is_renewed_whatever_a_contract_says(minimum: int | None, least: int) -> None:
    assert least_seats(offer(), subscription(seat_limits=SeatLimits(minimum=minimum))) == least


def test_a_term_is_on_sale_from_the_day_its_price_holds() -> None:
    later = entry("900.00", of=item(replace(item().term, months=24)), valid_from=AFTER)
    northline = offer(prices=(*NORTHLINE_PRICES, later))
    assert [term.months for term in terms_on_sale(northline, item(), RENEWS)] == [1, 12, 36]
    assert [term.months for term in terms_on_sale(northline, item(), AFTER)] == [1, 12, 24, 36]


def held(bought_when: Bought, *more: PriceEntry, one: Subscription = ENDED, today: Any = AFTER) -> tuple[Any, Any]:
    """What renewing in time costs, and buying anew, as it is shown beside the price of today."""
    northline = offer(prices=(*NORTHLINE_PRICES, *more))
    found = renewal_prices(account(one), northline, replace(one, seats=1), today, bought_when)
    return found.on_time, found.anew


def test_who_is_late_is_shown_what_was_known_on_the_renewal_date() -> None:
    """A price cut that came later, for days before it too, is none that would have been charged then."""
    cut = entry("440.00", "400.00", valid_from=day("2027-02-01"), announced_on=day("2027-03-05"))
    assert held(Bought.LATE, cut)[0] == usd("420.00")
    known = entry("440.00", "400.00", valid_from=day("2027-02-01"), announced_on=day("2027-02-05"))
    assert held(Bought.LATE, known)[0] == usd("400.00")


def test_who_is_early_is_shown_what_is_known_today() -> None:
    early, running = day("2027-01-10"), subscription()
    rise = entry("499.00", "450.00", valid_from=day("2027-02-01"), announced_on=day("2027-01-20"))
    assert held(Bought.EARLY, rise, one=running, today=early) == (usd("420.00"), usd("465.00"))
    known = replace(rise, announced_on=day("2027-01-05"))
    assert held(Bought.EARLY, known, one=running, today=early) == (usd("450.00"), usd("499.00"))
