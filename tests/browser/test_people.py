"""A colleague is invited, joins without JavaScript, gets a seat, and in the end owns the contract."""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import ALICE, button, is_done, submit, subscription_of, to_review
from tests.browser.visiting import PATIENCE_MS, PHONE, Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

MIA = "mia@brightwater.example"
LINK = re.compile(r"http://\S+(/invitations/\w+/)")
WAIT_SECONDS = PATIENCE_MS // 1000


def mailed_link(house: RunningHouse, to: str) -> str:
    """The path in the newest letter to that address, once the worker has sent it."""
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        rows = house.sql('SELECT text FROM db_sentmail WHERE "to" = %s ORDER BY sent_at DESC, id DESC LIMIT 1', to)
        if rows and (found := LINK.search(rows[0][0])):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to}")


def press(one: Visitor, name: str) -> None:
    """Press the button of that name with the keyboard."""
    button(one, name).focus()
    one.page.keyboard.press("Enter")


def role_of(house: RunningHouse, email: str) -> str:
    """The person's role as the database has it."""
    rows = house.sql("SELECT m.role FROM db_membership m JOIN db_user u ON u.id = m.user_id WHERE u.email = %s", email)
    return str(rows[0][0]) if rows else ""


def test_invited_joined_seated_and_handed_over(browser: Browser, shop: RunningHouse) -> None:
    vault = subscription_of(shop, ALICE, "vault")
    with visitor(browser, shop, ALICE) as alice:
        alice.open("/")
        alice.page.get_by_role("link", name="Users").first.click()
        alice.page.wait_for_url("**/users/")
        alice.page.locator("#id_email").fill(MIA)
        alice.page.locator("#id_role").select_option("viewer")
        press(alice, "Send the invitation")
        expect(alice.page.locator("main")).to_contain_text(f"The invitation is on its way to {MIA}.")
        link = mailed_link(shop, MIA)

        with visitor(browser, shop, javascript=False, size=PHONE, language="sv") as mia:
            mia.open(link)
            assert "Gå med i Brightwater Studio Inc." in mia.text("h1")
            press(mia, "Tacka ja till inbjudan")
            expect(mia.page.locator("[aria-invalid=true]")).to_have_count(1)
            mia.page.locator("#name").fill("Mia Moe")
            press(mia, "Tacka ja till inbjudan")
            mia.page.wait_for_url(shop.url + "/")
            assert role_of(shop, MIA) == "viewer"
            mia.open(f"/subscriptions/{vault}/users/")
            assert "I din roll (läsbehörighet) ingår inte att hantera användare och användarplatser." in mia.text()

            to_review(alice, vault, 1)
            submit(alice)
            is_done(alice)
            alice.page.locator("main").get_by_role("link", name="Assign users").click()
            alice.page.wait_for_url("**/users/")
            press(alice, "Assign Mia Moe")
            expect(alice.page.locator("table")).to_contain_text("Mia Moe")

            alice.page.locator("table").get_by_role("link", name="Mia Moe").click()
            alice.page.locator("main").get_by_role("link", name="Hand over").click()
            press(alice, "Confirm the offer")
            expect(alice.page.locator("main")).to_contain_text("You are the buyer until they accept.")
            assert role_of(shop, ALICE) == "buyer"

            mia.open("/users/")
            mia.page.locator("main").get_by_role("link", name="Tacka ja eller nej").click()
            press(mia, "Tacka ja")
            expect(mia.page.locator("main")).to_contain_text("Du är köparen nu.")
        assert (role_of(shop, ALICE), role_of(shop, MIA)) == ("billing_admin", "buyer")
    _give_back(shop)


def _give_back(shop: RunningHouse) -> None:
    """The house is shared: Alice is the buyer again."""
    change = "UPDATE db_membership SET role = %s WHERE user_id = (SELECT id FROM db_user WHERE email = %s)"
    shop.sql(change, "viewer", MIA)
    shop.sql(change, "buyer", ALICE)
