"""Payment methods in Chromium: added, used, edited, removed on a phone without JavaScript; refused for good later."""

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.accessibility import bring_axe, violations
from tests.browser.buying import button, subscription_of
from tests.browser.test_every_page import TOO_WIDE
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse
from tests.support.sandbox import wait_until

pytestmark = pytest.mark.browser

NURIA, KATHARINA = "nuria@mares.example", "katharina@brenner.example"
AOIFE = "aoife@clonmore.example"
NARROW, WIDE = ViewportSize(width=320, height=720), ViewportSize(width=1280, height=900)
ONE = ".method:has(h2 span:text-is('{}'))"


def pays(house: RunningHouse, subscription: str) -> str:
    """The label of what pays the subscription; "" where its own method is not named."""
    rows = house.sql(
        "SELECT m.label FROM db_subscription s JOIN db_paymentmethod m ON m.id = s.payment_method_id WHERE s.id = %s",
        subscription,
    )
    return str(rows[0][0]) if rows else ""


def looks_right(one: Visitor) -> None:
    """Nothing is wider than its box, and axe has nothing to say."""
    assert one.settled().evaluate(TOO_WIDE) == [], one.at()
    assert violations(one.settled()) == [], one.at()


def add_card(one: Visitor, number: str) -> None:
    """From the methods by way of the provider's page to the page that says what it shall pay."""
    one.open("/methods/")
    one.page.locator("button[name=kind][value=card]").click()
    one.page.locator("input[name=number]").fill(number)
    one.page.locator("input[name=expiry]").fill("12/31")
    one.page.locator("input[name=code]").fill("123")
    one.page.locator("button[name=answer][value=save]").click()
    one.page.wait_for_url("**/use/")


def test_a_card_is_added_used_edited_and_removed_without_javascript(browser: Browser, shop: RunningHouse) -> None:
    light, site = (subscription_of(shop, NURIA, product) for product in ("light", "site"))
    with visitor(browser, shop, NURIA, language="sv", javascript=False, size=NARROW) as one:
        add_card(one, "5555 5555 5555 4444")
        assert one.settled().evaluate(TOO_WIDE) == []
        one.page.locator(f"[id='s-{light}']").check()
        one.page.locator("#place-backup").check()
        button(one, "Spara ändringar").click()
        card = ONE.format("Mastercard 4444")
        expect(one.page.locator(f"{card} .badge", has_text="Reserv")).to_be_visible()
        assert one.settled().evaluate(TOO_WIDE) == []
        assert (pays(shop, light), pays(shop, site)) == ("Mastercard 4444", "")

        one.page.locator(f"{card} a[href$='/edit/']").click()
        one.page.locator("#id_billing_name").fill("Estudio Marés, ekonomi")
        one.page.locator("#id_year").select_option("2033")
        assert one.settled().evaluate(TOO_WIDE) == []
        button(one, "Spara ändringar").click()
        assert "Estudio Marés, ekonomi" in one.text(card)
        assert "31 dec. 2033" in one.text(card)

        one.page.locator(f"{card} a[href$='/edit/']").click()
        one.page.locator("#id_billing_name").fill("E" * 100)
        button(one, "Spara ändringar").click()
        for size in (NARROW, WIDE):
            one.page.set_viewport_size(size)
            assert one.settled().evaluate(TOO_WIDE) == []
            assert one.page.evaluate("document.documentElement.scrollWidth") <= size["width"]

        one.page.locator(f"{card} a[href$='/remove/']").click()
        assert "Visa 4242" in one.text("main .lead"), "what it pays falls to the default"
        button(one, "Ta bort").click()
        expect(one.page.locator(card)).to_have_count(0)
        assert pays(shop, light) == ""


def test_what_a_bank_refuses_for_good_is_moved_by_following_its_remedy(browser: Browser, shop: RunningHouse) -> None:
    """The provider's word comes by webhook; the reason leads to the other card, by keyboard, and the old one may go."""
    model = subscription_of(shop, KATHARINA, "model")
    with visitor(browser, shop, KATHARINA) as one:
        bring_axe(one.context)
        add_card(one, "5555 5555 5555 4444")
        expect(one.page.locator(f"[id='s-{model}']"), "its own card can't pay").to_be_checked()
        one.page.locator("#place-default").check()
        button(one, "Save changes").click()
        one.page.wait_for_url("**/methods/")
        assert pays(shop, model) == "Mastercard 4444"
        [(reference,)] = shop.sql(
            "SELECT m.gateway_reference FROM db_subscription s JOIN db_paymentmethod m ON m.id = s.payment_method_id"
            " WHERE s.id = %s",
            model,
        )
        shop.sandbox.post(f"/test/methods/{reference}/invalidate", code="stolen_card")
        card = ONE.format("Mastercard 4444")
        wait_until(lambda: "No longer accepted" in one.open("/methods/").locator(card).inner_text(), "the webhook")
        looks_right(one)
        one.tab_to(f"{card} .reasons a[href*='instead_of']")
        one.press("Enter")
        one.page.wait_for_url("**/use/**")
        looks_right(one)
        expect(one.page.locator(f"[id='s-{model}']"), "what it was to pay is chosen already").to_be_checked()
        one.tab_to("form .button--primary")
        one.press("Enter")
        one.page.wait_for_url("**/methods/")
        assert pays(shop, model) == "Visa 4242"
        one.page.locator(f"{card} a[href$='/remove/']").click()
        looks_right(one)
        button(one, "Remove").click()
        expect(one.page.locator(card)).to_have_count(0)


def test_a_card_is_replaced_by_a_new_one_in_one_step(browser: Browser, shop: RunningHouse) -> None:
    """From the card by way of the provider's page back to the page that lists what moves, and done: by keyboard."""
    sheets = subscription_of(shop, AOIFE, "sheets")
    with visitor(browser, shop, AOIFE) as one:
        bring_axe(one.context)
        one.open("/methods/").locator(".method a[href$='/replace/']").first.click()
        looks_right(one)
        one.tab_to("button[name=kind][value=card]")
        one.press("Enter")
        one.page.locator("input[name=number]").fill("5555 5555 5555 4444")
        one.page.locator("input[name=expiry]").fill("12/31")
        one.page.locator("input[name=code]").fill("123")
        one.page.locator("button[name=answer][value=save]").click()
        one.page.wait_for_url("**/replace/**")
        looks_right(one)
        one.tab_to("form .button--primary")
        one.press("Enter")
        one.page.wait_for_url("**/methods/")
        assert pays(shop, sheets) in ("", "Mastercard 4444")
        expect(one.page.locator(".method h2")).to_have_text(["Mastercard 4444"])
