"""Adding seats in Chromium: the worked example of rules 4 in every language, without JavaScript, by keyboard alone."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Route, expect

from tests.browser.buying import (
    ALICE,
    CHARGE,
    LANGUAGES,
    PRICE,
    RECEIPT,
    RENEWAL,
    WORDS,
    adds_up,
    amounts,
    button,
    explanation,
    is_done,
    seats_now,
    submit_button,
    subscription_of,
    to_seats,
    total,
)
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

WORKED = "382.19 USD"
SHOWN = {"en": "$382.19", "sv": "382,19 US$", "nl": "US$ 382,19"}
UNIT_PRICE = {"en": "465.00", "sv": "465,00", "nl": "465,00"}


def says_how(one: Visitor, part: str) -> None:
    """The part carries the worked amount, as its language writes it, and the arithmetic that makes it."""
    assert total(one, part) == WORKED
    assert SHOWN[one.language] in one.text(part)
    told = explanation(one, part)
    numbers = set(re.findall(r"\d+(?:[.,]\d+)?", told))
    assert {UNIT_PRICE[one.language], "3", "100", "365"} <= numbers, told
    assert adds_up(one, part)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_seats_with_100_days_left(browser: Browser, shop: RunningHouse, language: str) -> None:
    draft = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, language=language) as one:
        one.open("/accounts/login/")
        one.page.locator(f"button.person[value='{ALICE}']").click()
        one.page.wait_for_url(shop.url + "/")
        before = seats_now(one, draft)

        to_seats(one, draft)
        live = one.page.locator(f"{PRICE} .summary__line--total data")
        expect(live).to_have_attribute("value", "127.40 USD")
        plus = one.page.locator("[data-step='1']")
        plus.click()
        plus.click()
        expect(live).to_have_attribute("value", WORKED)
        assert one.at() == f"/subscriptions/{draft}/seats/", "the price came by itself"
        says_how(one, PRICE)
        offered, renewal = amounts(one, PRICE), one.money(RENEWAL)

        button(one, WORDS[language].save).click()
        one.page.wait_for_url("**/quotes/**")
        says_how(one, CHARGE)
        assert amounts(one, CHARGE) == offered
        assert one.money(RENEWAL) == renewal
        assert renewal[0] == f"{(before + 3) * 420}.00 USD"

        submit_button(one).click()
        is_done(one)
        says_how(one, RECEIPT)
        assert amounts(one, RECEIPT) == offered
        assert seats_now(one, draft) == before + 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript(browser: Browser, shop: RunningHouse, language: str) -> None:
    draft = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, ALICE, language=language, javascript=False) as one:
        before = seats_now(one, draft)
        to_seats(one, draft)
        one.page.locator("[name=step][value='1']").click()
        expect(one.page.locator("#seats")).to_have_value("2")
        one.page.locator("#seats").fill("3")
        one.page.locator("button[name=update]").click()
        offered = amounts(one, PRICE)
        assert offered[-1] == WORKED

        button(one, WORDS[language].save).click()
        assert amounts(one, CHARGE) == offered
        assert UNIT_PRICE[language] in str(one.settled().locator(f"{CHARGE} .explain ol").text_content())
        submit_button(one).click()
        is_done(one)
        assert amounts(one, RECEIPT) == offered
        assert seats_now(one, draft) == before + 3


def test_typing_on_while_a_price_is_under_way(browser: Browser, shop: RunningHouse) -> None:
    """On a slow line: the last number counts, and the browser has nothing to complain about."""
    draft = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, ALICE) as one:
        one.open(f"/subscriptions/{draft}/seats/")
        waiting: list[Route] = []
        one.page.route("**/seats/?*", lambda route: waiting.append(route), times=1)
        plus = one.page.locator("[data-step='1']")
        with one.page.expect_request("**/seats/?*"):
            plus.click()
        plus.click()
        one.page.wait_for_timeout(500)
        for route in waiting:
            with suppress(Error):  # it was called off
                route.continue_()
        expect(one.page.locator(f"{PRICE} .summary__line--total data")).to_have_attribute("value", WORKED)


def test_by_keyboard_alone(browser: Browser, shop: RunningHouse) -> None:
    """From the first page to the receipt without a mouse, and the focus can be seen all the way."""
    draft = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, ALICE) as one:
        before = seats_now(one, draft)
        one.open("/")
        one.press("Tab", "Enter")  # skip to the content
        expect(one.page.locator("#main")).to_be_focused()
        one.open("/")
        one.tab_to("nav a[href='/subscriptions/']")
        one.press("Enter")
        one.page.wait_for_url("**/subscriptions/")
        one.tab_to(f"table a[href='/subscriptions/{draft}/']")
        one.press("Enter")
        one.page.wait_for_url(f"**/{draft}/")
        one.tab_to("a[href$='/seats/']")
        one.press("Enter")
        one.page.wait_for_url("**/seats/")

        one.tab_to("#seats")
        one.press("ArrowUp")
        one.tab_to("[data-step='1']")
        one.press("Space")
        expect(one.page.locator(f"{PRICE} .summary__line--total data")).to_have_attribute("value", WORKED)
        one.tab_to(f"{PRICE} .explain summary")
        one.press("Enter")
        expect(one.page.locator(f"{PRICE} .explain ol").first).to_be_visible()
        one.tab_to("form.split .button--primary", key="Shift+Tab")
        one.press("Enter")
        one.page.wait_for_url("**/quotes/**")
        one.tab_to("form[action*='/quotes/'] .button--primary")
        one.press("Enter")
        is_done(one)
        assert seats_now(one, draft) == before + 3
