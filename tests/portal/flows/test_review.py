"""Review and submit: one order a quote, the stale quote beside the new one, and the words that consumers are owed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenor.db import models
from tests.portal.flows.conftest import Counter, signed_in, text
from tests.support import factories

ActingAs = Callable[[str], AbstractContextManager[None]]


def rise(counter: Counter, minor: int = 50_000) -> None:
    """The list price of a year rises today."""
    factories.make_price(
        seller=counter.customer.account.seller,
        list_minor=minor,
        valid_from=factories.TODAY,
        announced_on=factories.TODAY,
    )


def test_the_review_shows_what_is_paid_and_what_comes_next(counter: Counter) -> None:
    page = text(counter.browser.get(counter.review_url(3)))
    assert "To pay now €382.19" in page
    assert "3 now, then 6" in page
    assert "Visa 4242" in page
    assert "March 1, 2027 €2,520.00" in page
    assert "6 seats at €420.00 each, for 1 year" in page
    assert "The seller does not collect sales tax in the United States." in page
    assert "Add 3 seats to Draft" in page
    assert f"{counter.subscription.number} 3 more seats" in page
    assert "Takes effect As soon as it is paid" in page
    assert "Submit order: pay €382.19" in page


def test_what_opens_does_not_move_the_button(counter: Counter) -> None:
    """Total, method, when it takes effect and the button are one block, and what unfolds in it stands below."""
    block = counter.browser.get(counter.review_url(3)).content.decode().split('aria-labelledby="order"')[1]
    block = block.split("</section>")[0]
    total, button, unfolds = (block.index(part) for part in ("To pay now", "button--primary", "<details"))
    assert total < button < unfolds


def test_submit_charges_grants_and_leads_to_the_receipt(counter: Counter) -> None:
    response = counter.browser.post(counter.review_url(3))
    order = counter.order()
    assert response.headers["Location"] == counter.order_url()
    assert (order.status, order.total_minor, counter.subscription.seats) == ("fulfilled", 382_19, 6)
    assert [charge["status"] for charge in counter.customer.charges(order)] == ["succeeded"]


def test_all_of_it_is_done_with_the_rights_of_the_portal(counter: Counter, acting_as: ActingAs) -> None:
    with acting_as("tenor_app"):
        counter.browser.post(counter.review_url(3))
        counter.browser.post(counter.term_url, {"months": "36", "price_36": "117900"})
        counter.browser.post(f"/subscriptions/{counter.customer.subscription.id}/scheduled/term/undo/")
        counter.browser.post("/methods/add/", {"kind": "card"})
        counter.browser.post(f"/methods/{counter.customer.method.id}/default/")
    assert counter.order().status == "fulfilled"
    assert models.ScheduledChange.objects.get().undone_at is not None


def test_submitted_twice_is_one_order_and_one_charge(counter: Counter) -> None:
    review = counter.review_url(3)
    answers = [counter.browser.post(review).headers["Location"] for _ in range(3)]
    assert set(answers) == {counter.order_url()}
    assert len(counter.customer.charges(counter.order())) == 1
    assert counter.subscription.seats == 6
    assert counter.browser.get(review).headers["Location"] == counter.order_url()


def test_looking_at_a_review_submits_nothing(counter: Counter) -> None:
    review = counter.review_url(3)
    for _ in range(2):
        assert counter.browser.get(review).status_code == 200
    assert not models.Order.objects.exists()


def test_a_price_that_rose_is_shown_beside_the_old_one(counter: Counter) -> None:
    review = counter.review_url(3)
    rise(counter)
    stale = counter.browser.post(review)
    assert stale.status_code == 302
    assert stale.headers["Location"] != review
    assert not models.Order.objects.exists()
    page = text(counter.browser.get(stale.headers["Location"]))
    assert "The price changed" in page
    assert "Nothing was charged" in page
    assert "Price of one seat €465.00 €500.00" in page
    assert "Total €382.19 €410.96" in page
    assert "Add 3 seats to Draft" in page
    assert "To pay now €382.19" in page  # the old offer, whole
    assert "To pay now €410.96" in page
    counter.browser.post(stale.headers["Location"])
    assert counter.order().total_minor == 410_96


def test_a_renewal_that_rose_is_compared_as_it_is_charged(counter: Counter) -> None:
    models.Account.objects.filter(id=counter.customer.id).update(country="SE")
    review = counter.review_url(3)
    seller = counter.customer.account.seller
    factories.make_price(seller=seller, renewal_minor=45_000, valid_from=factories.TODAY, announced_on=factories.TODAY)
    page = text(counter.browser.get(counter.browser.post(review).headers["Location"]))
    assert "Next renewal €3,150.00 incl. VAT €3,375.00 incl. VAT" in page


def test_an_offer_that_ran_out_is_made_again_and_not_charged_unseen(counter: Counter) -> None:
    review = counter.review_url(3)
    models.Clock.objects.update(stands_at=counter.customer.now + timedelta(minutes=30))
    assert "This offer has run out" in text(counter.browser.get(review))
    again = counter.browser.post(review).headers["Location"]
    assert not models.Order.objects.exists()
    page = text(counter.browser.get(again))
    assert "Nothing was charged, and the price is the same" in page
    counter.browser.post(again)
    assert counter.order().total_minor == 382_19


def test_what_closed_meanwhile_is_told_with_every_reason(counter: Counter) -> None:
    review = counter.review_url(3)
    models.PaymentMethod.objects.update(status="invalid")
    response = counter.browser.post(review)
    assert response.status_code == 409
    assert "The bank no longer accepts payments by Visa 4242." in text(response)
    assert not models.Order.objects.exists()


def test_a_quote_that_there_is_not_is_not_found(counter: Counter) -> None:
    assert counter.browser.get("/quotes/01900000-0000-7000-8000-000000000000/").status_code == 404


@pytest.mark.parametrize("page", ["review", "seats", "term", "methods"])
def test_a_page_asks_eight_questions_at_most(counter: Counter, page: str) -> None:
    review = counter.review_url(3)
    address = {"review": review, "seats": counter.seats_url, "term": counter.term_url, "methods": "/methods/"}[page]
    counter.browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert counter.browser.get(address).status_code == 200
    asked = [query["sql"] for query in captured if not query["sql"].startswith(ONLY_IN_TESTS)]
    assert len(asked) <= 8, asked


ONLY_IN_TESTS = ("SAVEPOINT", "RELEASE", "SELECT set_config('tenor.account_id', ''")
"""A test is one transaction: a scope in it is a savepoint, and is left by hand."""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Order with obligation to pay"),
        ("sv", "betalningsskyldighet"),
        ("nl", "verplichting"),
    ],
)
@pytest.mark.parametrize("country", ["SE", "NL", "DE"])
def test_consumers_in_the_union_are_told_that_the_button_costs(
    counter: Counter, country: str, language: str, words: str
) -> None:
    consumer = factories.make_account(country=country, customer_type="consumer")
    factories.make_method(account=consumer)
    owned = factories.make_subscription(account=consumer)
    browser = signed_in(factories.make_member(account=consumer).user)
    browser.cookies["django_language"] = language
    review = browser.post(f"/subscriptions/{owned.id}/seats/", {"seats": "1"}).headers["Location"]
    page = text(browser.get(review))
    assert words in page
    assert "Submit order" not in page


def test_a_business_in_the_union_submits_an_order(counter: Counter) -> None:
    models.Account.objects.filter(id=counter.customer.id).update(country="SE")
    page = text(counter.browser.get(counter.review_url(1)))
    assert "Submit order" in page
    assert "obligation" not in page


def test_prices_that_include_tax_say_so_and_still_show_the_net(counter: Counter) -> None:
    seller = factories.make_seller()
    factories.make_product(seller=seller)
    factories.make_price(seller=seller, tax_included=True, renewal_minor=None)
    consumer = factories.make_account(seller=seller, country="SE", customer_type="consumer")
    factories.make_method(account=consumer)
    owned = factories.make_subscription(account=consumer)
    browser = signed_in(factories.make_member(account=consumer).user)
    page = text(browser.get(f"/subscriptions/{owned.id}/seats/", {"seats": "3"}))
    assert "incl. VAT" in page
    assert "Total excl. VAT €305.75" in page
    assert "VAT 25%" in page
    assert "To pay now €382.19" in page
