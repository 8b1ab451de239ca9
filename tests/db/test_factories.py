"""The factories of tests/support make rows that every constraint accepts."""

import pytest

from tenor.db import models
from tests.support import documents, factories

pytestmark = pytest.mark.django_db


def test_one_of_everything_can_be_made() -> None:
    account = factories.make_account()
    factories.make_member(account=account)
    method = factories.make_method(account=account)
    subscription = factories.make_subscription(account=account, payment_method=method)
    factories.make_change(subscription=subscription)
    order = documents.make_order(account=account, subscriptions=(subscription,), method=method)
    documents.make_order_line(order=order, subscription=subscription)
    invoice = documents.make_invoice(account=account, order=order)
    documents.make_invoice_line(invoice=invoice)
    documents.make_tax_line(invoice=invoice)
    payment = documents.make_payment(invoice=invoice, method=method)
    documents.make_refund(payment=payment)
    documents.make_posting(invoice=invoice)
    documents.make_event(account=account, order=order)
    documents.make_mail(account=account)

    assert models.PaidPeriod.objects.filter(account=account, subscription=subscription).count() == 1
    assert models.Account.objects.get(id=account.id).seller_id == account.seller_id
