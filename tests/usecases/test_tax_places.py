"""Places apart in the books: what the night charges follows the postal code, in bulk as one by one; free is free."""

from typing import Any

import pytest

from tenor.db import models
from tenor.db.codec import decode_quote
from tenor.domain.account import CustomerType
from tenor.domain.requests import ReduceSeats, SetAutoRenew
from tenor.domain.tax import NOT_KNOWN
from tenor.usecases.renew_account import renew_account
from tenor.usecases.renew_due import renew_due
from tests.support import factories
from tests.support.customer import Customer
from tests.support.due_book import NIGHT, RENEWS

CONSUMER = CustomerType.CONSUMER.value


def due(seller: models.Seller, **place: Any) -> models.Account:
    account = factories.make_account(seller=seller, customer_type=CONSUMER, **place)
    factories.make_method(account=account)
    factories.make_subscription(account=account, anchor=RENEWS.replace(year=RENEWS.year - 1), renews_on=RENEWS)
    return account


def taxed(account: models.Account) -> tuple[str, int, int]:
    invoice = models.Invoice.objects.get(account=account)
    (line,) = models.InvoiceTaxLine.objects.filter(account_id=account.id)
    return line.category, invoice.net_minor, invoice.tax_minor


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"country": "ES", "postal_code": "35001"}, ("G", 126_000, 0)),
        ({"country": "ES", "postal_code": "36001"}, ("S", 126_000, 26_460)),
        ({"country": "ES", "postal_code": "", "region": "TF"}, ("G", 126_000, 0)),
        ({"country": "MC", "postal_code": "98000"}, ("S", 126_000, 25_200)),
        ({"country": "PT", "postal_code": "9500-321"}, ("S", 126_000, 20_160)),
    ],
    ids=str,
)
def test_the_night_charges_the_tax_of_the_place_in_bulk_as_one_by_one(
    place: dict[str, str], expected: tuple[str, int, int]
) -> None:
    seller = factories.make_catalog()
    single = due(seller, **place)
    renew_account(account_id=single.id, now=NIGHT)
    in_bulk = due(seller, **place)
    renew_due(now=NIGHT)
    assert taxed(single) == taxed(in_bulk) == expected


@pytest.mark.parametrize("ask", [SetAutoRenew, ReduceSeats])
def test_what_charges_nothing_is_carried_out_where_the_province_is_missing(customer: Customer, ask: Any) -> None:
    seller = customer.account.seller
    models.TaxRegistration.objects.create(seller=seller, country="CA", number="1")
    models.Account.objects.filter(id=customer.account.id).update(country="CA", region="", postal_code="")
    factories.touch_catalog(seller)
    one = str(customer.subscription.id)
    quoted = customer.preview(ask((one,), False) if ask is SetAutoRenew else ask(one, 2))
    assert quoted.quote.tax.rule == NOT_KNOWN
    stored = decode_quote(models.Quote.objects.get(id=quoted.id).outcome)
    assert (stored, stored.fingerprint) == (quoted.quote, quoted.quote.fingerprint)
    customer.submit(quoted)
    (entry,) = models.ScheduledChange.objects.filter(account=customer.account)
    assert entry.kind == ("auto_renew" if ask is SetAutoRenew else "seats")
