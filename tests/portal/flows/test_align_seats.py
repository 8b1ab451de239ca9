"""Align payment dates where fewer seats are scheduled: the page asks what is meant, and no answer is no order."""

from datetime import date
from typing import Any

import pytest

from tenor.db import models
from tests.portal.flows.conftest import Counter, text
from tests.support import factories

URL = "/align/"
JUNE = date(2027, 6, 1)


@pytest.fixture
def asking(counter: Counter) -> dict[str, Any]:
    """The form of two subscriptions: the first renews in March, with two seats instead of three; the other in June."""
    customer = counter.customer
    factories.make_change(subscription=customer.subscription)
    dates: dict[str, Any] = {"anchor": date(2026, 6, 1), "renews_on": JUNE}
    other = factories.make_subscription(account=customer.account, payment_method=customer.method, **dates)
    return {"shown": "1", "s": [str(customer.subscription.id), str(other.id)]}


def field(counter: Counter) -> str:
    return f"renew-{counter.customer.subscription.id}"


def test_the_price_is_shown_and_the_question_asked(counter: Counter, asking: dict[str, Any]) -> None:
    page = counter.browser.get(URL, asking)
    assert "€316.72" in text(page)
    assert "a reduction to 2 is scheduled for March 1, 2027. How many seats do you want to renew on" in text(page)
    assert "All 3 are paid and stay until then, whatever you choose." in text(page)
    assert "€840.00" not in text(page)  # what will be renewed is not known yet
    assert "Say how many seats to renew." not in text(page)


def test_without_an_answer_nothing_is_ordered(counter: Counter, asking: dict[str, Any]) -> None:
    page = counter.browser.post(URL, asking)
    assert page.status_code == 409
    assert "Say how many seats to renew." in text(page)
    assert "€316.72" in text(page)
    assert not models.Quote.objects.exists()


@pytest.mark.parametrize(("renewed", "left"), [(2, ["2"]), (3, [])])
def test_the_answer_stands_on_the_common_date(
    counter: Counter, asking: dict[str, Any], renewed: int, left: list[str]
) -> None:
    review = counter.browser.post(URL, {**asking, field(counter): str(renewed)})
    assert review.status_code == 302
    page = counter.browser.get(review.headers["Location"])
    assert f"Jun 1, 2027 €{420 * renewed:,}.00" in text(page)
    assert f"{field(counter)}={renewed}" in page.content.decode()  # back to the form as it was
    counter.browser.post(review.headers["Location"])
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None)
    assert list(live.values_list("value", flat=True)) == left
    assert counter.order().total_minor == 316_72


def test_an_answer_that_is_no_number_of_seats_is_refused(counter: Counter, asking: dict[str, Any]) -> None:
    for value, status in (("0", 409), ("4", 409), ("many", 409), ("²", 409), ("9" * 400, 409)):
        page = counter.browser.post(URL, {**asking, field(counter): value})
        assert page.status_code == status, value
    assert not models.Quote.objects.exists()


def test_the_price_alone_brings_the_question_along(counter: Counter, asking: dict[str, Any]) -> None:
    page = counter.browser.get(URL, {**asking, field(counter): "3"}, headers={"HX-Request": "true"})
    assert f'name="{field(counter)}" value="3" checked' in page.content.decode()
    assert "Jun 1, 2027 €1,260.00" in text(page)


@pytest.mark.parametrize(("language", "asks"), [("sv", "Hur många användarplatser"), ("nl", "Hoeveel seats")])
def test_the_question_in_the_readers_language(
    counter: Counter, asking: dict[str, Any], language: str, asks: str
) -> None:
    page = counter.browser.get(URL, asking, headers={"Accept-Language": language})
    assert asks in text(page)
