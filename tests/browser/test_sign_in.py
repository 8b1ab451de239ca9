"""Signing in, by hand: password, e-mailed code, one click; the way back, the language, another account, signing out."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tenor.cli.seed import DEMO_PASSWORD
from tests.browser.buying import ALICE, subscription_of
from tests.browser.visiting import Visitor, visitor
from tests.support.house import RunningHouse

pytestmark = pytest.mark.browser

DANA, CHARLIE, KARIN = "dana@brightwater.example", "charlie@cobalt.example", "karin@lindqvist.example"
CODE = re.compile(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})*)\s*$", re.MULTILINE)


def type_password(one: Visitor, email: str, password: str) -> None:
    """Fill in the form of the sign-in page and send it."""
    one.page.locator("#id_login").fill(email)
    one.page.locator("#id_password").fill(password)
    one.page.locator("form:has(#id_password) .button--primary").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_by_password_after_a_wrong_one(browser: Browser, house: RunningHouse, javascript: bool) -> None:
    """A deep link leads to sign-in, says nothing about who exists, and goes on where it was meant to."""
    draft = subscription_of(house, ALICE, "draft")
    with visitor(browser, house, javascript=javascript) as one:
        one.page.goto(f"{house.url}/subscriptions/{draft}/seats/?seats=3")
        assert one.at() == "/accounts/login/"
        type_password(one, ALICE, "not-the-password")
        refused = one.text("[role=alert]")
        type_password(one, "nobody@brightwater.example", "not-the-password")
        assert one.text("[role=alert]") == refused, "whether an address is known is nobody's business"
        type_password(one, ALICE, DEMO_PASSWORD)
        one.page.wait_for_url("**/seats/?seats=3")
        assert one.money("#price .summary__line--total") == ["382.19 USD"]


def test_by_a_code_from_the_mailbox(browser: Browser, house: RunningHouse) -> None:
    with visitor(browser, house) as one:
        one.open("/accounts/login/")
        one.page.locator("a[href^='/accounts/login/code/'], button[form]").first.click()
        one.page.wait_for_url("**/login/code/**")
        one.page.locator("input[type=email]").fill(DANA)
        one.page.locator("main form .button--primary").click()
        one.page.wait_for_url("**/confirm/")

        one.page.locator("#id_code").fill("WRONG1")
        one.page.locator("main form .button--primary").first.click()
        expect(one.page.locator("[aria-invalid=true]")).to_have_count(1)
        one.page.locator("#id_code").fill(mailed_code(one))
        one.page.locator("main form .button--primary").first.click()
        one.page.wait_for_url(house.url + "/")
        assert one.text("h1") == "Brightwater Studio Inc."


def mailed_code(one: Visitor) -> str:
    """The code as the demo's mailbox shows it, in another tab."""
    tab = one.context.new_page()
    tab.goto(one.house.url + "/demo/mailbox/")
    tab.locator("tbody a").first.click()
    tab.wait_for_url("**/mailbox/*/")
    letter = tab.locator("main").inner_text()
    assert DANA in letter
    found = CODE.search(letter)
    assert found, letter
    tab.close()
    return found[1]


def test_one_click_for_each_of_the_demos_people(browser: Browser, house: RunningHouse) -> None:
    with visitor(browser, house, javascript=False) as one:
        one.open("/accounts/login/")
        people = one.page.locator("button.person")
        emails = [str(value) for value in people.evaluate_all("all => all.map((one) => one.value)")]
        assert len(emails) >= 25
        token = str(one.page.locator("[name=csrfmiddlewaretoken]").first.input_value())
        action = str(one.page.locator("form:has(button.person)").first.get_attribute("action"))
        for email in emails:  # sent as the button does, without drawing thirty first pages
            form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "person": email}
            answer = one.context.request.post(house.url + action, form=form, headers={"Referer": house.url})
            assert answer.url == f"{house.url}/", email
            assert email in answer.text()
            one.open("/help/")
            token = str(one.page.locator("[name=csrfmiddlewaretoken]").first.input_value())


def test_a_language_is_kept(browser: Browser, house: RunningHouse) -> None:
    """Chosen once: on the same page, after signing out, and in a browser that never heard of it."""
    with visitor(browser, house, KARIN) as one:
        one.open("/subscriptions/?sort=name")
        one.page.locator("header details:has([name=language]) summary").click()
        one.page.locator("button[name=language][value=nl]").click()
        expect(one.page.locator("html")).to_have_attribute("lang", "nl")
        assert one.settled().url.endswith("/subscriptions/?sort=name")
        assert one.text("h1") == "Abonnementen en contracten"
    with visitor(browser, house) as other:
        other.context.clear_cookies()
        other.open("/accounts/login/")
        other.page.locator(f"button.person[value='{KARIN}']").click()
        other.page.wait_for_url(house.url + "/")
        expect(other.page.locator("html")).to_have_attribute("lang", "nl")
        other.open("/accounts/login/")
        other.page.locator("button[name=language][value=sv]").evaluate("one => one.closest('details').open = true")
        other.page.locator("button[name=language][value=sv]").click()
        expect(other.page.locator("html")).to_have_attribute("lang", "sv")


def test_another_account(browser: Browser, shop: RunningHouse) -> None:
    """Who belongs to two companies chooses; nobody enters a third one."""
    shop.sql(
        "INSERT INTO db_membership (id, account_id, user_id, role)"
        " SELECT gen_random_uuid(), m.account_id, charlie.id, 'viewer' FROM db_user charlie, db_user karin"
        " JOIN db_membership m ON m.user_id = karin.id WHERE charlie.email = %s AND karin.email = %s",
        CHARLIE,
        KARIN,
    )
    foreign = subscription_of(shop, ALICE, "draft")
    with visitor(browser, shop, CHARLIE) as one:
        one.open("/")
        first = one.text("h1")
        one.page.locator("header details:has([name=account]) summary").click()
        one.page.locator("button[name=account]:not([aria-current])").click()
        expect(one.page.locator("h1")).not_to_have_text(first)
        assert {first, one.text("h1")} == {"Cobalt Surveying LLC", "Lindqvist Arkitekter AB"}
        chosen = one.text("h1")
        one.page.locator("header details:has([name=account]) summary").click()
        [(alices,)] = shop.sql("SELECT account_id FROM db_subscription WHERE id = %s", foreign)
        entry = one.page.locator("button[name=account]:not([aria-current])")
        entry.evaluate("(one, id) => { one.value = id; }", str(alices))
        entry.click()
        assert one.text("h1") == chosen
        one.open(f"/subscriptions/{foreign}/", status=404)


def test_signing_out_takes_a_post(browser: Browser, house: RunningHouse) -> None:
    with visitor(browser, house, DANA) as one:
        one.open("/accounts/logout/")
        one.open("/")
        assert one.at() == "/", "looking at the page signs nobody out"
        one.page.locator("header details:has(form[action='/accounts/logout/']) summary").click()
        one.page.locator("form[action='/accounts/logout/'] button").click()
        one.page.wait_for_url("**/accounts/login/**")
        one.page.goto(house.url + "/")
        assert one.at() == "/accounts/login/"
        one.page.go_back()
        expect(one.page.locator("#id_password")).to_be_visible()  # nothing of the account is kept by the browser
