"""Buying again in the portal: from what ended to a new subscription, one however often it is submitted."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tenor.db import models
from tests.portal.flows.conftest import Counter, text

LONG_AFTER = datetime(2027, 5, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def ended(counter: Counter) -> Counter:
    """The subscription has ended for good."""
    models.Subscription.objects.update(status="canceled", lapsed_on=date(2027, 3, 1))
    counter.customer.now = LONG_AFTER
    counter.customer.sandbox.set_clock(LONG_AFTER)
    models.Clock.objects.update(stands_at=LONG_AFTER)
    return counter


def url(counter: Counter) -> str:
    return reverse("portal:buy_again", args=[counter.customer.subscription.id])


def test_the_page_of_what_ended_leads_to_buying_it_again(ended: Counter) -> None:
    page = ended.browser.get(f"/subscriptions/{ended.customer.subscription.id}/").content.decode()
    assert page.count(f'href="{url(ended)}"') >= 2
    assert "Renew it now" not in page


def test_what_renewing_in_time_would_have_cost_stands_beside_the_price(ended: Counter) -> None:
    page = text(ended.browser.get(url(ended)))
    assert "€1,395.00" in page
    assert "Renewed in time it would have cost €1,260.00: this is €135.00 (10.7%) more." in page
    monthly = ended.browser.get(url(ended), {"seats": "2", "months": "1"}, headers={"HX-Request": "true"})
    assert "Renewed in time it would have cost the same, " in text(monthly)
    assert "<h1" not in monthly.content.decode()


def test_bought_again_it_is_a_subscription_of_its_own(ended: Counter) -> None:
    first = ended.browser.post(url(ended), {"seats": "2", "months": "36"})
    assert first.status_code == 302, text(first)
    review = first.headers["Location"]
    shown = text(ended.browser.get(review))
    assert "€2,620.00" in shown
    for _ in range(2):  # a double click
        done = ended.browser.post(review)
    order = models.Order.objects.get()
    bought = models.Subscription.objects.exclude(id=ended.customer.subscription.id).get()
    assert (order.action, order.status, order.total_minor) == ("buy_again", "fulfilled", 2620_00)
    assert (bought.status, bought.seats, bought.months, bought.anchor) == ("active", 2, 36, date(2027, 5, 10))
    assert (bought.renews_on, bought.auto_renew) == (date(2030, 5, 10), True)
    assert [charge["amount"] for charge in ended.customer.charges(order)] == [{"currency": "EUR", "minor": 2620_00}]
    assert ended.subscription.status == "canceled"
    receipt = ended.browser.get(done.headers["Location"]).content.decode()
    assert f'class="button" href="/subscriptions/{bought.id}/"' in receipt


def test_two_quotes_are_two_subscriptions(ended: Counter) -> None:
    reviews = [ended.browser.post(url(ended), {"seats": "1", "months": "12"}).headers["Location"] for _ in range(2)]
    for review in reviews:
        ended.browser.post(review)
    assert models.Subscription.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seats": "", "months": "12"}, "Type how many seats to buy."),
        ({"seats": "x", "months": "12"}, "Type a whole number of seats."),
        ({"seats": "0", "months": "12"}, "Choose from 1 to"),
        ({"seats": "999999", "months": "12"}, "Choose from 1 to"),
        ({"seats": "1", "months": "7"}, "Choose a term."),
    ],
)
def test_a_form_that_is_wrong_says_so(ended: Counter, fields: dict[str, str], said: str) -> None:
    answer = ended.browser.post(url(ended), fields)
    assert answer.status_code == 200
    assert said in text(answer)
    assert not models.Quote.objects.exists()


def test_without_javascript_the_buttons_change_the_number(ended: Counter) -> None:
    stepped = ended.browser.post(url(ended), {"seats": "3", "months": "36", "step": "1"})
    assert stepped.headers["Location"] == f"{url(ended)}?months=36&seats=4"
    assert ended.browser.post(url(ended), {"seats": "1", "step": "-1"}).headers["Location"].endswith("?seats=1")


def test_what_runs_is_not_bought_again(counter: Counter) -> None:
    page = text(counter.browser.get(url(counter)))
    assert "The subscription has not ended, so it need not be bought again." in page
    assert counter.browser.post(url(counter), {"seats": "1", "months": "12"}).status_code == 409
    own = counter.browser.get(f"/subscriptions/{counter.customer.subscription.id}/").content.decode()
    assert 'id="action-buy_again' not in own


def test_the_way_back_keeps_what_was_typed(ended: Counter) -> None:
    first = ended.browser.post(url(ended), {"seats": "2", "months": "36"})
    review = ended.browser.get(first.headers["Location"]).content.decode()
    assert f"{url(ended)}?seats=2&amp;months=36" in review
