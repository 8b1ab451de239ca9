"""A part of an order given back: its own credit note and refund, the rest as it was, and the books agree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.past_orders import load_past_orders
from tenor.db.queries.returns import read_returns
from tenor.domain.account import MethodKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AlignDates, ReturnOrder, SetAutoRenew
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.resume_order import resume_order
from tenor.usecases.send_refund import send_refund
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.books import assert_books_agree
from tests.support.customer import SESSION, Customer

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
FIRST, SECOND = 1260_00, 420_00


def on_day(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)
    pass_day(now=now)
    collect_due(now=now)


@pytest.fixture
def other(customer: Customer) -> models.Subscription:
    """A second subscription, of one seat, that renews with the first."""
    return factories.make_subscription(account=customer.account, payment_method=customer.method, seats=1)


@pytest.fixture
def renewal(customer: Customer, other: models.Subscription) -> models.Order:
    """The renewal of both, on one invoice, paid; today is the day after."""
    on_day(customer, RENEWAL)
    on_day(customer, RENEWAL + timedelta(days=1))
    return models.Order.objects.get(action="renew", status="fulfilled")


def give_back(customer: Customer, order: models.Order, *of: models.Subscription) -> None:
    ask = ReturnOrder(str(order.id), tuple(str(one.id) for one in of))
    for refund_id in customer.submit(customer.preview(ask)).refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def statuses(*rows: models.Subscription) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.status for row in rows]


def notes(customer: Customer) -> list[tuple[int, str]]:
    rows = models.Invoice.objects.filter(account=customer.account, kind="credit_note").order_by("number")
    return [(row.total_minor, row.status) for row in rows]


def test_one_of_two_goes_back_and_the_other_stays(
    customer: Customer, renewal: models.Order, other: models.Subscription, mailoutbox: list[EmailMessage]
) -> None:
    give_back(customer, renewal, other)
    renewal.refresh_from_db()
    assert statuses(customer.subscription, other) == ["active", "expired"]
    assert (renewal.status, customer.invoice(renewal).status) == ("fulfilled", "paid")
    assert notes(customer) == [(-SECOND, "paid")]
    assert [payment.status for payment in customer.payments(renewal)] == ["succeeded"]
    assert models.Refund.objects.get().amount_minor == SECOND
    assert_books_agree(customer.id, customer.sandbox)
    mail = models.Mail.objects.filter(kind="return_order").first()
    assert mail is not None
    send_mail(mail, customer.now)
    assert mailoutbox[-1].subject == f"A part of order {renewal.number} is returned"
    assert "€420.00 goes back to" in mailoutbox[-1].body


def test_then_the_rest_goes_back_too(customer: Customer, renewal: models.Order, other: models.Subscription) -> None:
    give_back(customer, renewal, other)
    with pytest.raises(Refusal, match="not_in_order"):
        customer.preview(ReturnOrder(str(renewal.id), (str(other.id),)))
    customer.now += timedelta(days=3)
    give_back(customer, renewal)
    renewal.refresh_from_db()
    assert statuses(customer.subscription, other) == ["expired", "expired"]
    assert (renewal.status, customer.invoice(renewal).status) == ("returned", "credited")
    assert notes(customer) == [(-SECOND, "paid"), (-FIRST, "paid")]
    assert [payment.status for payment in customer.payments(renewal)] == ["refunded"]
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)
    with account_scope(customer.id):
        latest, first = read_returns(customer.id, renewal.id)
    assert latest.note is not None
    assert first.note is not None
    assert (latest.note.number, first.note.number) == ("CN-000002", "CN-000001")


def test_the_tax_of_the_parts_is_the_tax_of_the_invoice(customer: Customer, other: models.Subscription) -> None:
    models.Account.objects.update(country="SE", currency="EUR")
    on_day(customer, RENEWAL)
    order = models.Order.objects.get(action="renew")
    give_back(customer, order, customer.subscription)
    give_back(customer, order, other)
    first, second = models.Invoice.objects.filter(kind="credit_note").order_by("number")
    assert first.tax_minor + second.tax_minor == -customer.invoice(order).tax_minor
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)


def test_the_same_part_submitted_twice_is_given_back_once(
    customer: Customer, renewal: models.Order, other: models.Subscription
) -> None:
    ask = ReturnOrder(str(renewal.id), (str(other.id),))
    first, second = customer.preview(ask), customer.preview(ask)
    customer.submit(first)
    with pytest.raises(Refusal, match="not_in_order"):
        customer.submit(second)
    assert models.Refund.objects.count() == 1


def test_a_later_order_stands_in_the_way_of_its_own_subscription_only(
    customer: Customer, renewal: models.Order, other: models.Subscription
) -> None:
    seats = customer.buy_seats(1)
    with pytest.raises(Refusal) as refused:
        customer.preview(ReturnOrder(str(renewal.id)))
    assert [reason.facts["order"] for reason in refused.value.reasons] == [seats.number]
    give_back(customer, renewal, other)
    give_back(customer, seats)
    give_back(customer, renewal)
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)


def test_what_was_returned_in_part_and_is_turned_off_after_that_gives_nothing_back_twice(
    customer: Customer, renewal: models.Order, other: models.Subscription
) -> None:
    give_back(customer, renewal, other)
    customer.submit(customer.preview(SetAutoRenew((str(customer.subscription.id),), on=False)))
    assert notes(customer) == [(-SECOND, "paid")]
    with account_scope(customer.id):
        (past,) = (one for one in load_past_orders(customer.id, customer.now.date()) if one.id == str(renewal.id))
    assert (past.returned, past.subscription_ids) == (
        frozenset({str(other.id)}),
        frozenset({str(customer.subscription.id)}),
    )


def test_what_the_bank_took_back_and_is_returned_in_part_is_owed_without_that_part(customer: Customer) -> None:
    """The note ends a part of the debt, and what is paid again is the rest."""
    method = customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    other = factories.make_subscription(
        account=customer.account, payment_method=method, anchor=date(2026, 4, 1), renews_on=date(2027, 4, 1)
    )
    stored = customer.preview(AlignDates((str(customer.subscription.id), str(other.id)), on=date(2027, 6, 1)))
    order_id = customer.submit(stored).order_id
    assert order_id is not None
    order = models.Order.objects.get(id=order_id)
    for days in (0, 6, 10):
        customer.now += timedelta(days=days)
        customer.sandbox.set_clock(customer.now)
        collect_due(now=customer.now)
        (payment,) = customer.payments(order)
        reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    payment.refresh_from_db()
    assert (payment.status, customer.invoice(order).status) == ("reversed", "open")
    give_back(customer, order, other)
    assert models.Refund.objects.count() == 0
    gone = -models.Invoice.objects.get(kind="credit_note").total_minor
    again = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert again.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=again.payment_id, now=customer.now)
    whole = customer.invoice(order).total_minor
    assert [one.amount_minor for one in customer.payments(order)] == [whole, whole - gone]
    assert 0 < gone < whole
    other.refresh_from_db()
    assert (str(other.renews_on), other.status, customer.invoice(order).status) == ("2027-04-01", "active", "paid")
    assert_books_agree(customer.id, customer.sandbox)
    give_back(customer, order)
    assert customer.ledger() == {}
    assert_books_agree(customer.id, customer.sandbox)
