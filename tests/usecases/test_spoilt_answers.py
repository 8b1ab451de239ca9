"""An answer that was spoilt on its way never leads to a second charge, and never to "nothing was charged"."""

from collections.abc import Iterator

import httpx
import orjson
import pytest
from django.db import IntegrityError
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.gateways.payments.errors import GatewayError, GatewayRefused, GatewayUnknown
from tenor.gateways.payments.port import ChargeAnswer
from tenor.gateways.payments.registry import gateway
from tenor.gateways.payments.sandbox import client
from tenor.usecases import resume_order as resuming
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.reconcile_books import reconcile_books
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.record_answer import record_answer
from tenor.usecases.resume_order import resume_order
from tenor.usecases.send_refund import send_refund
from tests.support.customer import SESSION, Customer
from tests.support.spoiling import SPOILT, SpoilingProxy, changed

WERE_BELIEVED = ["404_of_a_balancer", "302_to_maintenance", "400_in_another_shape", "403_of_html"]
"""Answers that counted as a refusal once, and led to a second charge."""


@pytest.fixture
def proxy(customer: Customer, settings: Settings) -> Iterator[SpoilingProxy]:
    """In between, and no webhook comes to tell the truth."""
    with SpoilingProxy(customer.sandbox.url) as running:
        settings.SANDBOX_URL = running.url
        yield running


def believing(status: int, body: bytes) -> GatewayError:
    """The error of whoever takes every answer that is no success for the provider's own word."""
    try:
        error = orjson.loads(body)["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        code, message = f"http_{status}", "no reason given"
    if httpx.codes.is_server_error(status):
        return GatewayUnknown(code)
    return GatewayRefused(code, message)


def resume(customer: Customer, order: models.Order) -> None:
    """The customer's second try, as the portal carries it out."""
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=None,
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    if resumed.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)


def assert_books_are_right() -> None:
    assert {each.name: find_offenders(each, 5) for each in INVARIANTS if find_offenders(each, 5)} == {}


@pytest.mark.parametrize("name", list(SPOILT))
def test_a_spoilt_answer_leaves_the_payment_unknown_and_charges_once(
    customer: Customer, proxy: SpoilingProxy, name: str
) -> None:
    proxy.spoil = SPOILT[name]
    order = customer.buy_seats(2)
    assert (order.status, order.waiting_for) == ("requires_action", "gateway_answer")
    assert [payment.status for payment in customer.payments(order)] == ["unknown"]
    resume(customer, order)
    proxy.spoil = None
    [payment] = customer.payments(order)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert len(customer.charges(order)) == 1
    assert_books_are_right()


@pytest.mark.parametrize("name", list(SPOILT))
def test_so_does_the_nights_way_of_collecting(customer: Customer, proxy: SpoilingProxy, name: str) -> None:
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    assert submitted.payment_id is not None
    models.Payment.objects.filter(id=submitted.payment_id).update(lease_until=None)
    proxy.spoil = SPOILT[name]
    collect_due(now=customer.now, most=5)
    payment = models.Payment.objects.get(id=submitted.payment_id)
    assert payment.status == PaymentStatus.UNKNOWN
    proxy.spoil = None
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SUCCEEDED
    assert len([one for one in customer.sandbox.charges() if one["reference"] == str(payment.id)]) == 1


