"""Rows from before lines had a tax of their own: what the migration fills in is what they meant."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from tenor.db import migrations, models
from tests.support.documents import (
    make_invoice,
    make_invoice_line,
    make_order,
    make_order_line,
    make_quote,
    make_tax_line,
)
from tests.support.factories import make_account, make_method, make_subscription

pytestmark = pytest.mark.django_db

[FILE] = Path(str(migrations.__path__[0])).glob("*_tax_of_each_line.py")
FILL: str = import_module(f"{migrations.__name__}.{FILE.stem}").FILL


def fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(FILL)


@pytest.mark.parametrize(("net", "included"), [(38_219, False), (30_575, True)])
def test_an_order_was_priced_with_tax_where_it_shows(net: int, included: bool) -> None:
    account = make_account()
    subscription = make_subscription(account=account)
    order = make_order(account=account, subscriptions=(subscription,), method=make_method(account=account))
    line = make_order_line(order=order, subscription=subscription, net_minor=net)
    invoice = make_invoice(account=account, order=order)
    billed = make_invoice_line(invoice=invoice, net_minor=net)
    taxed = make_tax_line(invoice=invoice, net_minor=net)
    fill()
    for row in (line, billed, taxed):
        row.refresh_from_db()
        assert row.tax_included is included
    assert (line.tax, taxed.tax, billed.tax_position, taxed.position) == (None, None, 1, 1)


def test_what_still_waits_has_the_decision_of_its_quote() -> None:
    account = make_account()
    subscription = make_subscription(account=account)
    quote = make_quote(account=account, outcome={"tax": {"country": "FI", "rate": "6/25"}})
    order = make_order(account=account, subscriptions=(subscription,), quote=quote)
    line = make_order_line(order=order, subscription=subscription, carried=True)
    fill()
    line.refresh_from_db()
    assert line.tax == {"country": "FI", "rate": "6/25"}


def test_a_paid_period_is_priced_as_the_line_that_paid_for_it() -> None:
    account = make_account()
    subscription = make_subscription(account=account)
    period = models.PaidPeriod.objects.get(subscription=subscription)
    order = make_order(account=account, subscriptions=(subscription,), method=make_method(account=account))
    paid = {"kind": "term", "starts_on": period.starts_on, "ends_on": period.ends_on}
    make_order_line(order=order, subscription=subscription, net_minor=30_575, **paid)
    fill()
    period.refresh_from_db()
    assert period.tax_included is True


def test_lines_can_not_be_changed_after_it() -> None:
    account = make_account()
    invoice = make_invoice(account=account)
    line = make_invoice_line(invoice=invoice)
    fill()
    with pytest.raises(Exception, match="lines of invoices never change"):
        models.InvoiceLine.objects.filter(id=line.id).update(tax_included=True)
