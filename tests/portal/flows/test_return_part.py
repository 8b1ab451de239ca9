"""Returning a part of an order: its parts, that all are ticked, and what the pages say after one went back."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tests.portal.flows.conftest import Answer, Counter, text
from tests.support import factories

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def on_day(counter: Counter, now: datetime) -> None:
    counter.customer.now = now
    counter.customer.sandbox.set_clock(now)
    models.Clock.objects.update(stands_at=now)
    pass_day(now=now)
    collect_due(now=now)


@pytest.fixture
def other(counter: Counter) -> models.Subscription:
    """A monthly one that renews with the first."""
    customer = counter.customer
    return factories.make_subscription(
        account=customer.account, payment_method=customer.method, seats=1, months=1, anchor=date(2027, 2, 1)
    )


@pytest.fixture
def renewal(counter: Counter, other: models.Subscription) -> models.Order:
    on_day(counter, RENEWAL)
    return models.Order.objects.get(action="renew", status="fulfilled")


def url(order: models.Order) -> str:
    return reverse("portal:return_order", args=[order.id])


def fields(page: Answer) -> dict[str, list[str]]:
    """What the form that returns carries, as a browser sends it."""
    form = page.content.decode().split('method="post"')[-1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(seen\w*|part)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def ticked(page: Answer) -> dict[str, bool]:
    boxes = re.findall(r'<input type="checkbox" id="part-([^"]+)"[^>]*>', page.content.decode())
    return {one: f'value="{one}" checked' in page.content.decode() for one in boxes}


def test_all_parts_are_ticked_and_each_says_until_when(
    counter: Counter, renewal: models.Order, other: models.Subscription
) -> None:
    receipt = text(counter.browser.get(counter.order_url(renewal)))
    assert "the part of it that belongs to one subscription, until March 30, 2027" in receipt
    page = counter.browser.get(url(renewal))
    assert ticked(page) == {str(counter.subscription.id): True, str(other.id): True}
    assert "Possible until Mar 30, 2027." in text(page)
    assert "Possible until Mar 15, 2027." in text(page)
    assert "Return this order" in text(page)


def test_one_is_chosen_shown_and_returned(counter: Counter, renewal: models.Order, other: models.Subscription) -> None:
    page = counter.browser.get(url(renewal), {"part": str(other.id)})
    assert ticked(page) == {str(counter.subscription.id): False, str(other.id): True}
    assert "Return this part" in text(page)
    answer = counter.browser.post(url(renewal), fields(page))
    assert answer.headers["Location"] == counter.order_url(renewal)
    other.refresh_from_db()
    assert (other.status, counter.subscription.status) == ("expired", "active")
    shown = text(counter.browser.get(counter.order_url(renewal)))
    assert "That part of the order is returned" in shown
    assert "Partly returned" in shown
    assert "A part of the order is returned" in shown
    assert "The return of a part" in shown
    assert "You can return the rest of it until March 30, 2027" in shown
    listed = text(counter.browser.get(reverse("portal:orders")))
    assert "Partly returned" in listed
    rest = counter.browser.get(url(renewal))
    assert ticked(rest) == {}
    counter.browser.post(url(renewal), fields(rest))
    renewal.refresh_from_db()
    assert renewal.status == "returned"
    done = text(counter.browser.get(counter.order_url(renewal)))
    assert "CN-000001" in done
    assert "CN-000002" in done


def test_what_can_be_returned_no_more_is_not_ticked_and_says_why(
    counter: Counter, renewal: models.Order, other: models.Subscription
) -> None:
    now = RENEWAL + timedelta(days=20)
    counter.customer.now = now
    models.Clock.objects.update(stands_at=now)
    page = counter.browser.get(url(renewal))
    assert ticked(page) == {str(counter.subscription.id): True, str(other.id): False}
    assert "The time to return this order ended on March 16, 2027." in text(page)
    counter.browser.post(url(renewal), fields(page))
    other.refresh_from_db()
    assert (counter.subscription.status, other.status) == ("expired", "active")


def test_a_part_that_was_returned_meanwhile_is_not_returned_as_it_was_seen(
    counter: Counter, renewal: models.Order, other: models.Subscription
) -> None:
    page, both = counter.browser.get(url(renewal), {"part": str(other.id)}), counter.browser.get(url(renewal))
    counter.browser.post(url(renewal), fields(page))
    again = counter.browser.post(url(renewal), fields(both))
    assert again.status_code == 409
    assert "This changed while you were looking at it" in text(again)
    assert models.Refund.objects.count() == 1
