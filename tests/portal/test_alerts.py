"""Home's alerts: each says what is the matter, until when, and leads to what mends it; the most pressing first."""

import re
from datetime import date
from html import unescape

import pytest

from tenor.db import models
from tests.portal.conftest import House
from tests.support import documents, factories

ALERT = re.compile(r'<div class="alert alert--(\w+)">.*?alert__title">([^<]*)</p><div>(.*?)</div></div>', re.DOTALL)


def alerts(house: House) -> list[tuple[str, str, str, str]]:
    """The alerts of Alice's home: tone, title, text, and where the fix leads."""
    html = unescape(house.as_(house.alice).get("/").content.decode())
    found = []
    for tone, title, body in ALERT.findall(html):
        (url,) = re.findall(r'href="([^"]+)"', body)
        found.append((tone, title, " ".join(re.sub(r"<[^>]*>", " ", body).split()), url))
    return found


def renews(house: House, on: date, **fields: object) -> None:
    models.Subscription.objects.update(renews_on=on, anchor=on.replace(year=on.year - 1), **fields)


def test_nothing_is_the_matter(house: House) -> None:
    assert alerts(house) == []


def test_a_failed_payment_leads_to_its_order_once_for_all_that_it_renews(house: House) -> None:
    other = factories.make_subscription(account=house.account)
    renews(house, date(2026, 11, 20), status="past_due", lapsed_on=date(2026, 11, 20))
    order = documents.make_order(
        account=house.account,
        subscriptions=(house.subscription, other),
        action="renew",
        net_minor=126_000,
        tax_minor=31_500,
        total_minor=157_500,
    )
    (found,) = alerts(house)
    assert found == (
        "danger",
        "The payment for 2 subscriptions is overdue",
        "You owe €1,575.00 for 6 seats from 20 November 2026. "
        "Access ends on 5 December 2026 if it is not paid by then. "
        "Pay now : The payment for 2 subscriptions is overdue",
        f"/orders/{order.id}/",
    )
    models.Subscription.objects.update(status="suspended")
    assert alerts(house)[0][1] == "2 subscriptions are suspended"


def test_a_renewal_within_thirty_days_leads_to_the_upcoming_payments(house: House) -> None:
    renews(house, date(2026, 12, 21))
    ((tone, title, text, url),) = alerts(house)
    assert (tone, title, url) == ("info", "A renewal within 30 days", "/upcoming/")
    assert "Draft renews on 21 December 2026." in text
    renews(house, date(2026, 12, 22))
    assert alerts(house) == []


def test_the_last_days_at_the_special_price_come_with_a_way_to_keep_it(house: House) -> None:
    renews(house, date(2026, 12, 1), auto_renew=False)
    ((tone, title, text, url),) = alerts(house)
    assert (tone, title) == ("warning", "Last days at the special price: Draft")
    assert "Turn on automatic renewal" in text
    assert str(house.subscription.id) in url


@pytest.mark.parametrize(
    ("fields", "tone", "title"),
    [
        ({"expires_on": date(2027, 1, 31)}, "warning", "Visa 4242 expires before a renewal"),
        ({"expires_on": date(2026, 10, 31)}, "danger", "Visa 4242 has expired"),
        ({"status": "invalid"}, "danger", "The bank no longer accepts payments by Visa 4242"),
        ({"status": "mandate_pending"}, "warning", "Your bank has not confirmed the direct debit Visa 4242 yet"),
        ({"status": "removed", "is_default": False}, "warning", "There is no payment method to charge"),
    ],
    ids=["expires", "expired", "invalid", "pending", "none"],
)
def test_a_method_that_will_not_pay_is_told_once(
    house: House, fields: dict[str, object], tone: str, title: str
) -> None:
    factories.make_subscription(account=house.account)
    models.PaymentMethod.objects.update(**fields)
    assert [(found[0], found[1], found[3].removesuffix("#add")) for found in alerts(house)] == [
        (tone, title, "/methods/")
    ]
    assert "Draft" in alerts(house)[0][2]


def test_the_most_pressing_comes_first(house: House) -> None:
    renews(house, date(2026, 12, 1))
    models.PaymentMethod.objects.update(expires_on=date(2026, 10, 31))
    second = factories.make_subscription(account=house.account, payment_method=None)
    documents.make_order(account=house.account, subscriptions=(second,), status="requires_action")
    assert [found[0] for found in alerts(house)] == ["danger", "warning", "info"]


def test_what_is_charged_next_is_the_forecast_s_beginning(house: House) -> None:
    factories.make_subscription(
        account=house.account, months=1, anchor=date(2026, 10, 31), renews_on=date(2026, 11, 30), seats=2
    )
    home = unescape(house.as_(house.alice).get("/").content.decode())
    shown = re.findall(r'class="due__sum"><data class="money" value="([^"]+)"', home)
    assert shown == [*["122.50 EUR"] * 4, "1575.00 EUR"]
    assert 'href="/upcoming/"' in home
