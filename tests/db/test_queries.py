"""What pages read: the right rows of the right account, in a counted number of queries."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tenor.db import models
from tenor.db.ids import new_id
from tenor.db.queries.events import history
from tenor.db.queries.home import MonthSpend, spend_by_month
from tenor.db.queries.mailbox import find_mail, newest_mails
from tenor.db.queries.orders import Search, find_events
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


EVERY = Search()


def test_orders_come_newest_first_with_their_invoice(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    account = factories.make_account()
    documents.make_order(account=factories.make_account())
    first = documents.make_order(account=account)
    second = documents.make_order(account=account, placed_at=factories.NOW + timedelta(hours=1))
    documents.make_invoice(account=account, order=first, status="void")
    invoice = documents.make_invoice(account=account, order=first)

    with django_assert_num_queries(1):
        rows = find_events(account.id, EVERY, limit=10).rows

    assert [row.order_id for row in rows] == [second.id, first.id]
    assert [row.invoice for row in rows] == ["", invoice.number]
    assert rows[1].total == Money(47_774, "EUR")
    assert [row.order_id for row in find_events(account.id, EVERY, limit=1).rows] == [second.id]
    assert [row.order_id for row in find_events(account.id, EVERY, limit=1, offset=1).rows] == [first.id]
    assert find_events(account.id, EVERY, limit=1).total == 2


def test_a_credit_note_is_an_event_of_its_own_beside_its_order() -> None:
    account = factories.make_account()
    order = documents.make_order(account=account)
    invoice = documents.make_invoice(account=account, order=order)
    note = documents.make_invoice(
        account=account,
        order=order,
        kind="credit_note",
        corrects=invoice,
        net_minor=-38_219,
        tax_minor=-9_555,
        total_minor=-47_774,
        created_at=factories.NOW + timedelta(days=1),
    )
    newest, oldest = find_events(account.id, EVERY, limit=10).rows
    assert (newest.note_id, newest.number, newest.invoice) == (note.id, note.number, invoice.number)
    assert newest.total == Money(-47_774, "EUR")
    assert (oldest.note_id, oldest.number) == (None, order.number)


def test_events_are_found_by_numbers_and_by_what_they_are_about() -> None:
    account = factories.make_account()
    office = factories.make_subscription(account=account, label="Office Malmö", cost_center="4711")
    found = documents.make_order(account=account, subscriptions=(office,))
    invoice = documents.make_invoice(account=account, order=found)
    documents.make_order(account=account, subscriptions=(factories.make_subscription(account=account),))
    for typed in (found.number, str(invoice.number).lower(), office.number, "malmö", "4711 OFFICE", "4711 draft"):
        rows = find_events(account.id, Search(words=tuple(typed.split())), limit=10).rows
        assert [row.order_id for row in rows] == [found.id], typed
    assert rows[0].subscriptions == (str(office.id),)
    for typed in ("nothing", "malmö nothing", "%", "_"):
        assert find_events(account.id, Search(words=tuple(typed.split())), limit=1).total == 0


def test_events_are_found_by_state_and_by_the_accounts_own_day() -> None:
    account = factories.make_account()
    late = factories.NOW.replace(hour=23, minute=30)
    order = documents.make_order(account=account, placed_at=late)
    day = late.date()
    assert find_events(account.id, Search(states=frozenset({"submitted"})), limit=1).total == 1
    assert find_events(account.id, Search(states=frozenset({"fulfilled"})), limit=1).total == 0
    assert find_events(account.id, Search(first=day, last=day), limit=1).total == 1
    assert find_events(account.id, Search(last=day - timedelta(days=1)), limit=1).total == 0
    in_sweden = Search(first=day + timedelta(days=1), zone="Europe/Stockholm")
    assert [row.order_id for row in find_events(account.id, in_sweden, limit=1).rows] == [order.id]


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


def test_nothing_of_another_account_is_read() -> None:
    mine, other = factories.make_account(), factories.make_account()
    asked = canonical(Request(Actor("", "", Role.BUYER), AddSeats("s", 1)))
    order = documents.make_order(account=other, quote=documents.make_quote(account=other, request=asked))
    assert read_receipt(mine.id, order.id) is None
    assert order.quote_id is not None
    assert find_quote(mine.id, order.quote_id) == (None, None)
    assert find_events(mine.id, EVERY, limit=10).rows == ()


def test_the_history_of_a_subscription_has_each_of_its_orders_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    account = factories.make_account()
    subscription, other = factories.make_subscription(account=account), factories.make_subscription(account=account)
    order = documents.make_order(account=account, subscriptions=(subscription,))
    documents.make_order_line(order=order, subscription=subscription)
    documents.make_order_line(order=order, subscription=other, position=2)
    for kind in ("order_placed", "payment_failed", "payment_succeeded", "order_fulfilled"):
        documents.make_event(account=account, kind=kind, order=order, after={"decline": "expired_card"})
    documents.make_event(
        account=account, kind="subscription_expired", subscription=subscription, at=factories.NOW + timedelta(1)
    )
    documents.make_event(account=account, kind="subscription_expired", subscription=other)

    with django_assert_num_queries(1):
        told = history(account.id, subscription.id)

    assert [event.kind for event in told] == ["subscription_expired", "order_placed"]
    placed = told[1].order
    assert told[0].order is None
    assert placed is not None
    assert (placed.number, placed.decline, placed.is_standing) == (order.number, "expired_card", False)
    assert [(line.seats, line.amount) for line in placed.lines] == [(3, Money(38_219, "EUR"))]


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
