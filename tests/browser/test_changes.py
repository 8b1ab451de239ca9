"""Renewal off and on for several at once, fewer seats, a higher plan: in Chromium, from the list to the receipt."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import WORDS, button, submit_button, subscription_of
from tests.browser.visiting import visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

EERO = "eero@aaltoniemi.example"
"""Six seats of Model and of Render, Standard by the year, both from 15 January."""
SCHEDULED = "section[aria-labelledby=scheduled] li"


def of_any_plan(house: RunningHouse, product: str) -> str:
    """Eero's subscription to a product, whichever plan another test has left it with."""
    [(found,)] = house.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND s.product_code = %s",
        EERO,
        product,
    )
    return str(found)


@pytest.mark.parametrize(("language", "javascript"), [("en", True), ("sv", False)])
def test_off_for_several_at_once_and_on_again_by_hand(
    browser: Browser, shop: RunningHouse, language: str, javascript: bool
) -> None:
    owned = [of_any_plan(shop, product) for product in ("model", "render")]
    with visitor(browser, shop, EERO, language=language, javascript=javascript) as one:
        one.open("/subscriptions/")
        for subscription in owned:
            one.page.locator(f"input[name=s][value='{subscription}']").check()
        one.page.locator("button[formaction$='/auto-renew/']").click()
        one.page.wait_for_url("**/subscriptions/auto-renew/?*")
        expect(one.page.locator("tbody tr")).to_have_count(2)
        assert len(one.money("form .alert")) == 1, "what is lost, in sum"
        one.page.locator("#why").fill("Too many seats")
        one.page.locator("main form .button--primary").click()
        one.page.wait_for_url("**/subscriptions/")
        for subscription in owned:
            one.open(f"/subscriptions/{subscription}/")
            expect(one.page.locator(SCHEDULED)).to_have_count(1)
            one.page.locator("a[href$='/auto-renew/']").first.click()
            one.page.wait_for_url("**/auto-renew/")
            one.tab_to("main form .button--primary")
            one.press("Enter")
            one.page.wait_for_url(f"**/{subscription}/")
            expect(one.page.locator(SCHEDULED)).to_have_count(0)


def test_fewer_seats_stay_scheduled_through_an_upgrade(browser: Browser, shop: RunningHouse) -> None:
    model = subscription_of(shop, EERO, "model")
    with visitor(browser, shop, EERO) as one:
        one.open(f"/subscriptions/{model}/")
        one.page.locator("a[href$='/fewer-seats/']").first.click()
        one.page.wait_for_url("**/fewer-seats/")
        before = one.money("#price")
        one.page.locator("button[data-step='-1']").click()
        expect(one.page.locator("#seats")).to_have_value("4")
        one.page.wait_for_function("was => document.querySelector('#price data.money').value !== was", arg=before[0])
        button(one, WORDS["en"].confirm).click()
        one.page.wait_for_url(f"**/{model}/")
        expect(one.page.locator(SCHEDULED)).to_have_count(1)
        one.page.locator("a[href$='/plan/']").first.click()
        one.page.wait_for_url("**/plan/")
        one.page.locator("label[for=when_renewal]").click()
        expect(one.page.locator("#price")).to_contain_text("Nothing is charged now.")
        one.page.locator("label[for=when_now]").click()
        expect(one.page.locator("#price")).to_contain_text("Deduction for what is left of the old plan")
        one.page.locator("form .button--primary").click()
        one.page.wait_for_url("**/quotes/**")
        assert "Plan: from Standard to Premium" in one.text()
        submit_button(one).click()
        expect(one.page.locator("main")).to_contain_text(WORDS["en"].done)
        one.open(f"/subscriptions/{model}/")
        assert "Premium" in one.text(".page-head")
        expect(one.page.locator(SCHEDULED)).to_have_count(1)
        one.page.locator(f"{SCHEDULED} button").click()
        expect(one.page.locator(SCHEDULED)).to_have_count(0)
