"""Renewing and buying again in Chromium: several chosen in the list, paid at once; what ended, without JavaScript."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import CHARGE, PRICE, TOTAL
from tests.browser.visiting import PHONE, Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

GRACE = "grace@harborvale.example"
MIA = "mia@tran.example"
WORDS = {"en": ("Renew early", "Go on to the review"), "sv": ("Förnya i förtid", "Fortsätt till granskningen")}


def renewable(house: RunningHouse, email: str) -> list[str]:
    """Two that can be renewed early on the demo's day, with the same way to pay."""
    found = house.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND s.months >= 12 AND s.status = 'active' AND s.coming_on IS NULL"
        " AND s.renews_on BETWEEN '2026-11-23' AND '2027-02-19' ORDER BY s.renews_on, s.id LIMIT 2",
        email,
    )
    return [str(row[0]) for row in found]


def submit(one: Visitor) -> None:
    """From the review to the receipt."""
    one.page.wait_for_url("**/quotes/**")
    one.page.locator("form[action*=quotes] .button--primary").click()
    one.page.wait_for_url("**/orders/**")


def test_two_of_many_are_renewed_early_at_once(browser: Browser, shop: RunningHouse) -> None:
    ids = renewable(shop, GRACE)
    early, go_on = WORDS["en"]
    with visitor(browser, shop, GRACE) as one:
        one.open("/subscriptions/")
        for subscription in ids:
            one.page.locator(f"input[name=s][value='{subscription}']").check()
        one.page.locator(".bulk").get_by_role("button", name=early).click()
        one.page.wait_for_url("**/renew/?**")
        both = one.money(f"{PRICE} {TOTAL}")
        one.page.locator(f"input[name=s][value='{ids[1]}']").uncheck()
        expect(one.page.locator(f"{PRICE} {TOTAL} data")).not_to_have_attribute("value", both[0])
        one.page.locator(f"input[name=s][value='{ids[1]}']").check()
        expect(one.page.locator(f"{PRICE} {TOTAL} data")).to_have_attribute("value", both[0])
        one.page.get_by_role("button", name=go_on).click()
        one.page.wait_for_url("**/quotes/**")
        assert one.money(f"{CHARGE} {TOTAL}") == both
        submit(one)
        assert one.money(TOTAL) == both
        assert "Thank you, the renewal is paid" in one.text()
        one.open(f"/subscriptions/{ids[0]}/")
        assert "is paid ahead. Renews on" in one.text(".status__line")
        assert "Next term, paid ahead" in one.text("section[aria-labelledby=renewal]")
    coming = shop.sql("SELECT count(*) FROM db_subscription WHERE id = ANY(%s) AND coming_on IS NOT NULL", ids)
    assert coming == [(2,)]


def test_what_ended_is_bought_again_without_javascript(browser: Browser, shop: RunningHouse) -> None:
    [(ended,)] = shop.sql(
        "SELECT s.id FROM db_subscription s JOIN db_membership m USING (account_id) JOIN db_user u ON u.id = m.user_id"
        " WHERE u.email = %s AND s.status = 'canceled'",
        MIA,
    )
    with visitor(browser, shop, MIA, language="sv", javascript=False, size=PHONE) as one:
        one.open(f"/subscriptions/{ended}/")
        one.page.locator("main a.button", has_text="Köp").click()
        one.page.wait_for_url("**/buy-again/")
        assert "Förnyad i tid hade den kostat" in one.text()
        one.page.locator("button[name=step][value='1']").click()
        one.page.wait_for_url("**/buy-again/?*seats=*")
        to_pay = one.money(f"{PRICE} {TOTAL}")
        one.page.get_by_role("button", name=WORDS["sv"][1]).click()
        one.page.wait_for_url("**/quotes/**")
        assert one.money(f"{CHARGE} {TOTAL}") == to_pay
        submit(one)
        assert one.money(TOTAL) == to_pay
        one.page.locator(".receipt .button", has_text="Stäng").click()
        one.page.wait_for_url("**/subscriptions/**")
        assert str(ended) not in one.at()
