"""Rows keep the tax that a line was sold with: orders, invoices of several rates, credit notes, what waits."""

import dataclasses
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.db.past_orders import load_past_orders
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.db.queries.receipts import read_receipt
from tenor.domain.requests import AddSeats, Ask, ChangePlan, RenewEarly, ReturnOrder
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.give_back import credit_whole
from tenor.usecases.load import lock_and_load
from tenor.usecases.record_sale import Sale, record_sale
from tenor.usecases.renew_account import renew_account
from tenor.usecases.send_refund import send_refund
from tenor.worker.mails import send_mail
from tests.support.customer import Customer
from tests.support.due_book import NIGHT
from tests.support.factories import make_plan, make_price, touch_catalog


@pytest.fixture
def buyer(customer: Customer) -> Customer:
    """A customer of the Dutch seller at home, with 21 %, and a plan above for which prices have tax in them."""
    move(customer, country="NL", region="")
    seller = customer.account.seller
    make_plan(seller=seller, code="premium")
    make_price(seller=seller, plan_code="premium", list_minor=93_000, renewal_minor=83_700, tax_included=True)
    sale = Sale("draft", "standard", 12, 3, customer.method.id)
    sold = record_sale(account_id=customer.id, sale=sale, actor=customer.actor, now=customer.now)
    assert sold.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=sold.payment_id, now=customer.now)
    return dataclasses.replace(customer, subscription=models.Subscription.objects.get(id=sold.subscription_id))


def move(customer: Customer, **fields: Any) -> None:
    models.Account.objects.filter(id=customer.id).update(**fields)
    customer.account.refresh_from_db()


def do(customer: Customer, ask: Ask) -> models.Order:
    submitted = customer.submit(customer.preview(ask))
    if submitted.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    for refund in submitted.refunds:
        send_refund(account_id=customer.id, refund_id=refund, now=customer.now)
    return models.Order.objects.get(id=submitted.order_id or str(getattr(ask, "order_id", "")))


def upgrade(buyer: Customer) -> models.Order:
    return do(buyer, ChangePlan(str(buyer.subscription.id), "premium", "now"))


def broken() -> list[tuple[str, str]]:
    return [(each.name, row.facts) for each in INVARIANTS for row in find_offenders(each, 5)]


def tax_rows(document: models.Invoice) -> list[tuple[int, str, Decimal, bool, int, int]]:
    """Place, category, rate, inclusion, net and tax of a document's tax lines."""
    rows = models.InvoiceTaxLine.objects.filter(invoice=document).order_by("position")
    return [
        (row.position, row.category, row.rate.normalize(), row.tax_included, row.net_minor, row.tax_minor)
        for row in rows
    ]


MOVES: dict[str, tuple[dict[str, Any], str, Decimal]] = {
    "to another rate": ({"country": "GB"}, "S", Decimal("0.2")),
    "a VAT id came": (
        {"country": "SE", "vat_id": "SE556677889901", "vat_id_checked_on": date(2026, 11, 1)},
        "AE",
        Decimal(0),
    ),
    "out of the Union": ({"country": "US", "region": "NY"}, "G", Decimal(0)),
}


@pytest.mark.parametrize("moved", MOVES)
def test_an_upgrade_credits_at_the_rate_of_the_sale_and_a_return_brings_all_of_it_back(
    buyer: Customer, moved: str
) -> None:
    fields, category, rate = MOVES[moved]
    move(buyer, **fields)
    order = upgrade(buyer)
    invoice = buyer.invoice(order)
    first, second = tax_rows(invoice)
    assert first == (1, "S", Decimal("0.21"), False, -1395_00, -292_95)
    assert second[:3] == (2, category, rate)
    assert second[3] is bool(rate)
    assert second[4] + second[5] == 2790_00
    lines = models.InvoiceLine.objects.filter(invoice=invoice).order_by("position")
    assert [(one.tax_position, one.tax_category, one.tax_included) for one in lines] == [
        (1, "S", False),
        (2, category, True),
    ]
    assert invoice.total_minor == 2790_00 - 1687_95 == order.total_minor
    order_lines = models.OrderLine.objects.filter(order=order).order_by("position")
    assert [(one.tax or {}).get("rule") for one in order_lines] == ["own_country", None]
    assert broken() == []
    do(buyer, ReturnOrder(str(order.id)))
    note = models.Invoice.objects.get(corrects=invoice)
    assert [(*row[:4], -row[4], -row[5]) for row in tax_rows(note)] == [first, second]
    assert broken() == []
    buyer.subscription.refresh_from_db()
    assert buyer.subscription.plan_code == "standard"


