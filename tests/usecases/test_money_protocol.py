"""From the click to the receipt: what is charged, granted, booked and told, whatever the gateway answers."""

from datetime import timedelta

import pytest

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.usecases.close_order import close_order
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import resume_order
from tenor.usecases.send_refund import send_refund
from tenor.usecases.tell import SYSTEM
from tests.support.customer import SESSION, Customer


def test_seats_are_charged_granted_and_booked(customer: Customer) -> None:
    order = customer.buy_seats(3)
    customer.subscription.refresh_from_db()
    assert (order.status, order.total_minor) == ("fulfilled", 382_19)
    assert customer.subscription.seats == 6
    invoice = customer.invoice(order)
    assert (invoice.status, invoice.total_minor, invoice.number) == ("paid", 382_19, "INV-000001")
    assert [charge["status"] for charge in customer.charges(order)] == ["succeeded"]
    assert customer.ledger() == {"clearing": 382_19, "deferred_revenue": -382_19}


def test_every_step_leaves_its_event_and_the_receipt_is_mailed(customer: Customer) -> None:
    order = customer.buy_seats(1)
    kinds = list(models.Event.objects.filter(order=order).order_by("id").values_list("kind", flat=True))
    assert kinds == ["order_placed", "payment_succeeded", "order_fulfilled"]
    assert models.Mail.objects.filter(kind="order_fulfilled", subject_id=order.id).exists()


def test_the_same_quote_submitted_twice_is_one_order_and_one_charge(customer: Customer) -> None:
    stored = customer.preview(AddSeats(str(customer.subscription.id), 1))
    first, second = customer.submit(stored), customer.submit(stored)
    assert first.order_id == second.order_id
    assert models.Order.objects.filter(account=customer.account).count() == 1
    assert first.payment_id is not None
    assert first.order_id is not None
    for _ in range(2):
        collect_payment(account_id=customer.id, payment_id=first.payment_id, now=customer.now)
    assert len(customer.charges(models.Order.objects.get(id=first.order_id))) == 1


def test_a_changed_price_makes_a_quote_stale_and_nothing_is_charged(customer: Customer) -> None:
    stored = customer.preview(AddSeats(str(customer.subscription.id), 1))
    models.Subscription.objects.filter(id=customer.subscription.id).update(seats=4)
    with pytest.raises(Refusal) as refused:
        customer.submit(stored)
    assert refused.value.code == "quote_stale"
    assert refused.value.facts["because"] == "changed"
    assert models.Quote.objects.get(id=str(refused.value.facts["new"])).replaces_id == stored.id
    assert not models.Order.objects.exists()


def test_an_expired_quote_is_refused_with_a_new_one(customer: Customer) -> None:
    stored = customer.preview(AddSeats(str(customer.subscription.id), 1))
    customer.now = stored.expires_at
    with pytest.raises(Refusal) as refused:
        customer.submit(stored)
    assert refused.value.facts["because"] == "expired"


def test_a_decline_keeps_the_order_open_and_another_method_pays_it(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(2)
    customer.subscription.refresh_from_db()
    assert (order.status, order.waiting_for) == ("requires_action", "declined")
    assert customer.subscription.seats == 3
    assert customer.invoice(order).number is None
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert resumed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)
    order.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (order.status, order.waiting_for, customer.subscription.seats) == ("fulfilled", "", 5)
    assert [payment.status for payment in customer.payments(order)] == ["failed", "succeeded"]


def test_a_lost_answer_is_unknown_until_the_gateway_is_asked(customer: Customer) -> None:
    customer.pay_by("answer_lost")
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    assert (payment.status, order.waiting_for) == ("unknown", "gateway_answer")
    with pytest.raises(Refusal) as refused:
        close_order(
            account_id=customer.id,
            order_id=order.id,
            actor=customer.actor,
            status=OrderStatus.CANCELED,
            now=customer.now,
        )
    assert refused.value.code == "payment_unclear"
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert len(customer.charges(order)) == 1


def test_an_error_before_charging_is_sent_again_under_the_same_key(customer: Customer) -> None:
    customer.pay_by("error_once")
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    assert payment.status == "unknown"
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert [charge["status"] for charge in customer.charges(order)] == ["succeeded"]


def test_the_banks_check_holds_the_order_and_canceling_calls_it_off(customer: Customer) -> None:
    customer.pay_by("bank_check")
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    assert (order.status, order.waiting_for) == ("requires_action", "bank_check")
    assert payment.action_url.startswith(customer.sandbox.url)
    close_order(
        account_id=customer.id, order_id=order.id, actor=customer.actor, status=OrderStatus.CANCELED, now=customer.now
    )
    order.refresh_from_db()
    assert order.status == "canceled"
    assert customer.invoice(order).status == "void"
    assert [charge["status"] for charge in customer.charges(order)] == ["canceled"]
    assert customer.ledger() == {}


def test_a_debit_is_fulfilled_when_it_settles(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    customer.subscription.refresh_from_db()
    assert (order.status, order.waiting_for, customer.subscription.seats) == ("processing", "direct_debit", 3)
    customer.now += timedelta(days=7)
    customer.sandbox.set_clock(customer.now)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    order.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (order.status, customer.subscription.seats) == ("fulfilled", 4)


def test_a_debit_that_fails_after_days_ends_the_order(customer: Customer) -> None:
    customer.pay_by("insufficient_funds", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    customer.now += timedelta(days=7)
    customer.sandbox.set_clock(customer.now)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status) == ("failed", "void")


def test_a_debit_taken_back_reopens_the_invoice(customer: Customer) -> None:
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    for days in (7, 14):
        customer.now += timedelta(days=days)
        customer.sandbox.set_clock(customer.now)
        reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    payment.refresh_from_db()
    invoice = customer.invoice(order)
    assert (payment.status, invoice.status) == ("reversed", "open")
    assert customer.ledger() == {"receivable": invoice.total_minor, "deferred_revenue": -invoice.net_minor}


def test_money_that_arrives_too_late_is_given_back_by_itself(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    (payment,) = customer.payments(order)
    # The order was given up although the debit went on: what a lost cancellation leaves behind.
    models.Payment.objects.filter(id=payment.id).update(status="canceled")
    models.Invoice.objects.filter(order=order).update(status="void")
    models.OrderSubscription.objects.filter(order=order).update(open=False)
    models.Order.objects.filter(id=order.id).update(status="expired", closed_at=customer.now)
    customer.now += timedelta(days=7)
    customer.sandbox.set_clock(customer.now)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    assert customer.ledger() == {"clearing": order.total_minor, "unapplied": -order.total_minor}
    refund = models.Refund.objects.get(payment=payment)
    for _ in range(2):
        send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    payment.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (payment.status, customer.subscription.seats) == ("refunded", 3)
    assert customer.ledger() == {}
    (charge,) = customer.charges(order)
    assert [part["amount"]["minor"] for part in charge["refunds"]] == [order.total_minor]  # type: ignore[attr-defined]


def test_an_order_that_waited_too_long_expires(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    close_order(
        account_id=customer.id, order_id=order.id, actor=SYSTEM, status=OrderStatus.EXPIRED, now=order.expires_at
    )
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status) == ("expired", "void")
