"""Renewing in the portal, early or late, one or many: from the first step to the rows and the provider's books."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.usecases.sweep_account import sweep_account
from tests.portal.flows.conftest import Answer, Counter, text
from tests.portal.questions import MOST, questions
from tests.support import factories

SOON = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
AFTER = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
MANY = "/renew/"


def later(counter: Counter, now: datetime) -> None:
    customer = counter.customer
    customer.now = now
    customer.sandbox.set_clock(now)
    models.Clock.objects.update(stands_at=now)


def renew_url(subscription: models.Subscription) -> str:
    return reverse("portal:renew", args=[subscription.id])


def submit(counter: Counter, first: Answer) -> models.Order:
    """From the first step's answer over the review to the order."""
    assert first.status_code == 302, text(first)
    review = first.headers["Location"]
    assert counter.browser.get(review).status_code == 200
    done = counter.browser.post(review)
    assert done.status_code == 302, text(done)
    return models.Order.objects.get(id=done.headers["Location"].split("/")[2])


def lapse(counter: Counter) -> None:
    """It was left not to renew, and its day has come and gone."""
    models.Subscription.objects.filter(id=counter.subscription.id).update(auto_renew=False)
    later(counter, RENEWAL)
    sweep_account(account_id=counter.customer.id, now=RENEWAL)
    later(counter, AFTER)


def test_three_prices_stand_beside_each_other_before_one_is_paid(counter: Counter) -> None:
    later(counter, SOON)
    page = text(counter.browser.get(renew_url(counter.subscription)))
    assert "Paid now" in page
    assert page.count("€1,260.00") >= 2  # now, and on its date
    assert "€1,395.00" in page  # lapsed and bought anew
    assert "Mar 1, 2027 to Mar 1, 2028" in page


def test_renewed_early_from_the_page_to_the_charge(counter: Counter) -> None:
    later(counter, SOON)
    factories.make_change(subscription=counter.subscription, kind="seats", value="2")
    first = counter.browser.post(renew_url(counter.subscription), {"method": str(counter.customer.method.id)})
    order = submit(counter, first)
    assert (order.action, order.status, order.total_minor) == ("renew_early", "fulfilled", 840_00)
    assert [charge["amount"] for charge in counter.customer.charges(order)] == [{"currency": "EUR", "minor": 840_00}]
    owned = counter.subscription
    assert (owned.renews_on, owned.coming_on, owned.coming_seats, owned.seats) == (
        date(2028, 3, 1),
        date(2027, 3, 1),
        2,
        3,
    )
    receipt = text(counter.browser.get(counter.order_url(order)))
    assert "The next term begins on its renewal date. Nothing is charged then." in receipt
    page = text(counter.browser.get(f"/subscriptions/{owned.id}/"))
    assert "The term from March 1, 2027 is paid ahead. Renews on March 1, 2028 for €840.00 by Visa 4242" in page
    assert "Next term, paid ahead Standard, 1 year, 2 seats" in page


def test_the_review_says_what_happens_after_a_term_that_does_not_renew(counter: Counter) -> None:
    later(counter, SOON)
    factories.make_change(subscription=counter.subscription, kind="auto_renew", value="off")
    assert "Automatic renewal is off: it ends on March 1, 2028." in text(
        counter.browser.get(renew_url(counter.subscription))
    )
    first = counter.browser.post(renew_url(counter.subscription))
    review = text(counter.browser.get(first.headers["Location"]))
    assert "After that term Automatic renewal is off: it ends on March 1, 2028." in review
    assert "all seats end on March 1, 2028" in review
    submit(counter, first)
    assert counter.subscription.auto_renew is False


def test_many_are_chosen_in_the_list_and_paid_by_one_order(counter: Counter) -> None:
    account = counter.customer.account
    other = factories.make_subscription(account=account, seats=1)
    monthly = factories.make_subscription(account=account, months=1, seats=1)
    later(counter, SOON)
    assert f'formaction="{MANY}"' in counter.browser.get("/subscriptions/").content.decode()
    ids = [str(one.id) for one in (counter.subscription, other, monthly)]
    page = counter.browser.get(MANY, {"s": ids})
    assert "These cannot be renewed early now" in text(page)
    assert "Early renewal is for terms of a year or more." in text(page)
    assert page.content.decode().count('name="s"') == 2
    order = submit(counter, counter.browser.post(MANY, {"of": ids[:2], "s": ids[:2]}))
    assert (order.total_minor, len(counter.customer.charges(order))) == (4 * 420_00, 1)
    assert models.OrderLine.objects.filter(order=order).count() == 2
    assert set(models.Subscription.objects.filter(coming_on=date(2027, 3, 1)).values_list("id", flat=True)) == {
        counter.subscription.id,
        other.id,
    }


def test_without_a_choice_all_that_can_be_renewed_are_offered(counter: Counter) -> None:
    assert "Nothing can be renewed early today" in text(counter.browser.get("/renew/"))  # the window is not open
    later(counter, SOON)
    assert counter.browser.get(MANY).content.decode().count(" checked aria-label") == 1
    assert "Choose at least one subscription." in text(
        counter.browser.post(MANY, {"of": [str(counter.subscription.id)]})
    )
    assert not models.Quote.objects.exists()


