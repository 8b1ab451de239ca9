"""Orders given back: effects undone, a credit note for the invoice, the money at the gateway, the books at nothing."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ReturnOrder
from tenor.usecases.send_refund import send_refund
from tenor.worker.duties import refunds
from tenor.worker.mails import send_mail
from tests.support.customer import Customer


def give_back(customer: Customer, order: models.Order) -> None:
    submitted = customer.submit(customer.preview(ReturnOrder(str(order.id))))
    for refund_id in submitted.refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def test_a_returned_order_leaves_nothing_but_its_documents(customer: Customer, mailoutbox: list[EmailMessage]) -> None:
    order = customer.buy_seats(3)
    give_back(customer, order)
    order.refresh_from_db()
    customer.subscription.refresh_from_db()
    invoice, note = models.Invoice.objects.filter(account=customer.account).order_by("created_at", "id")
    assert (order.status, customer.subscription.seats) == ("returned", 3)
    assert (invoice.status, note.status, note.number, note.corrects_id) == ("credited", "paid", "CN-000001", invoice.id)
    assert (note.net_minor, note.tax_minor, note.total_minor) == (-invoice.net_minor, -invoice.tax_minor, -382_19)
    assert [payment.status for payment in customer.payments(order)] == ["refunded"]
    assert customer.ledger() == {}
    [charge] = customer.charges(order)
    assert isinstance(refunds_there := charge["refunds"], list)
    assert [refund["amount"] for refund in refunds_there] == [{"minor": 382_19, "currency": "EUR"}]
    kinds = models.Event.objects.filter(order=order).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-1] == "return_order"
    mail = models.Mail.objects.filter(kind="return_order").first()
    assert mail is not None
    send_mail(mail, customer.now)
    assert mailoutbox[0].subject == f"Order {order.number} is returned"
    assert "€382.19 goes back to Visa 4242." in mailoutbox[0].body


def test_the_worker_sends_a_refund_that_nobody_lived_to_send(customer: Customer) -> None:
    order = customer.buy_seats(1)
    customer.submit(customer.preview(ReturnOrder(str(order.id))))
    assert customer.ledger() == {"clearing": 127_40, "receivable": -127_40}
    assert refunds(customer.now) == 1
    assert refunds(customer.now) == 0
    assert customer.ledger() == {}


def test_an_order_is_returned_once(customer: Customer) -> None:
    order = customer.buy_seats(1)
    first, second = (customer.preview(ReturnOrder(str(order.id))) for _ in range(2))
    customer.submit(first)
    with pytest.raises(Refusal, match="unknown_order"):
        customer.submit(second)
    assert models.Refund.objects.filter(account=customer.account).count() == 1


def test_later_orders_come_back_first_the_newest_before_the_others(customer: Customer) -> None:
    first, second, third = (customer.buy_seats(1) for _ in range(3))
    with pytest.raises(Refusal) as refused:
        customer.preview(ReturnOrder(str(first.id)))
    reasons = refused.value.reasons
    assert [reason.facts["order"] for reason in reasons] == [third.number, second.number]
    assert [reason.remedy.facts["order_id"] for reason in reasons if reason.remedy] == [str(third.id), str(second.id)]
    for order in (third, second, first):
        give_back(customer, order)
    customer.subscription.refresh_from_db()
    assert customer.subscription.seats == 3
    assert customer.ledger() == {}


@pytest.mark.parametrize(("days", "is_open"), [(29, True), (30, False)])
def test_the_window_is_thirty_days(customer: Customer, days: int, is_open: bool) -> None:
    order = customer.buy_seats(1)
    customer.now += timedelta(days=days)
    if is_open:
        assert customer.preview(ReturnOrder(str(order.id))).quote.total.minor == -127_40
        return
    with pytest.raises(Refusal) as refused:
        customer.preview(ReturnOrder(str(order.id)))
    assert [reason.code for reason in refused.value.reasons] == ["return_window_ended"]
