"""Home's alerts: each says what is the matter, until when, and leads to what mends it; the most pressing first."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest

from tenor.db import models
from tenor.domain.account import AccountState
from tenor.domain.forecast import Upcoming, forecast
from tenor.domain.offer import Offer
from tests.portal.conftest import House
from tests.portal.flows.conftest import text as words_of
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


def test_renewals_are_counted_and_the_first_is_told_whatever_its_term(house: House) -> None:
    renews(house, date(2026, 12, 2))
    factories.make_product(seller=house.account.seller, code="render", name="Render")
    factories.make_price(seller=house.account.seller, product_code="render", months=1, list_minor=4_900)
    factories.make_subscription(
        account=house.account,
        product_code="render",
        months=1,
        anchor=date(2026, 10, 30),
        renews_on=date(2026, 11, 30),
    )
    ((_tone, title, text, _url),) = alerts(house)
    assert title == "2 renewals within 30 days"
    assert "The first is Render on 30 November 2026." in text


def test_the_renewals_counted_are_the_rows_of_the_list_and_the_first_is_its_first(house: House) -> None:
    models.Clock.objects.update(stands_at=factories.NOW.replace(day=30))
    monthly = factories.make_subscription(
        account=house.account, months=1, anchor=date(2026, 10, 30), renews_on=date(2026, 11, 30)
    )
    renews(house, date(2026, 12, 5))
    models.Subscription.objects.filter(id=monthly.id).update(renews_on=date(2026, 11, 30), anchor=date(2026, 10, 30))
    ((_tone, title, text, _url),) = alerts(house)
    listed = list(csv.DictReader(StringIO(house.as_(house.alice).get("/upcoming.csv").content.decode())))
    soon = [row for row in listed if row["Date"] <= "2026-12-30"]
    assert title == f"{len(soon)} renewals within 30 days"
    assert (soon[0]["Date"], "on 30 November 2026" in text) == ("2026-11-30", True)


@pytest.mark.parametrize("fields", [{"channel": "reseller", "reseller_name": "CADline"}, {"processor": "legacy"}])
@pytest.mark.parametrize("path", ["/", "/subscriptions/"])
def test_home_and_the_list_never_say_of_what_others_renew_that_it_ends(
    house: House, fields: dict[str, object], path: str
) -> None:
    models.Subscription.objects.update(auto_renew=False, **fields)
    page = words_of(house.as_(house.alice).get(path))
    said = "Renewal through CADline" if "channel" in fields else "Renewal in the older system"
    assert said in page
    assert "Ends on" not in page


def test_home_works_the_forecast_out_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []

    def counted(state: AccountState, offer: Offer, today: date) -> tuple[Upcoming, ...]:
        asked.append(today)
        return forecast(state, offer, today)

    monkeypatch.setattr("tenor.portal.upcoming.forecast", counted)
    monkeypatch.setattr("tenor.domain.situation.forecast", counted)
    assert house.as_(house.alice).get("/").status_code == 200
    assert len(asked) == 1


@pytest.mark.parametrize("fields", [{"channel": "reseller", "reseller_name": "CADline"}, {"processor": "legacy"}])
@pytest.mark.parametrize("is_on", [True, False])
def test_what_others_renew_needs_nobody_here(house: House, fields: dict[str, object], is_on: bool) -> None:
    models.PaymentMethod.objects.all().delete()
    renews(house, date(2026, 12, 1), auto_renew=is_on, payment_method=None, **fields)
    assert alerts(house) == []


def test_an_order_for_several_says_how_many(house: House) -> None:
    others = [factories.make_subscription(account=house.account) for _ in range(2)]
    documents.make_order(account=house.account, subscriptions=(house.subscription, *others), status="requires_action")
    found = next(each for each in alerts(house) if each[0] == "warning")
    assert found[1].endswith("waits for you")
    assert found[2].startswith("Draft and 2 more")


def test_a_payment_under_way_needs_nobody(house: House) -> None:
    order = documents.make_order(account=house.account, subscriptions=(house.subscription,), status="processing")
    ((tone, title, text, url),) = alerts(house)
    assert (tone, title, url) == (
        "info",
        f"The payment of order {order.number} is under way",
        f"/orders/{order.id}/",
    )
    assert "Resume" not in text


def test_a_renewal_whose_money_is_on_its_way_is_not_overdue(house: House) -> None:
    renews(house, date(2026, 11, 20), status="past_due", lapsed_on=date(2026, 11, 20))
    documents.make_order(
        account=house.account, subscriptions=(house.subscription,), action="renew", status="processing"
    )
    assert [found[0] for found in alerts(house)] == ["info"]


def test_what_has_expired_is_told_in_the_past_and_can_be_renewed(house: House) -> None:
    renews(house, date(2026, 11, 10), status="expired", lapsed_on=date(2026, 11, 10), auto_renew=False)
    ((tone, title, text, url),) = alerts(house)
    assert (tone, title, url) == ("warning", "Draft has expired", f"/subscriptions/{house.subscription.id}/renew/")
    assert "It ended on 10 November 2026" in text
    for path in ("/", "/subscriptions/"):
        page = words_of(house.as_(house.alice).get(path))
        assert "Expired on 10 Nov 2026" in page
        assert "Ends on" not in page


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


@pytest.mark.parametrize(
    ("status", "tone", "title", "fix"),
    [
        ("processing", "info", "is under way", "Look at order"),
        ("requires_action", "warning", "waits for you", "Resume or cancel order"),
        ("submitted", "warning", "is not finished yet", "Resume or cancel order"),
    ],
)
def test_an_open_order_offers_what_its_page_has(house: House, status: str, tone: str, title: str, fix: str) -> None:
    order = documents.make_order(account=house.account, subscriptions=(house.subscription,), status=status)
    ((found, told, text, url),) = alerts(house)
    assert found == tone
    assert title in told
    assert fix in text
    assert url == f"/orders/{order.id}/"


def test_who_may_not_buy_is_offered_nothing_to_pay(house: House) -> None:
    renews(house, date(2026, 11, 20), status="past_due", lapsed_on=date(2026, 11, 20))
    order = documents.make_order(account=house.account, subscriptions=(house.subscription,), action="renew")
    page = unescape(house.as_(house.bob).get("/").content.decode())
    assert "is overdue" in page
    assert "Pay now" not in page
    assert f'href="/orders/{order.id}/" data-remedy="see_order"' in page
