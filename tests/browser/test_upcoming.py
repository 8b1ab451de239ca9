"""Upcoming payments in Chromium: by keyboard and without script, as picture, list and file, which all say the same."""

import csv
from io import StringIO

import pytest
from playwright.sync_api import Browser, Page

from tenor.domain.money import Money, total
from tests.browser.accessibility import bring_axe, violations
from tests.browser.visiting import PHONE, Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

GRACE = "grace@harborvale.example"
HARRIET = "harriet@thornbury.example"


def amounts(one: Visitor, selector: str) -> list[Money]:
    return [Money.of(*shown.split()) for shown in one.money(selector)]


def times_folded(page: Page) -> list[int]:
    """Of how many payments each line is made that stands for several: "12 × $464.00"."""
    return [int(shown.split()[0]) for shown in page.locator(".coming small:has(.coming__each)").all_inner_texts()]


def test_picture_list_and_file_of_forty_subscriptions_say_the_same(browser: Browser, house: RunningHouse) -> None:
    with visitor(browser, house, GRACE, javascript=False) as one:
        page = one.open("/upcoming/")
        charged = total([*amounts(one, ".coming__sum"), *amounts(one, ".coming strong")], "USD")
        assert amounts(one, ".figures div:last-child") == [charged]
        assert total(amounts(one, ".coming__group td"), "USD") == charged

        assert page.locator(".timechart__table").is_visible()
        marks = page.locator("td .timechart__mark").count()
        assert marks > page.locator(".coming__one").count()

        answer = one.context.request.get(f"{house.url}/upcoming.csv")
        rows = list(csv.DictReader(StringIO(answer.text())))
        by_payment = {
            (row["Date"], row["Payment method"], row["Payment total"]) for row in rows if row["Payment total"]
        }
        assert total((Money.of(each[2], "USD") for each in by_payment), "USD") == charged
        assert len(by_payment) == page.locator(".coming__sum data").count() + sum(times_folded(page)) > 30
        assert len(rows) == marks

        one.tab_to(".coming__how summary", most=120)
        one.press("Enter")
        assert page.locator(".summary__line--total").first.is_visible()
        assert amounts(one, ".summary__line--total")[0] == amounts(one, ".coming__each")[0]


def test_on_a_phone_the_list_stands_for_the_picture_and_leads_to_what_is_owed(
    browser: Browser, house: RunningHouse
) -> None:
    with visitor(browser, house, HARRIET, language="sv", scheme="dark", size=PHONE) as one:
        bring_axe(one.context)
        page = one.open("/upcoming/")
        assert not page.locator(".timechart__table").is_visible()
        assert violations(page) == []
        page.get_by_role("link", name="Betala nu").click()
        page.wait_for_url("**/orders/**")
        assert one.at().startswith("/orders/")