def test_a_changed_choice_shows_its_price_and_keeps_nothing(counter: Counter) -> None:
    other = factories.make_subscription(account=counter.customer.account, seats=1)
    later(counter, SOON)
    ids = [str(counter.subscription.id), str(other.id)]
    live = counter.browser.get(MANY, {"of": ids, "s": ids[1:]}, headers={"HX-Request": "true"})
    assert "€420.00" in text(live)
    assert "<h1" not in live.content.decode()
    plain = counter.browser.post(MANY, {"of": ids, "s": ids[1:], "update": "1"})
    assert plain.status_code == 200
    assert plain.content.decode().count(" checked aria-label") == 1
    assert not models.Quote.objects.exists()


def test_more_than_the_seller_allows_at_once_are_refused(counter: Counter) -> None:
    for _ in range(100):
        factories.make_subscription(account=counter.customer.account)
    later(counter, SOON)
    ids = [str(one) for one in models.Subscription.objects.values_list("id", flat=True)]
    refused = counter.browser.post(MANY, {"of": ids, "s": ids})
    assert refused.status_code == 409
    assert "You chose 101 subscriptions. Choose 100 at most." in text(refused)


@pytest.mark.parametrize("wrong", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_ids_that_are_not_of_the_account_lead_nowhere(counter: Counter, wrong: str) -> None:
    assert counter.browser.get(MANY, {"s": wrong}).status_code == 404
    assert counter.browser.post(MANY, {"s": wrong}).status_code == 404


def test_another_method_pays_this_order_and_no_later_one(counter: Counter) -> None:
    debit = factories.make_method(
        account=counter.customer.account,
        kind=MethodKind.PAYPAL,
        gateway="sandbox",
        gateway_reference=counter.customer.sandbox.method("paid", "paypal"),
        is_default=False,
    )
    models.PaymentMethod.objects.filter(id=counter.customer.method.id).update(status="invalid")
    later(counter, SOON)
    page = counter.browser.get(renew_url(counter.subscription))
    assert f'value="{debit.id}" required checked' in page.content.decode()
    order = submit(counter, counter.browser.post(renew_url(counter.subscription), {"method": str(debit.id)}))
    assert (order.status, order.method_id) == ("fulfilled", debit.id)
    assert counter.subscription.payment_method_id == counter.customer.method.id


def test_what_can_not_be_renewed_yet_says_when(counter: Counter) -> None:
    page = text(counter.browser.get(renew_url(counter.subscription)))
    assert "Early renewal opens on December 1, 2026." in page
    posted = counter.browser.post(renew_url(counter.subscription))
    assert posted.status_code == 409
    viewer = counter.as_role(Role.VIEWER)
    assert "does not include buying" in text(viewer.get(renew_url(counter.subscription)))
    assert text(viewer.get(MANY)).count("does not include buying") == 1


def test_renewed_late_at_the_list_price_it_runs_on_from_where_it_ended(counter: Counter) -> None:
    lapse(counter)
    home = text(counter.browser.get("/"))
    assert "Draft has expired" in home
    assert "can be renewed until April 14, 2027" in home
    page = counter.browser.get(f"/subscriptions/{counter.subscription.id}/").content.decode()
    assert f'href="{renew_url(counter.subscription)}"' in page
    assert "Expired on March 1, 2027, can be renewed until April 14, 2027" in page.replace("\xa0", " ")
    offered = text(counter.browser.get(renew_url(counter.subscription)))
    assert "In time it was" in offered
    assert "€1,260.00" in offered
    order = submit(counter, counter.browser.post(renew_url(counter.subscription)))
    assert (order.action, order.status, order.total_minor) == ("renew_late", "fulfilled", 1395_00)
    owned = counter.subscription
    assert (owned.status, owned.renews_on, owned.auto_renew) == ("active", date(2028, 3, 1), False)
    assert [charge["amount"] for charge in counter.customer.charges(order)] == [{"currency": "EUR", "minor": 1395_00}]


def test_the_way_back_keeps_what_was_chosen(counter: Counter) -> None:
    other = factories.make_subscription(account=counter.customer.account, seats=1)
    later(counter, SOON)
    ids = [str(counter.subscription.id), str(other.id)]
    first = counter.browser.post(MANY, {"of": ids, "s": ids, "method": str(counter.customer.method.id)})
    review = counter.browser.get(first.headers["Location"]).content.decode()
    assert f"/renew/?s={ids[0]}&amp;s={ids[1]}&amp;method=" in review
    assert "Next renewals" in review


def test_the_page_asks_few_questions(counter: Counter) -> None:
    for _ in range(39):
        factories.make_subscription(account=counter.customer.account)
    later(counter, SOON)
    asked = questions(counter.browser, MANY)
    assert len([sql for sql in asked if "set_config" not in sql]) + 1 <= MOST, asked