@pytest.mark.parametrize("name", WERE_BELIEVED)
def test_control_whoever_believes_such_an_answer_charges_twice(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(client, "error_of", believing)
    monkeypatch.setattr(resuming, "ask_about_failures", lambda **_: False)
    proxy.spoil = SPOILT[name]
    order = customer.buy_seats(2)
    assert order.waiting_for == "declined", "nothing was charged, says the page"
    proxy.spoil = None
    resume(customer, order)
    assert len(customer.charges(order)) == 2


@pytest.mark.parametrize("name", WERE_BELIEVED)
def test_who_believed_it_still_asks_before_a_second_payment(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(client, "error_of", believing)
    proxy.spoil = SPOILT[name]
    order = customer.buy_seats(2)
    proxy.spoil = None
    resume(customer, order)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert [payment.status for payment in customer.payments(order)] == ["succeeded"]
    assert len(customer.charges(order)) == 1
    assert_books_are_right()


def test_who_gets_no_answer_then_may_not_pay_again(customer: Customer, settings: Settings) -> None:
    customer.pay_by("paid")
    order = _refused_order(customer)
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(Refusal) as refused:
        resume(customer, order)
    assert refused.value.code == "payment_unclear"
    assert len(customer.payments(order)) == 1


def test_what_the_provider_refused_is_paid_by_a_second_payment(customer: Customer) -> None:
    order = _refused_order(customer)
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert resumed.payment_id is not None
    assert collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now) == "succeeded"
    assert len(customer.charges(order)) == 1


def _refused_order(customer: Customer) -> models.Order:
    """An order whose first payment the provider itself refused: it does not know the method."""
    method = customer.pay_by("paid")
    models.PaymentMethod.objects.filter(id=method.id).update(gateway_reference="pm_nobody_has_it")
    order = customer.buy_seats(2)
    assert order.waiting_for == "declined"
    return order


def twice_paid(customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch) -> models.Order:
    """An order that two charges took money for; of the first we know nothing yet."""
    with monkeypatch.context() as credulous:
        credulous.setattr(client, "error_of", believing)
        credulous.setattr(resuming, "ask_about_failures", lambda **_: False)
        proxy.spoil = SPOILT["404_of_a_balancer"]
        order = customer.buy_seats(2)
        proxy.spoil = None
        resume(customer, order)
    order.refresh_from_db()
    assert (order.status, len(customer.charges(order))) == ("fulfilled", 2)
    return order


def answer_about(payment: models.Payment) -> ChargeAnswer:
    found = gateway("sandbox").find_charge(str(payment.id))
    assert found is not None
    return found


def test_a_late_second_success_is_given_back_at_once(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = twice_paid(customer, proxy, monkeypatch)
    first, second = customer.payments(order)
    for _ in range(2):
        record_answer(account_id=customer.id, payment_id=first.id, answer=answer_about(first), now=customer.now)
    refund = models.Refund.objects.get()
    assert (refund.payment_id, refund.amount_minor, refund.reason) == (first.id, first.amount_minor, "paid_twice")
    assert refund.credit_note_id is None
    assert_books_are_right()
    send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.surplus, second.status, second.surplus) == ("refunded", True, "succeeded", False)
    assert customer.invoice(order).status == "paid"
    assert customer.ledger()["clearing"] == order.total_minor
    assert "unapplied" not in customer.ledger()
    assert_books_are_right()


def test_what_the_bank_takes_back_of_it_owes_nothing(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = twice_paid(customer, proxy, monkeypatch)
    first, _ = customer.payments(order)
    told = answer_about(first)
    record_answer(account_id=customer.id, payment_id=first.id, answer=told, now=customer.now)
    reversed_one = ChargeAnswer(
        gateway_id=told.gateway_id,
        reference=told.reference,
        status=type(told.status)("reversed"),
        amount=told.amount,
        created_at=told.created_at,
    )
    record_answer(account_id=customer.id, payment_id=first.id, answer=reversed_one, now=customer.now)
    send_refund(account_id=customer.id, refund_id=models.Refund.objects.get().id, now=customer.now)
    assert customer.invoice(order).status == "paid"
    assert models.Refund.objects.get().status == "failed"
    assert customer.ledger()["clearing"] == order.total_minor
    assert_books_are_right()


def test_a_payment_that_waits_to_be_sent_is_stopped_when_the_first_turns_out_paid(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "error_of", believing)
    proxy.spoil = SPOILT["404_of_a_balancer"]
    order = customer.buy_seats(2)
    proxy.spoil = None
    [first] = customer.payments(order)
    with monkeypatch.context() as credulous:
        credulous.setattr(resuming, "ask_about_failures", lambda **_: False)
        resumed = resume_order(
            account_id=customer.id,
            order_id=order.id,
            method_id=None,
            actor=customer.actor,
            session=SESSION,
            now=customer.now,
        )
    record_answer(account_id=customer.id, payment_id=first.id, answer=answer_about(first), now=customer.now)
    assert resumed.payment_id is not None
    assert collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now) == "canceled"
    assert len(customer.charges(order)) == 1
    assert_books_are_right()


def test_a_surplus_payment_does_not_let_an_invoice_be_paid_twice(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = twice_paid(customer, proxy, monkeypatch)
    first, _ = customer.payments(order)
    with pytest.raises(IntegrityError, match="an_invoice_is_paid_once"):
        models.Payment.objects.filter(id=first.id).update(status="succeeded", settled_at=customer.now)


def test_the_nightly_comparison_finds_a_double_charge_and_it_goes_back(
    customer: Customer, proxy: SpoilingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any webhook, and without a person."""
    order = twice_paid(customer, proxy, monkeypatch)
    found = reconcile_books(gateway="sandbox", now=customer.now, since=customer.now, mend=True)
    assert (found.found["charged_twice"], found.mended) == (1, 1)
    refund = models.Refund.objects.get()
    send_refund(account_id=customer.id, refund_id=refund.id, now=customer.now)
    again = reconcile_books(gateway="sandbox", now=customer.now, since=customer.now, mend=True)
    assert (again.found["charged_twice"], again.found["status_differs"]) == (0, 0)
    back = [charge for charge in customer.charges(order) if charge["refunds"]]
    assert [charge["reference"] for charge in back] == [str(refund.payment_id)]
    assert_books_are_right()


def test_an_answer_that_can_not_be_written_down_is_no_failure(customer: Customer, proxy: SpoilingProxy) -> None:
    """It names a charge that belongs to another payment already: money may have moved all the same."""
    known = customer.payments(customer.buy_seats(1))[0].gateway_reference
    proxy.spoil = changed(id=known)
    order = customer.buy_seats(1)
    [payment] = customer.payments(order)
    assert (payment.status, order.waiting_for) == ("unknown", "gateway_answer")
    assert "a_charge_at_a_gateway_is_one_payment" in payment.error
    assert reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now) == "succeeded"
    assert len(customer.charges(order)) == 1
    assert_books_are_right()
