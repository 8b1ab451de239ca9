"""Where a document has several kinds of tax, each line says its own: on review and receipt, in every language."""

import pytest
from django.test import Client
from django.urls import reverse

from tenor.db import models
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.record_sale import Sale, record_sale
from tests.portal.flows.conftest import Counter, text
from tests.support import factories


@pytest.fixture
def moved(counter: Counter) -> Counter:
    """Bought in the Netherlands before tax, changed in the United Kingdom at a price with tax in it."""
    customer = counter.customer
    seller = customer.account.seller
    factories.make_plan(seller=seller, code="premium")
    factories.make_price(seller=seller, plan_code="premium", list_minor=93_000, renewal_minor=83_700, tax_included=True)
    models.Account.objects.filter(id=customer.id).update(country="NL", region="")
    sale = Sale("draft", "standard", 12, 3, customer.method.id)
    sold = record_sale(account_id=customer.id, sale=sale, actor=customer.actor, now=customer.now)
    assert sold.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=sold.payment_id, now=customer.now)
    models.Account.objects.filter(id=customer.id).update(country="GB")
    customer.subscription = models.Subscription.objects.get(id=sold.subscription_id)
    return counter


SAID = {
    "en": ("plus 21% VAT", "incl. 20% VAT", "VAT 21%", "VAT 20%", "Dutch VAT, as when it was sold."),
    "sv": (
        "plus 21 % moms",
        "inkl. 20 % moms",
        "Moms 21 %",
        "Moms 20 %",
        "Nederländsk moms, som vid köpet.",
    ),
    "nl": (
        "plus 21% btw",
        "incl. 20% btw",
        "Btw 21%",
        "Btw 20%",
        "Nederlandse btw, zoals bij de aankoop.",
    ),
}


def read(browser: Client, address: str) -> str:
    return text(browser.get(address)).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", SAID)
def test_each_line_says_its_tax(moved: Counter, language: str) -> None:
    moved.browser.cookies["django_language"] = language
    address = reverse("portal:change_plan", args=[moved.customer.subscription.id])
    review = moved.browser.post(address, {"plan": "premium", "when": "now"}).headers["Location"]
    page = read(moved.browser, review)
    assert [said for said in SAID[language] if said not in page] == []
    moved.browser.post(review)
    order = models.Order.objects.get(action="change_plan")
    receipt = read(moved.browser, moved.order_url(order))
    assert [said for said in SAID[language] if said not in receipt] == []


def test_the_return_says_it_too(moved: Counter) -> None:
    address = reverse("portal:change_plan", args=[moved.customer.subscription.id])
    review = moved.browser.post(address, {"plan": "premium", "when": "now"}).headers["Location"]
    moved.browser.post(review)
    order = models.Order.objects.get(action="change_plan")
    page = read(moved.browser, reverse("portal:return_order", args=[order.id]))
    assert "plus 21% VAT" in page
    assert "incl. 20% VAT" in page
