"""What pages read: the right rows of the right account, in a counted number of queries."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tenor.db import models
from tenor.db.ids import new_id
from tenor.db.queries.events import history
from tenor.db.queries.home import MonthSpend, spend_by_month
from tenor.db.queries.mailbox import find_mail, newest_mails
from tenor.db.queries.orders import list_orders
from tenor.db.queries.quotes import find_quote
from tenor.db.queries.receipts import read_receipt
from tenor.db.queries.support import read_support
from tenor.domain.account import Actor, Role
from tenor.domain.money import Money
from tenor.domain.planner import plan
from tenor.domain.quote import canonical
from tenor.domain.requests import AddSeats, Request
from tests.domain import builders
from tests.support import documents, factories

pytestmark = pytest.mark.django_db


def test_orders_come_newest_first_with_their_invoice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    account = factories.make_account()
    documents.make_order(account=factories.make_account())
    first = documents.make_order(account=account)
    second = documents.make_order(account=account, placed_at=factories.NOW + timedelta(hours=1))
    documents.make_invoice(account=account, order=first, status="void")
    invoice = documents.make_invoice(account=account, order=first)

    with django_assert_num_queries(1):
        rows = list_orders(account.id)

    assert [row.id for row in rows] == [second.id, first.id]
    assert [row.invoice_number for row in rows] == ["", invoice.number]
    assert rows[1].total == Money(47_774, "EUR")
    assert [row.id for row in list_orders(account.id, limit=1)] == [second.id]


def test_a_receipt_has_what_was_agreed_its_document_and_every_try(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    account = factories.make_account()
    method = factories.make_method(account=account)
    subscription = factories.make_subscription(account=account)
    agreed = plan(builders.account(), builders.offer(), Request(builders.ALICE, AddSeats("s1", 3)), builders.TODAY)
    quote = documents.make_quote(account=account, outcome=canonical(agreed))
    order = documents.make_order(
        account=account,
        subscriptions=(subscription,),
        quote=quote,
        effects=canonical(agreed.effects),
        placed_by_staff="Sven",
    )
    documents.make_order_line(order=order, subscription=subscription)
    invoice = documents.make_invoice(account=account, order=order)
    failed = documents.make_payment(invoice=invoice, status="failed", method=method, decline_code="expired_card")
    latest = documents.make_payment(invoice=invoice, method=method, created_at=factories.NOW + timedelta(hours=1))

    with django_assert_num_queries(1):
        receipt = read_receipt(account.id, order.id)

    assert receipt is not None
    assert receipt.document is not None
    assert (receipt.document.number, receipt.document.issued_on) == (invoice.number, factories.TODAY)
    assert receipt.staff == "Sven"
    assert receipt.quote == agreed
    assert [attempt.id for attempt in receipt.attempts] == [failed.id, latest.id]
    assert [attempt.method_label for attempt in receipt.attempts] == ["Visa 4242", "Visa 4242"]
    assert [row.id for row in list_orders(account.id, subscription_id=subscription.id)] == [order.id]
    assert list_orders(account.id, subscription_id=new_id()) == ()


def test_nothing_of_another_account_is_read() -> None:
    mine, other = factories.make_account(), factories.make_account()
    asked = canonical(Request(Actor("", "", Role.BUYER), AddSeats("s", 1)))
    order = documents.make_order(account=other, quote=documents.make_quote(account=other, request=asked))
    assert read_receipt(mine.id, order.id) is None
    assert order.quote_id is not None
    assert find_quote(mine.id, order.quote_id) == (None, None)
    assert list_orders(mine.id) == ()


def test_the_history_of_a_subscription_has_its_orders_events_too() -> None:
    account = factories.make_account()
    subscription, other = factories.make_subscription(account=account), factories.make_subscription(account=account)
    order = documents.make_order(account=account, subscriptions=(subscription,))
    documents.make_event(account=account, kind="order_placed", order=order)
    documents.make_event(
        account=account, kind="subscription_expired", subscription=subscription, at=factories.NOW + timedelta(1)
    )
    documents.make_event(account=account, kind="subscription_expired", subscription=other)

    told = history(account.id, subscription.id)

    assert [event.kind for event in told] == ["subscription_expired", "order_placed"]
    assert [event.order_number for event in told] == ["", order.number]


def book(invoice: models.Invoice, debit: str, credit: str, minor: int, on: date) -> None:
    documents.make_posting(invoice=invoice, debit=debit, credit=credit, amount_minor=minor, booked_on=on)


def test_spend_is_what_was_paid_less_what_came_back_in_the_month_in_which_it_moved() -> None:
    invoice = documents.make_invoice(account=factories.make_account())
    for debit, credit, minor, on in (
        ("receivable", "deferred_revenue", 38_219, date(2026, 1, 31)),  # issued, not paid
        ("clearing", "receivable", 47_774, date(2026, 2, 1)),
        ("clearing", "unapplied", 1_000, date(2026, 2, 2)),  # without a claim to it, and given back
        ("unapplied", "clearing", 1_000, date(2026, 2, 28)),
        ("receivable", "clearing", 10_000, date(2026, 3, 1)),
        ("clearing", "receivable", 5_000, date(2025, 3, 1)),
    ):
        book(invoice, debit, credit, minor, on)
    assert spend_by_month(invoice.account_id, 2026) == (
        MonthSpend(date(2026, 2, 1), Money(47_774, "EUR")),
        MonthSpend(date(2026, 3, 1), Money(-10_000, "EUR")),
    )


def test_an_invoice_that_is_not_paid_and_its_credit_note_are_no_spend() -> None:
    invoice = documents.make_invoice(account=factories.make_account())
    documents.make_invoice(
        account=invoice.account,
        kind="credit_note",
        corrects=invoice,
        net_minor=-38_219,
        tax_minor=-9_555,
        total_minor=-47_774,
    )
    book(invoice, "receivable", "deferred_revenue", 38_219, date(2026, 11, 21))
    book(invoice, "deferred_revenue", "receivable", 38_219, date(2026, 11, 21))
    assert spend_by_month(invoice.account_id, 2026) == ()


def test_support_contacts_are_the_sellers() -> None:
    account = factories.make_account()
    found = read_support(account.id)
    assert found is not None
    assert (found.seller_name, found.contacts["email"]) == ("Northline", "help@northline.example")
    assert read_support(new_id()) is None


def test_the_mailbox_shows_what_was_sent_newest_first() -> None:
    old = models.SentMail.objects.create(to="a@example.com", subject="Old", sent_at=factories.NOW)
    new = models.SentMail.objects.create(to="b@example.com", subject="New", sent_at=factories.NOW + timedelta(1))
    assert [mail.subject for mail in newest_mails()] == ["New", "Old"]
    found = find_mail(old.id)
    assert found is not None
    assert found.to == "a@example.com"
    new.delete()
    assert find_mail(new_id()) is None
