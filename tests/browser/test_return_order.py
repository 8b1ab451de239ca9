"""Returning an order in Chromium: bought, given back, and found again, in Swedish and without JavaScript."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import ALICE, button, buy, is_done, orders_of, seats_now, subscription_of
from tests.browser.visiting import visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser


def test_seats_bought_and_returned_in_swedish_without_javascript(browser: Browser, shop: RunningHouse) -> None:
    draft = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, ALICE, language="sv", javascript=False) as one:
        before = seats_now(one, draft)
        buy(one, draft, 3)
        is_done(one)
        one.page.locator("main").get_by_role("link", name="Returnera den här beställningen", exact=True).click()
        one.page.wait_for_url("**/give-back/")
        assert f"Användarplatser: från {before + 3} till {before}" in one.text("section[aria-labelledby=undone]")
        assert one.money("section[aria-labelledby=back] .summary__line--total") == ["-382.19 USD"]
        assert one.money("section[aria-labelledby=undone] .facts") == ["382.19 USD"]
        button(one, "Returnera den här beställningen").click()
        one.page.wait_for_url("**/orders/*/")
        receipt = one.text()
        assert "Beställningen är returnerad" in receipt
        assert "har betalats tillbaka till Visa 4242" in receipt
        assert "CN-" in receipt
        order, status = orders_of(shop, draft)[-1]
        assert status == "returned"
        assert seats_now(one, draft) == before
        one.open("/orders/?state=returned")
        both = one.page.locator(f"a[href='/orders/{order}/']")
        expect(both, "the order, and its credit note").to_have_count(2)
        assert sorted(one.money(f"tr:has(a[href='/orders/{order}/'])")) == ["-382.19 USD", "382.19 USD"]
