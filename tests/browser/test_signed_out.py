"""The session is gone under way: the whole page signs in, and one goes on with what one was at."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import ALICE, CHARGE, PRICE, button, submit_button, subscription_of, total
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

SESSION = "session"


def lose_the_session(one: Visitor) -> None:
    """As when it expires."""
    one.page.context.clear_cookies(name=SESSION)


def click_person(one: Visitor, email: str) -> None:
    """Sign in again, by the demo's click."""
    expect(one.page).to_have_url(re.compile("/accounts/login/"))
    one.page.locator(f"button.person[value='{email}']").click()


def test_a_typed_number_survives_the_sign_in(browser: Browser, house: RunningHouse) -> None:
    draft = subscription_of(house, ALICE, "draft")
    with visitor(browser, house, ALICE) as one:
        one.open(f"/subscriptions/{draft}/seats/")
        lose_the_session(one)
        one.page.locator("#seats").fill("3")
        click_person(one, ALICE)
        expect(one.page.locator("#seats")).to_have_value("3")
        assert total(one, PRICE) == "382.19 USD"


def test_a_typed_number_survives_another_language(browser: Browser, house: RunningHouse) -> None:
    draft = subscription_of(house, ALICE, "draft")
    with visitor(browser, house, ALICE) as one:
        one.open(f"/subscriptions/{draft}/seats/")
        one.page.locator("#seats").fill("3")
        expect(one.page.locator(f"{PRICE} .summary__line--total data")).to_have_attribute("value", "382.19 USD")
        one.page.locator("details.menu:has(button[name=language]) summary").click()
        one.page.locator("button[name=language][value=sv]").click()
        expect(one.page.locator("html")).to_have_attribute("lang", "sv")
        expect(one.page.locator("#seats")).to_have_value("3")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_offer_survives_the_sign_in(browser: Browser, house: RunningHouse, javascript: bool) -> None:
    draft = subscription_of(house, ALICE, "draft")
    with visitor(browser, house, ALICE, javascript=javascript) as one:
        one.open(f"/subscriptions/{draft}/seats/?seats=3")
        button(one, "Save changes").click()
        one.page.wait_for_url("**/quotes/**")
        review = one.at()
        lose_the_session(one)
        submit_button(one).click()
        expect(one.page.locator("main")).to_contain_text("You were signed out, so nothing was sent.")
        click_person(one, ALICE)
        expect(submit_button(one)).to_be_visible()
        assert one.at() == review
        assert total(one, CHARGE) == "382.19 USD"
