"""Orders and credit notes as one list: what each changed, found by whatever names it; and a file for bookkeeping."""

import csv
from html import unescape
from io import StringIO

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.requests import ReturnOrder
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.label_subscription import Label, label_subscription
from tenor.usecases.record_sale import Sale, record_sale
from tenor.usecases.send_refund import send_refund
from tests.portal.questions import questions
from tests.support import documents
from tests.support.customer import Customer, customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]

Row = dict[str, str]


@pytest.fixture
def alice(customer: Customer) -> Client:
    models.Clock.objects.create(stands_at=customer.now)
    label_subscription(
        account_id=customer.id,
        subscription_id=customer.subscription.id,
        words=Label("Office Malmö", "4711"),
        actor=customer.actor,
        now=customer.now,
    )
    client = Client()
    client.force_login(models.User.objects.get(id=customer.actor.id))
    return client


def page(client: Client, query: str = "") -> str:
    response = client.get(f"/orders/?{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def table(client: Client, query: str = "") -> list[Row]:
    body = client.get(f"/orders.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(body)))


def give_back(customer: Customer, order: models.Order) -> None:
    for refund_id in customer.submit(customer.preview(ReturnOrder(str(order.id)))).refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def test_an_order_says_what_it_changed_and_for_what(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(2)
    shown = page(alice)
    assert "Seats 3 → 5 · " in shown
    assert f'Office Malmö · <span class="nowrap">{customer.subscription.number}</span>' in shown
    assert str(customer.invoice(order).number) in shown
    assert 'data-label="Status"' not in shown  # all are completed


def test_a_credit_note_stands_in_the_same_list(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(2)
    give_back(customer, order)
    shown = page(alice)
    note = models.Invoice.objects.get(kind="credit_note")
    assert shown.count('<tr role="row">') == 3
    assert shown.index(str(note.number)) < shown.index(order.number)
    assert "Credit note" in shown
    assert 'data-label="Status"' in shown
    assert str(note.number) in page(alice, "state=returned")
    assert str(note.number) not in page(alice, "state=open")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=malm%C3%B6", True),
        ("q=4711", True),
        ("q=DRAFT", True),
        ("q=nothing", False),
        ("q=%00malm%C3%B6", True),
        ("from=2026-11-21&to=2026-11-21", True),
        ("from=2026-11-22", False),
        ("to=2026-11-20", False),
        ("state=done", True),
        ("state=ended", False),
        ("state=nonsense&from=never&page=99", True),
    ],
)
def test_what_the_address_asks_for_is_what_is_shown(customer: Customer, alice: Client, query: str, found: bool) -> None:
    order = customer.buy_seats(1)
    shown = page(alice, query)
    assert (order.number in shown) is found
    assert ("No order matches" in shown) is not found
    assert len(table(alice, query)) == found


def test_pages_are_read_one_by_one_and_ask_no_more_questions(customer: Customer, alice: Client) -> None:
    customer.buy_seats(1)
    few = {path: len(questions(alice, path)) for path in ("/orders/", "/orders.csv")}
    for _ in range(70):
        documents.make_order(account=customer.account, subscriptions=(), status="canceled", closed_at=customer.now)
    assert {path: len(questions(alice, path)) for path in few} == few
    assert page(alice).count('<tr role="row">') == 31
    assert page(alice, "page=3").count('<tr role="row">') == 12


# --- the file -----------------------------------------------------------------------------------------------------


def test_the_file_has_a_line_for_each_that_was_billed_and_credited(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(2)
    give_back(customer, order)
    note, invoice = models.Invoice.objects.get(kind="credit_note"), customer.invoice(order)
    credited, billed = table(alice)
    assert billed["Order"] == order.number
    assert (billed["Invoice or credit note"], credited["Invoice or credit note"]) == (invoice.number, note.number)
    assert (billed["Subscription"], billed["Label"], billed["Cost center"]) == (
        customer.subscription.number,
        "Office Malmö",
        "4711",
    )
    assert (billed["Product"], billed["Plan"], billed["Seats"]) == ("Draft", "Standard", "2")
    assert (billed["From"], billed["Until"], billed["Date"]) == ("2026-11-21", "2027-03-01", "2026-11-21")
    assert (billed["Payment method"], billed["Paid on"]) == ("Visa 4242", "2026-11-21")
    assert float(billed["Net"]) == -float(credited["Net"]) > 0
    assert float(billed["Total"]) == float(billed["Net"]) + float(billed["Tax"]) == -float(credited["Total"])
    assert round(float(billed["Total"]) * 100) == order.total_minor


def test_what_has_no_document_has_its_orders_lines(customer: Customer, alice: Client) -> None:
    order = documents.make_order(account=customer.account, subscriptions=(customer.subscription,))
    documents.make_order_line(order=order, subscription=customer.subscription)
    (row,) = table(alice)
    assert (row["Invoice or credit note"], row["Net"], row["Tax"], row["Total"]) == ("", "382.19", "", "")
    assert row["Status"] == "Submitted"


def test_a_documents_lines_add_up_to_its_tax(customer: Customer, alice: Client) -> None:
    order = documents.make_order(account=customer.account, subscriptions=(customer.subscription,))
    invoice = documents.make_invoice(account=customer.account, order=order)
    for position, net in enumerate((10_001, 33_333, -5_115), start=1):
        documents.make_invoice_line(
            invoice=invoice, position=position, net_minor=net, amount_minor=net, subscription=customer.subscription
        )
    documents.make_tax_line(invoice=invoice)
    rows = table(alice)
    assert [row["Tax"] for row in rows] == ["25.00", "83.34", "-12.79"]
    assert sum(round(float(row["Total"]) * 100) for row in rows) == 47_774


def test_an_empty_account_says_so(customer: Customer, alice: Client) -> None:
    assert "No orders yet" in page(alice)
    assert table(alice) == []


def test_what_an_order_opened_is_known_by_its_number(customer: Customer, alice: Client) -> None:
    sale = Sale("draft", "standard", 12, 4, customer.method.id)
    sold = record_sale(account_id=customer.id, sale=sale, actor=customer.actor, now=customer.now)
    assert sold.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=sold.payment_id, now=customer.now)
    number = models.Subscription.objects.get(id=sold.subscription_id).number
    assert f'<span class="nowrap">{number}</span>' in page(alice, f"q={number}")
    (row,) = table(alice, f"q={number}")
    assert (row["Subscription"], row["Seats"]) == (number, "4")
