"""Orders given back: effects undone, a credit note for the invoice, the money at the gateway, the books at nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import ReturnOrder
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.record_sale import Sale, record_sale
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import sweep_account
from tenor.worker.duties import refunds
from tenor.worker.mails import send_mail
from tests.support.customer import Customer
from tests.support.factories import make_change, touch_catalog


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


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def documents(customer: Customer) -> list[tuple[str, str, int]]:
    """Every invoice and credit note, in the order in which they came: kind, status, total."""
    rows = models.Invoice.objects.filter(account=customer.account).order_by("created_at", "id")
    return [(row.kind, row.status, row.total_minor) for row in rows]


def test_tax_goes_back_with_the_net(customer: Customer) -> None:
    models.Account.objects.update(country="SE", currency="EUR")
    order = customer.buy_seats(3)
    invoice = customer.invoice(order)
    assert invoice.tax_minor == 95_55
    give_back(customer, order)
    note = models.Invoice.objects.get(kind="credit_note")
    tax = models.InvoiceTaxLine.objects.get(invoice=note)
    assert (note.net_minor, note.tax_minor, note.total_minor) == (-382_19, -95_55, -477_74)
    assert (tax.net_minor, tax.tax_minor, note.parties, note.tax) == (-382_19, -95_55, invoice.parties, invoice.tax)
    assert customer.ledger() == {}


def test_a_small_order_comes_back_from_the_invoice_that_billed_it_after_that_order(customer: Customer) -> None:
    """Both are on one invoice. Returning the later order leaves the small line there; then that comes back, too."""
    later(customer, datetime(2027, 2, 27, 12, 0, tzinfo=UTC))
    seller = customer.account.seller
    seller.policy = {"gateway_minimum": {"EUR": 1000}}
    seller.save(update_fields=["policy"])
    touch_catalog(seller)
    small, billing = customer.buy_seats(1), customer.buy_seats(20)
    give_back(customer, billing)
    invoice = customer.invoice(billing)
    assert (invoice.status, customer.payments(billing)[0].status) == ("paid", "succeeded")
    give_back(customer, small)
    total = invoice.total_minor
    assert documents(customer) == [
        ("invoice", "credited", total),
        ("credit_note", "paid", small.total_minor - total),
        ("credit_note", "paid", -small.total_minor),
    ]
    assert (customer.payments(billing)[0].status, customer.ledger()) == ("refunded", {})
    customer.subscription.refresh_from_db()
    assert customer.subscription.seats == 3


def test_a_small_order_that_waits_is_not_billed_any_more(customer: Customer) -> None:
    later(customer, datetime(2027, 2, 27, 12, 0, tzinfo=UTC))
    seller = customer.account.seller
    seller.policy = {"gateway_minimum": {"EUR": 1000}}
    seller.save(update_fields=["policy"])
    touch_catalog(seller)
    small = customer.buy_seats(1)
    give_back(customer, small)
    customer.buy_seats(20)
    assert models.OrderLine.objects.filter(kind="carried").count() == 0
    assert models.Invoice.objects.filter(kind="credit_note").count() == 0


RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def test_a_returned_renewal_ends_access_and_puts_its_entries_back(customer: Customer) -> None:
    make_change(subscription=customer.subscription, kind="seats", value="2")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    later(customer, RENEWAL + timedelta(days=10))
    give_back(customer, models.Order.objects.get(action="renew"))
    row = customer.subscription
    row.refresh_from_db()
    assert (row.status, str(row.lapsed_on), str(row.renews_on), row.seats) == (
        "expired",
        "2027-03-11",
        "2027-03-01",
        3,
    )
    (entry,) = models.ScheduledChange.objects.filter(claimed_at=None, undone_at=None, replaced_at=None)
    assert entry.value == "2"
    assert customer.ledger() == {}
    sweep_account(account_id=customer.id, now=customer.now)
    assert models.Order.objects.filter(action="renew").count() == 1


def test_a_returned_sale_ends_its_subscription(customer: Customer) -> None:
    sale = Sale("draft", "standard", 12, 2, customer.method.id)
    sold = record_sale(account_id=customer.id, sale=sale, actor=customer.actor, now=customer.now)
    assert sold.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=sold.payment_id, now=customer.now)
    give_back(customer, models.Order.objects.get(id=sold.order_id))
    assert models.Subscription.objects.get(id=sold.subscription_id).status == "canceled"
    assert customer.ledger() == {}


def test_an_order_whose_debit_is_under_way_is_not_returned_yet(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    with pytest.raises(Refusal, match="unknown_order"):
        customer.preview(ReturnOrder(str(order.id)))


def reversed_debit(customer: Customer) -> tuple[models.Order, models.Payment]:
    """Paid after three business days; the bank takes it back five days later, which we have not heard of yet."""
    customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    later(customer, customer.now + timedelta(days=6))
    (payment,) = customer.payments(order)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    return order, payment


def hear_of_the_reversal(customer: Customer, payment: models.Payment) -> None:
    later(customer, customer.now + timedelta(days=10))
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    payment.refresh_from_db()
    assert payment.status == "reversed"


def test_what_the_bank_took_back_is_credited_and_no_money_moves(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    order, payment = reversed_debit(customer)
    hear_of_the_reversal(customer, payment)
    assert customer.invoice(order).status == "open"
    give_back(customer, order)
    assert [status for _kind, status, _total in documents(customer)] == ["credited", "paid"]
    assert models.Refund.objects.count() == 0
    assert customer.ledger() == {}
    send_mail(models.Mail.objects.filter(kind="return_order")[0], customer.now)
    assert "goes back" not in mailoutbox[0].body


@pytest.mark.parametrize("sent_before", [False, True])
def test_a_refund_that_the_bank_overtook_moves_nothing(customer: Customer, sent_before: bool) -> None:
    order, payment = reversed_debit(customer)
    submitted = customer.submit(customer.preview(ReturnOrder(str(order.id))))
    hear_of_the_reversal(customer, payment)
    if sent_before:  # it was on its way when the process died
        models.Refund.objects.update(status="sending")
    assert refunds(customer.now) == 1
    assert models.Refund.objects.get(id=submitted.refunds[0]).status == "failed"
    assert [status for _kind, status, _total in documents(customer)] == ["credited", "paid"]
    assert customer.ledger() == {}
