"""Aligning dates in Chromium: by keyboard alone, and without JavaScript; then the order is given back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import ALICE, CHARGE, PRICE, RECEIPT, WORDS, adds_up, button, subscription_of, total
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser


@pytest.fixture
def chosen(shop: RunningHouse) -> tuple[str, str]:
    """Draft, which renews on 1 March 2027, and Vault, which renews on 8 September: both by the year."""
    return subscription_of(shop, ALICE, "draft"), subscription_of(shop, ALICE, "vault")


def dates_of(shop: RunningHouse, *subscriptions: str) -> list[tuple[str, str]]:
    rows = shop.sql("SELECT renews_on, anchor FROM db_subscription WHERE id = ANY(%s) ORDER BY id", list(subscriptions))
    return [(str(renews_on), str(anchor)) for renews_on, anchor in rows]


def choose_just(one: Visitor, *subscriptions: str) -> None:
    """By keyboard: tick what is wanted, and nothing else."""
    for box in one.settled().locator("main input[name=s]:enabled").all():
        wanted = box.get_attribute("value") in subscriptions
        if box.is_checked() is not wanted:
            one.tab_to(f"#{box.get_attribute('id')}")
            one.press("Space")


def ends_on_one_date(one: Visitor, shop: RunningHouse, subscriptions: tuple[str, str], shown: str) -> None:
    """The review and the receipt say what the choice said; the rows have one date."""
    one.page.wait_for_url("**/quotes/**")
    assert total(one, CHARGE) == shown
    assert adds_up(one, CHARGE)
    one.tab_to("form .button--primary")
    one.press("Enter")
    one.page.wait_for_url("**/orders/**")
    assert WORDS["en"].done in one.text()
    assert total(one, RECEIPT) == shown
    assert {renews_on for renews_on, _ in dates_of(shop, *subscriptions)} == {"2027-09-08"}


def give_back(shop: RunningHouse, subscriptions: tuple[str, str], before: list[tuple[str, str]]) -> None:
    """As it was, for the tests that come after."""
    for subscription, (renews_on, anchor) in zip(sorted(subscriptions), before, strict=True):
        shop.sql("DELETE FROM db_paidperiod WHERE subscription_id = %s AND kind = 'extension'", subscription)
        shop.sql(
            "UPDATE db_subscription SET renews_on = %s, anchor = %s WHERE id = %s", renews_on, anchor, subscription
        )


def test_by_keyboard_alone_with_the_price_following(
    browser: Browser, shop: RunningHouse, chosen: tuple[str, str]
) -> None:
    before = dates_of(shop, *chosen)
    with visitor(browser, shop, ALICE) as one:
        one.open("/upcoming/")
        one.tab_to("main a[href='/align/']")
        one.press("Enter")
        one.page.wait_for_url("**/align/")
        choose_just(one, *chosen)
        expect(one.page.locator(f"{PRICE} .summary__lines .explain")).to_have_count(1)
        expect(one.page.locator("#picture tbody tr")).to_have_count(5)
        shown = total(one, PRICE)
        one.tab_to("form .button--primary")
        one.press("Enter")
        ends_on_one_date(one, shop, chosen, shown)
    give_back(shop, chosen, before)


def test_without_javascript_and_one_plan_for_all_that_differs(
    browser: Browser, shop: RunningHouse, chosen: tuple[str, str]
) -> None:
    before = dates_of(shop, *chosen)
    with visitor(browser, shop, ALICE, javascript=False) as one:
        one.open(f"/align/?s={chosen[0]}&s={chosen[1]}")
        shown = total(one, PRICE)
        one.page.get_by_role("button", name="Make it possible to align them").first.click()
        assert "What is changed first" in one.text(PRICE)
        one.page.get_by_role("button", name="Only what can be aligned as it is").click()
        button(one, "Update price").click()
        assert total(one, PRICE) == shown
        button(one, "Align").click()
        ends_on_one_date(one, shop, chosen, shown)
    give_back(shop, chosen, before)


def test_a_typed_day_counts_at_once(browser: Browser, shop: RunningHouse, chosen: tuple[str, str]) -> None:
    """One field: what is typed there is what is asked for, and the day that suggested itself is gone."""
    with visitor(browser, shop, ALICE) as one:
        one.open(f"/align/?s={chosen[0]}&s={chosen[1]}")
        expect(one.page.locator("#price")).to_contain_text("September 8, 2027")
        one.page.locator("#on").fill("2027-10-01")
        expect(one.page.locator("#price")).to_contain_text("October 1, 2027")
        expect(one.page.locator("#on")).to_have_value("2027-10-01")
        one.tab_to("form .button--primary")
        one.press("Enter")
        one.page.wait_for_url("**/quotes/**")
        assert "October 1, 2027" in one.text()
