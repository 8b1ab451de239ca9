"""An unpaid order and the renewal date: it is called off first, waited for while unclear, never paid for nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tenor.db import models
from tenor.usecases import settle_before_renewal as settling
from tenor.usecases.close_order import close_order
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.renew_due import renew_due
from tenor.usecases.settle_before_renewal import settle_before_renewal
from tests.support import plain_http
from tests.support.books import assert_books_agree
from tests.support.customer import Customer

# Without a transaction around them, as in the worker: the gateway is asked outside of any.
pytestmark = pytest.mark.django_db(transaction=True)

EVE = datetime(2027, 2, 27, 20, 0, tzinfo=UTC)
RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def ordered(customer: Customer, behaviour: str) -> models.Order:
    """Seats bought the day before, and not paid when the renewal date begins."""
    customer.pay_by(behaviour)
    later(customer, EVE)
    order = customer.buy_seats(1)
    models.Order.objects.filter(id=order.id).update(expires_at=datetime(2027, 4, 1, tzinfo=UTC))
    later(customer, RENEWAL)
    return order


def settle(customer: Customer) -> bool:
    return settle_before_renewal(account_id=customer.id, now=customer.now)


def test_the_night_calls_it_off_and_renews_what_was_there(customer: Customer) -> None:
    order = ordered(customer, "bank_check")
    renewed = renew_due(now=customer.now)
    order.refresh_from_db()
    assert (renewed.done, renewed.waiting) == (1, 0)
    assert (order.status, customer.invoice(order).status) == ("expired", "void")
    assert [charge["status"] for charge in customer.charges(order)] == ["canceled"]
    assert models.Order.objects.get(action="renew").total_minor == 3 * 420_00
    assert models.Mail.objects.filter(kind="order_expired").exists()


def test_it_is_waited_for_while_the_answer_is_unknown(customer: Customer) -> None:
    order = ordered(customer, "answer_lost")
    assert not settle(customer)
    assert renew_due(now=customer.now).waiting == 1
    assert not models.Order.objects.filter(action="renew").exists()
    (payment,) = customer.payments(order)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    assert settle(customer)
    models.RenewalClaim.objects.update(next_try_at=None)
    assert renew_due(now=customer.now).done == 1
    assert_books_agree(customer.id, customer.sandbox)


def test_money_that_comes_first_is_kept_and_renewed_with(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    order = ordered(customer, "bank_check")
    (payment,) = customer.payments(order)

    def pays_first(close: Callable[..., None]) -> Callable[..., None]:
        def closing(**asked: object) -> None:
            plain_http.post(payment.action_url, data={"answer": "approve"})
            close(**asked)

        return closing

    monkeypatch.setattr(settling, "close_order", pays_first(close_order))
    assert settle(customer)
    assert models.Payment.objects.get(id=payment.id).status == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_what_renews_another_day_is_left_alone(customer: Customer) -> None:
    customer.pay_by("bank_check")
    order = customer.buy_seats(1)
    assert settle(customer)
    order.refresh_from_db()
    assert order.status == "requires_action"
    assert settle_before_renewal(account_id=customer.id, now=RENEWAL, until=EVE.date())
    order.refresh_from_db()
    assert order.status == "requires_action"
