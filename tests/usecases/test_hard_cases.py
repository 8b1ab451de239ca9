"""What seldom happens and costs money when it does: grants that fail, keys that clash, silence, races with time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.lifecycle import OrderStatus, PaymentStatus
from tenor.domain.money import Money
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.gateways.payments.port import RefundAnswer, RefundRequest, RefundStatus
from tenor.usecases import expire_orders
from tenor.usecases import send_refund as refunding
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.close_order import close_order
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import resume_order
from tenor.usecases.send_refund import RefundFailed, send_refund
from tenor.usecases.sweep_account import sweep_account
from tenor.worker import duties
from tests.support import plain_http
from tests.support.books import assert_books_agree
from tests.support.customer import SESSION, Customer
from tests.support.factories import make_change


def cancel(customer: Customer, order: models.Order, status: OrderStatus = OrderStatus.CANCELED) -> None:
    close_order(account_id=customer.id, order_id=order.id, actor=customer.actor, status=status, now=customer.now)


def reconcile(customer: Customer, payment: models.Payment) -> PaymentStatus:
    return reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def test_what_is_paid_and_can_t_be_granted_any_more_is_paid_back(customer: Customer) -> None:
    """While the bank checks, the entry that the order would have replaced is taken away."""
    subscription = str(customer.subscription.id)
    make_change(subscription=customer.subscription, kind="seats", value="2")
    customer.pay_by("bank_check")
    submitted = customer.submit(customer.preview(AddSeats(subscription, 2, at_renewal=4)))
    assert submitted.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    models.ScheduledChange.objects.update(undone_at=customer.now)
    payment = models.Payment.objects.get(id=submitted.payment_id)
    plain_http.post(payment.action_url, data={"answer": "approve"})
    assert reconcile(customer, payment) is PaymentStatus.SUCCEEDED
    order = models.Order.objects.get()
    assert (order.status, customer.invoice(order).status, customer.invoice(order).number) == ("failed", "void", None)
    refund = models.Refund.objects.get()
    assert refund.reason == "could_not_be_granted"
    assert_books_agree(customer.id, customer.sandbox)
    send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)


def test_a_debit_under_way_is_called_off_with_its_order(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    cancel(customer, order)
    order.refresh_from_db()
    assert (order.status, [charge["status"] for charge in customer.charges(order)]) == ("canceled", ["canceled"])
    assert_books_agree(customer.id, customer.sandbox)


@pytest.mark.parametrize("status", [OrderStatus.CANCELED, OrderStatus.EXPIRED])
def test_what_was_granted_early_is_owed_and_can_t_be_canceled(customer: Customer, status: OrderStatus) -> None:
    seller = customer.account.seller
    seller.policy = {"grant_on_processing": True}
    seller.catalog_revision += 1
    seller.save(update_fields=["policy", "catalog_revision"])
    customer.pay_by("insufficient_funds", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    customer.subscription.refresh_from_db()
    assert (order.status, customer.subscription.seats) == ("processing", 4)
    later(customer, customer.now + timedelta(days=7))
    reconcile(customer, customer.payments(order)[0])
    order.refresh_from_db()
    assert (order.status, order.waiting_for, customer.invoice(order).status) == ("requires_action", "declined", "open")
    with pytest.raises(Refusal) as refused:
        cancel(customer, order, status)
    assert refused.value.code == "payment_under_way"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_key_that_the_gateway_knows_with_another_body_is_asked_about(customer: Customer) -> None:
    """Some request with our key reached it. Failing the payment would invite a second one that is charged, too."""
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    payment = models.Payment.objects.get(id=submitted.payment_id or "")
    body = {
        "reference": str(payment.id),
        "method": payment.request["method"],
        "amount": {"minor": payment.amount_minor, "currency": payment.currency},
        "description": "in other words",
        "return_url": SESSION.return_url,
        "on_session": True,
        "locale": "en",
    }
    headers = {"Authorization": f"Bearer {customer.sandbox.key}", "Idempotency-Key": str(payment.id)}
    plain_http.post(f"{customer.sandbox.url}/v1/charges", json=body, headers=headers).raise_for_status()
    sent = collect_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    assert sent is PaymentStatus.UNKNOWN
    assert reconcile(customer, payment) is PaymentStatus.SUCCEEDED
    assert_books_agree(customer.id, customer.sandbox)


def test_a_silent_gateway_is_asked_less_and_less_often(customer: Customer, settings: Settings) -> None:
    customer.pay_by("answer_lost")
    (payment,) = customer.payments(customer.buy_seats(1))
    models.Payment.objects.update(tries=5, next_try_at=None)
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    assert reconcile(customer, payment) is PaymentStatus.UNKNOWN
    payment.refresh_from_db()
    assert payment.next_try_at is not None
    assert (payment.tries, payment.lease_until) == (5, None)
    assert "not reached" in payment.error


def test_asking_for_weeks_about_a_debit_is_no_failure(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    (payment,) = customer.payments(customer.buy_seats(1))
    models.Payment.objects.update(tries=11, next_try_at=None, lease_until=None)
    assert duties.payments(customer.now) == 1
    payment.refresh_from_db()
    assert (payment.status, payment.tries, payment.lease_until) == ("processing", 0, None)
    assert payment.next_try_at is not None


def test_nothing_is_canceled_while_its_money_is_on_the_way(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    later(customer, datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    sweep_account(account_id=customer.id, now=customer.now)
    debit = customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    later(customer, datetime(2027, 4, 14, 12, 0, tzinfo=UTC))
    order = models.Order.objects.get()
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(debit.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert resumed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)
    customer.now = datetime(2027, 4, 16, 12, 0, tzinfo=UTC)
    age_subscriptions(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()
    assert customer.subscription.status in ("past_due", "suspended")
    later(customer, datetime(2027, 4, 23, 12, 0, tzinfo=UTC))
    reconcile(customer, models.Payment.objects.get(id=resumed.payment_id))
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "active"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_refund_that_the_gateway_fails_is_not_taken_for_done(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (payment,) = customer.payments(customer.buy_seats(1))
    refund = models.Refund.objects.create(
        account=customer.account,
        payment=payment,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        reason="arrived_too_late",
        created_at=customer.now,
    )

    class Failing:
        def find_charge(self, _reference: str) -> None:
            return None

        def refund(self, request: RefundRequest) -> RefundAnswer:
            amount = Money(payment.amount_minor, payment.currency)
            keys = {"reference": request.reference, "charge_reference": request.charge_reference}
            return RefundAnswer(
                gateway_id="re_1", status=RefundStatus.FAILED, amount=amount, created_at=customer.now, **keys
            )

    monkeypatch.setattr(refunding, "gateway", lambda _name: Failing())
    with pytest.raises(RefundFailed):
        send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    assert duties.refunds(customer.now) == 0
    refund.refresh_from_db()
    assert (refund.status, "RefundFailed" in refund.error) == ("sending", True)


def test_one_order_that_can_t_be_expired_stops_no_other_duty(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)

    def fail(**_named: Any) -> None:
        raise RuntimeError("they tell of another amount")

    monkeypatch.setattr(expire_orders, "close_order", fail)
    assert duties.orders(order.expires_at) == 0
    monkeypatch.undo()
    cancel(customer, order)
