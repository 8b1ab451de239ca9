"""Changing the term in Chromium: the worked numbers of rules 3 side by side, confirmed, seen, taken back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import LANGUAGES, WORDS, button, explanation, subscription_of
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

HENRY = "henry@ostrander.example"
"""One seat of Draft by the year: the worked example as it stands in the rules."""
THREE_YEARS = ".choice:has(#months_36)"
SCHEDULED = "section[aria-labelledby=scheduled]"
LINE, RENEWAL = ".status__line", "section[aria-labelledby=renewal] .facts"
SHOWN = {
    "en": ("$1,179.00", "$1,260.00", "$1,310.00", "6.4%", "11.1%"),
    "sv": ("1 179,00 US$", "1 260,00 US$", "1 310,00 US$", "6,4 %", "11,1 %"),
    "nl": ("US$ 1.179,00", "US$ 1.260,00", "US$ 1.310,00", "6,4%", "11,1%"),
}
TODAY = {"en": "$420.00", "sv": "420,00 US$", "nl": "US$ 420,00"}
"""A renewal for the term of today."""


def open_terms(one: Visitor, subscription: str) -> None:
    """From the subscription to the terms side by side."""
    one.open(f"/subscriptions/{subscription}/")
    one.page.locator("main").get_by_role("link", name=WORDS[one.language].change_term, exact=True).click()
    one.page.wait_for_url("**/term/")


def shows_the_worked_numbers(one: Visitor) -> None:
    """At renewal, three yearly renewals, lapsed; what is saved and what lapsing costs more."""
    at_renewal, yearly, lapsed, saved, dearer = SHOWN[one.language]
    choice = one.text(THREE_YEARS)
    assert one.text(f"{THREE_YEARS} .choice__price data") == at_renewal
    assert lapsed in choice
    assert saved in choice
    assert dearer in choice
    assert yearly in explanation(one, THREE_YEARS)
    assert one.money(f"{THREE_YEARS} .choice__price") == ["1179.00 USD"]


def is_scheduled(one: Visitor, subscription: str) -> None:
    """The subscription's page has one entry under "at your next renewal", and promises its price."""
    one.page.wait_for_url(f"**/{subscription}/")
    expect(one.page.locator(f"{SCHEDULED} li")).to_have_count(1)
    renews_for(one, SHOWN[one.language][0], "1179.00 USD")


def renews_for(one: Visitor, written: str, price: str) -> None:
    """The line at the head says that amount; the price of its only seat is the same."""
    assert f" {written} " in one.text(LINE)
    assert one.money(RENEWAL) == [price]


def undo(one: Visitor) -> None:
    """Take the entry back; the next renewal is as it was."""
    one.page.locator(f"{SCHEDULED} li button", has_text=WORDS[one.language].undo).click()
    expect(one.page.locator(f"{SCHEDULED} li")).to_have_count(0)
    renews_for(one, TODAY[one.language], "420.00 USD")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_three_years_instead_of_one(browser: Browser, shop: RunningHouse, language: str, javascript: bool) -> None:
    draft = subscription_of(shop, HENRY, "draft")
    with visitor(browser, shop, HENRY, language=language, javascript=javascript) as one:
        open_terms(one, draft)
        shows_the_worked_numbers(one)
        one.page.locator("label[for=months_36]").click()
        button(one, WORDS[language].confirm).click()
        is_scheduled(one, draft)
        undo(one)


def test_by_keyboard_alone(browser: Browser, shop: RunningHouse) -> None:
    draft = subscription_of(shop, HENRY, "draft")
    with visitor(browser, shop, HENRY) as one:
        one.open(f"/subscriptions/{draft}/")
        one.tab_to("a[href$='/term/']")
        one.press("Enter")
        one.page.wait_for_url("**/term/")
        one.tab_to("#months_12")
        one.press("ArrowDown")
        expect(one.page.locator("#months_36")).to_be_checked()
        one.tab_to("form .button--primary")
        one.press("Enter")
        is_scheduled(one, draft)
        one.tab_to(f"{SCHEDULED} li button")
        one.press("Enter")
        expect(one.page.locator(f"{SCHEDULED} li")).to_have_count(0)
        renews_for(one, TODAY["en"], "420.00 USD")
