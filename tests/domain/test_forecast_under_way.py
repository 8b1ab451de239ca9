"""The forecast of what is under way: the renewals to come are those of the account once its orders are done."""

from tenor.domain.account import OpenOrder
from tenor.domain.effects import BillCarried, SetPlan, SetSeats
from tenor.domain.forecast import UpcomingKind, forecast
from tests.domain.builders import NORTHLINE_PRICES, TODAY, account, entry, item, offer, usd
from tests.domain.test_forecast import owned

PREMIUM = offer(prices=(*NORTHLINE_PRICES, entry("930.00", of=item(plan="premium"))))


def test_what_is_under_way_is_in_the_renewals_as_once_it_is_done() -> None:
    more = (SetSeats("s1", 3, 5), SetPlan("s1", "standard", "premium"), BillCarried(("c1",)))
    for status, in_flight, seats, plan in (
        ("processing", False, 5, "premium"),
        ("requires_action", True, 5, "premium"),
        ("requires_action", False, 3, "standard"),
    ):
        order = OpenOrder("o1", "O-1", status, "change_plan", usd("99.00"), is_in_flight=in_flight, effects=more)
        due, renewal = forecast(account(owned("s1", open_order=order)), PREMIUM, TODAY)
        assert (due.kind, due.amount) == (UpcomingKind.DUE, usd("99.00"))
        assert renewal.quote is not None
        assert [(line.seats, line.plan) for line in renewal.quote.lines] == [(seats, plan)]


def test_what_is_under_way_and_does_not_fit_any_more_leaves_the_renewal_as_it_is() -> None:
    order = OpenOrder("o1", "O-1", "processing", "add_seats", usd("99.00"), effects=(SetSeats("s1", 7, 9),))
    _due, renewal = forecast(account(owned("s1", open_order=order)), offer(), TODAY)
    assert renewal.amount == usd("1260.00")
