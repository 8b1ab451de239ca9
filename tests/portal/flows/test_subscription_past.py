"""What lies behind a subscription: an event is one line, and each paid period has its seats and its amount."""

from tenor.domain.account import MethodKind
from tests.portal.flows.conftest import Counter, text


def past(counter: Counter) -> tuple[str, str]:
    """The paid periods, and the history."""
    page = text(counter.browser.get(f"/subscriptions/{counter.subscription.id}/")).replace("\xa0", " ")
    periods, _heading, happened = page.partition("Paid periods")[2].partition(" History ")
    return periods, happened


def test_an_order_is_one_line_with_what_it_changed_and_came_to(counter: Counter) -> None:
    order = counter.customer.buy_seats(2)
    _periods, happened = past(counter)
    assert happened.count(order.number) == 1
    assert f"Seats: from 3 to 5 · {order.number} {counter.customer.actor.name} €254.79" in happened
    assert "Order placed" not in happened
    assert "Payment received" not in happened


def test_each_paid_period_has_its_seats_and_what_was_paid(counter: Counter) -> None:
    counter.customer.buy_seats(2)
    periods, _happened = past(counter)
    assert "Nov 21, 2026 now Mar 1, 2027 2 €465.00 List price €254.79" in periods
    assert "Mar 1, 2026 now Mar 1, 2027 3 €465.00 Taken over with the contract €1,395.00" in periods


def test_what_was_declined_says_how_it_stands_and_paid_for_nothing(counter: Counter) -> None:
    counter.customer.pay_by("insufficient_funds")
    counter.customer.buy_seats(2)
    periods, happened = past(counter)
    assert "Seats: from 3 to 5. There was not enough money on the account." in happened
    assert "Waiting for you" in happened
    assert "€254.79" not in periods


def test_the_amount_is_worked_out_with_the_seats_that_are_on_their_way(counter: Counter) -> None:
    counter.customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    counter.customer.buy_seats(2)
    page = text(counter.browser.get(f"/subscriptions/{counter.subscription.id}/")).replace("\xa0", " ")
    head = page.partition("Renewal details")[0]
    assert "Renews on March 1, 2027 for €2,100.00" in head
    assert head.count("€2,100.00") == 2, "in the line, and where it is worked out"
    assert "€1,260.00" not in head


def test_a_debit_on_its_way_is_looked_at_and_not_stopped(counter: Counter) -> None:
    counter.customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = counter.customer.buy_seats(2)
    for path in (f"/subscriptions/{counter.subscription.id}/", "/"):
        page = text(counter.browser.get(path)).partition("Why can't I")[0]
        assert f"The payment of order {order.number} is under way" in page
        assert "the money arrives about November" in page.replace("The money", "the money")
        assert f"Look at order {order.number}" in page
        assert "Resume or cancel" not in page
        assert "waits for you" not in page
