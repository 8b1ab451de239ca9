"""What a document says adds up when it is made, and `tenor check` finds what does not without asking the postings."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.effects import GiveBack
from tenor.domain.money import Money
from tenor.domain.requests import AddSeats
from tenor.usecases.demand_payment import draft_invoice
from tenor.usecases.give_back import give_back
from tenor.usecases.load import load
from tests.db.world import copy, lift_guards
from tests.support import factories
from tests.support.customer import Customer
from tests.support.documents import make_invoice, make_order

pytestmark = pytest.mark.django_db


def found(name: str) -> list[str]:
    (invariant,) = (one for one in INVARIANTS if one.name == name)
    return [one.facts for one in find_offenders(invariant, 10)]


def numbered(*numbers: int) -> None:
    """Invoices of one seller with these numbers, in a database that lets them be given twice."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE db_invoice DROP CONSTRAINT an_invoice_number_is_given_once_a_seller")
    account = factories.make_account()
    for number in numbers:
        make_invoice(account=account, number=f"INV-{number:06d}", status="open")
    models.NumberSeries.objects.filter(seller=account.seller, series="invoice").update(next_number=max(numbers) + 1)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((1, 2, 3, 4), []),
        ((1, 2, 2, 4), ["INV-000002 is the number of 2 documents", "3 documents from 1 to 4"]),
        ((1, 2, 2, 3), ["INV-000002 is the number of 2 documents"]),
        ((1, 2, 4), ["3 documents from 1 to 4"]),
        ((1, 1, 1, 4), ["INV-000001 is the number of 3 documents", "2 documents from 1 to 4"]),
    ],
)
def test_a_number_given_twice_does_not_hide_one_that_is_missing(numbers: tuple[int, ...], told: list[str]) -> None:
    numbered(*numbers)
    facts = " / ".join(found("document_numbers_have_no_gaps"))
    assert all(each in facts for each in told)
    assert bool(facts) == bool(told)


CHANGES: list[tuple[str, Callable[[Any], object]]] = [
    ("net and total", lambda invoice: _change(invoice, net_minor=F("net_minor") + 1, total_minor=F("total_minor") + 1)),
    ("tax and total", lambda invoice: _change(invoice, tax_minor=F("tax_minor") + 1, total_minor=F("total_minor") + 1)),
    ("the net of a rate", lambda invoice: _of(models.InvoiceTaxLine, invoice, net_minor=F("net_minor") + 1)),
    ("the amount of a line", lambda invoice: _of(models.InvoiceLine, invoice, amount_minor=F("amount_minor") + 500)),
    ("a line twice", lambda invoice: copy(models.InvoiceLine.objects.get(invoice=invoice), position=2)),
]


def _change(invoice: models.Invoice, **values: object) -> None:
    models.Invoice.objects.filter(id=invoice.id).update(**values)


def _of(model: Any, invoice: models.Invoice, **values: object) -> None:
    model.objects.filter(invoice=invoice).update(**values)


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=[what for what, _ in CHANGES])
def test_a_document_that_does_not_add_up_is_found(
    what: str, change: Callable[[Any], object], customer: Customer
) -> None:
    models.Account.objects.update(country="SE")
    invoice = customer.invoice(customer.buy_seats(3))
    assert found("documents_add_up") == [], what
    lift_guards()
    change(invoice)
    assert found("documents_add_up")


def test_an_invoice_whose_total_is_not_the_sum_of_its_lines_is_not_made(customer: Customer) -> None:
    quote = customer.preview(AddSeats(str(customer.subscription.id), 1)).quote
    more = Money(1, quote.total.currency)
    loaded, order = load(customer.id, customer.now), make_order(account=customer.account)
    with pytest.raises(ValueError, match="the lines do not add up"):
        draft_invoice(loaded, order, replace(quote, net=quote.net + more, total=quote.total + more), [])
    with pytest.raises(ValueError, match="the tax lines do not add up"):
        draft_invoice(loaded, order, replace(quote, tax_total=quote.tax_total + more, total=quote.total + more), [])


def test_a_credit_note_whose_lines_are_not_its_net_is_not_issued(customer: Customer) -> None:
    order = customer.buy_seats(3)
    nothing = Money.zero("EUR")
    effect = GiveBack(order_id=str(order.id), amounts=(nothing,), nets=(Money(-100, "EUR"),), tax=nothing)
    with pytest.raises(ValueError, match="do not add up"):
        give_back(load(customer.id, customer.now), effect, "by mistake")
