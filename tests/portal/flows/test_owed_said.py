"""What pages say about an unpaid renewal: each thing once, by the day it happened, and nothing of what is over."""

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.db.access import account_scope
from tests.portal.flows.conftest import Counter, text
from tests.portal.flows.test_owed import choose, owing, page, url
from tests.support import factories
from tests.usecases.owing import another, order_of


def test_what_closes_actions_leads_to_the_payment_and_offers_no_canceling(counter: Counter) -> None:
    """The order of a renewal can be paid, not canceled: "resume or cancel it" would promise too much."""
    owing(counter)
    shown = page(counter, url(counter, "subscription"))
    assert "A payment has been overdue since March 1, 2027." in shown
    assert "Resume or cancel" not in shown


@pytest.mark.parametrize("address", ["/", "subscription"])
def test_overdue_has_the_day_since_when_and_no_renewal_date_of_the_past(counter: Counter, address: str) -> None:
    """A bank may take money back long after the term began: then that day counts."""
    owing(counter)
    place, day = ("/", "Mar {}, 2027") if address == "/" else (url(counter, address), "March {}, 2027")
    assert f"Unpaid since {day.format(1)}" in page(counter, place)
    since = counter.customer.now.date()
    models.Subscription.objects.filter(id=counter.subscription.id).update(lapsed_on=since)
    shown = page(counter, place)
    assert f"Unpaid since {day.format(2)}" in shown
    assert "Renewal date Mar 1, 2027" not in shown


def test_a_declined_renewal_leaves_no_entry_that_ends_it_on_a_day_of_the_past(counter: Counter) -> None:
    owing(counter)
    counter.browser.post(url(counter, "decline_owed"), {"do": "end"})
    shown = page(counter, url(counter, "subscription"))
    assert "Expired on March 2, 2027, can be renewed until April 14, 2027" in shown
    assert "Ends on" not in shown
    assert "Expired on Mar 2, 2027" in page(counter, "/")


def test_left_out_says_that_it_ends_today_and_nothing_about_its_next_renewal(counter: Counter) -> None:
    other = another(counter.customer)
    owing(counter)
    answer = choose(counter, seats="3")
    review = page(counter, answer.headers["Location"])
    assert "access ends" in review
    assert "automatic renewal off" not in review
    assert str(other.number) in page(counter, url(counter, "change_owed"))


def test_the_invoice_that_is_left_says_that_nothing_was_tried_for_it(counter: Counter) -> None:
    """It takes the place of one that was declined; the declined payments are those of the other order."""
    other = another(counter.customer)
    owing(counter)
    counter.browser.post(url(counter, "decline_owed"), {"do": "end", "s": str(other.id)})
    with account_scope(counter.customer.id):
        left = order_of(counter.customer)
    shown = page(counter, reverse("portal:order", args=[left]))
    assert "The renewal is not paid yet" in shown
    assert "The payment was declined" not in shown
    assert "Nothing has been tried yet." in shown


def test_paying_by_another_method_names_all_that_the_invoice_is_for(counter: Counter) -> None:
    seller = counter.customer.account.seller
    factories.make_product(seller=seller, code="model", name="Model")
    factories.make_price(seller=seller, product_code="model")
    factories.touch_catalog(seller)
    another(counter.customer, product_code="model")
    owing(counter)
    shown = text(counter.browser.get(url(counter, "choose_method")))
    assert "This is unpaid: Draft, Model, order" in shown
