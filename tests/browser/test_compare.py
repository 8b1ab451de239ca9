"""Comparing terms and plans in Chromium: the picture and its figures, the announced rise, and on to the choice."""

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.buying import ALICE, subscription_of
from tests.browser.test_every_page import TOO_WIDE
from tests.browser.visiting import visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

SMALL = ViewportSize(width=320, height=640)
LINES = ".steps-chart__labels .steps-chart__name"
FIGURES = ".steps-chart tbody tr"
RISE = "Premium, 1 year: from January 20, 2028 a seat costs $467.10 instead of $432.00."
SAYS = {
    "sv": ("Jämför avtalstider och planer", "sparar 1 026,90 US$ (10,7 %) på tre år"),
    "nl": ("Termijnen en plannen vergelijken", "bespaart US$ 1.026,90 (10,7%) over drie jaar"),
}


def test_three_years_are_looked_at_and_chosen_by_keyboard_without_javascript(
    browser: Browser, house: RunningHouse
) -> None:
    """Alice's seven seats of Render Premium: dearer from the second payment on, unless she takes three years."""
    render = subscription_of(house, ALICE, "render", "premium")
    with visitor(browser, house, ALICE, javascript=False) as one:
        one.open(f"/subscriptions/{render}/")
        one.tab_to("a[href$='/compare/']")
        one.press("Enter")
        one.page.wait_for_url("**/compare/")
        assert RISE in one.text("main")
        assert "saves $1,026.90 (10.7%) over 3 years" in one.text(".table--compared")
        expect(one.page.locator(LINES)).to_have_count(3)
        one.tab_to(".steps-chart summary")
        one.press("Enter")
        expect(one.page.locator(FIGURES)).to_have_count(3)
        assert one.money(f"{FIGURES}:nth-child(2)") == ["3024.00 USD", "6293.70 USD", "9563.40 USD"]
        one.tab_to(".tabs a[href='?plan=standard']")
        one.press("Enter")
        expect(one.page.locator(LINES)).to_have_count(4)
        assert "Standard contains" not in one.text("main")
        one.page.locator(".tabs a[href='?plan=premium']").click()
        one.page.locator("a[href$='?months=36']").click()
        expect(one.page.locator("#months_36")).to_be_checked()
        assert one.money(".choice:has(#months_36) .choice__price") == ["8536.50 USD"]


@pytest.mark.parametrize("language", SAYS)
def test_everything_opened_fits_the_smallest_phone(browser: Browser, house: RunningHouse, language: str) -> None:
    render, (title, saving) = subscription_of(house, ALICE, "render", "premium"), SAYS[language]
    with visitor(browser, house, ALICE, language=language, scheme="dark", size=SMALL) as one:
        one.open(f"/subscriptions/{render}/compare/")
        expect(one.page.locator("h1")).to_have_text(title)
        assert saving in one.text(".table--compared")
        one.settled().evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        assert one.settled().evaluate(TOO_WIDE) == []