def test_the_order_reads_back_as_it_was_agreed(buyer: Customer) -> None:
    move(buyer, country="GB")
    order = upgrade(buyer)
    receipt = read_receipt(buyer.id, order.id)
    assert receipt is not None
    agreed = [(tax.decision.country, tax.included) for tax in receipt.quote.taxes]
    assert agreed == [("NL", False), ("GB", True)]
    [sale, change] = load_past_orders(buyer.id, buyer.now.date())
    assert sale.quote.taxes[0] == change.quote.taxes[0]


def test_the_mail_and_the_page_words_say_the_tax_of_each_line(buyer: Customer, mailoutbox: list[EmailMessage]) -> None:
    move(buyer, country="GB")
    order = upgrade(buyer)
    mail = models.Mail.objects.filter(kind="order_fulfilled", subject_id=order.id).first()
    assert mail is not None
    send_mail(mail, buyer.now)
    body = " ".join(str(mailoutbox[-1].body).split())
    assert "plus 21% VAT" in body
    assert "incl. 20% VAT" in body
    assert "VAT 21%" in body
    assert "VAT 20%" in body


def small(buyer: Customer) -> models.Order:
    """An order that is too small to be collected: it waits, with the tax of its day."""
    seller = buyer.account.seller
    seller.policy = {"gateway_minimum": {"EUR": 100_000}}
    seller.save(update_fields=["policy"])
    touch_catalog(seller)
    order = do(buyer, AddSeats(str(buyer.subscription.id), 1))
    assert not models.Invoice.objects.filter(order=order).exists()
    line = models.OrderLine.objects.get(order=order)
    assert (line.carried, line.tax_included, (line.tax or {}).get("country")) == (True, False, "NL")
    return order


def test_what_waits_is_billed_with_the_tax_of_its_sale_and_goes_back_with_it(buyer: Customer) -> None:
    waited = small(buyer)
    move(buyer, country="GB")
    bill = upgrade(buyer)
    rates = [(row[0], row[2], row[3]) for row in tax_rows(buyer.invoice(bill))]
    assert rates == [(1, Decimal("0.21"), False), (2, Decimal("0.2"), True)]
    lines = models.InvoiceLine.objects.filter(invoice=buyer.invoice(bill)).order_by("position")
    assert [(line.kind, line.tax_position) for line in lines][-1] == ("carried", 1)
    assert broken() == []
    do(buyer, ReturnOrder(str(bill.id)))
    assert broken() == []
    do(buyer, ReturnOrder(str(waited.id)))
    notes = models.Invoice.objects.filter(corrects=buyer.invoice(bill)).order_by("created_at", "id")
    assert [row[0] for row in tax_rows(notes[1])] == [1]
    assert buyer.invoice(bill).status == "credited"
    assert broken() == []


def test_a_renewal_with_what_waited_is_credited_whole_by_kind(buyer: Customer) -> None:
    """An unpaid one that is given up: both rates come back, each to the cent."""
    small(buyer)
    move(buyer, country="GB")
    models.Subscription.objects.filter(account=buyer.account).exclude(id=buyer.subscription.id).update(auto_renew=False)
    buyer.now = NIGHT + timedelta(days=300)
    buyer.sandbox.set_clock(buyer.now)
    renew_account(account_id=buyer.id, now=buyer.now)
    order = models.Order.objects.get(action="renew")
    invoice = buyer.invoice(order)
    assert [(row[0], row[2]) for row in tax_rows(invoice)] == [(1, Decimal("0.2")), (2, Decimal("0.21"))]
    loaded = lock_and_load(buyer.id, buyer.now)
    credit_whole(loaded, invoice, "given_up")
    note = models.Invoice.objects.get(corrects=invoice)
    assert [(row[0], -row[4], -row[5]) for row in tax_rows(note)] == [
        (row[0], row[4], row[5]) for row in tax_rows(invoice)
    ]
    assert "each_tax_sums_its_lines" not in {name for name, _ in broken()}


def test_a_term_paid_ahead_is_credited_with_its_own_tax(buyer: Customer) -> None:
    buyer.now = NIGHT + timedelta(days=230)
    buyer.sandbox.set_clock(buyer.now)
    do(buyer, RenewEarly((str(buyer.subscription.id),), str(buyer.method.id)))
    move(buyer, country="GB")
    stored = buyer.preview(ChangePlan(str(buyer.subscription.id), "premium", "now"))
    shown = [(tax.decision.country, tax.included) for tax in stored.quote.taxes]
    assert shown == [("NL", False), ("GB", True)] * 2
