"""What may come between the review and the receipt: bank, decline, silence, direct debit, impatience, a new price."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.buying import (
    CHARGE,
    RECEIPT,
    WORDS,
    button,
    buy,
    charges_of,
    is_done,
    orders_of,
    pay_button,
    pays_with,
    seats_now,
    submit,
    submit_button,
    subscription_of,
    to_review,
    total,
)
from tests.browser.visiting import Visitor, visitor
from tests.support.house import ROOT, RunningHouse
from tests.support.house_fixtures import NewHouse
from tests.support.sandbox import wait_until

pytestmark = pytest.mark.browser

FIONA, STELLA, ANDRE = "fiona@penrosehale.example", "stella@redwoodcivil.example", "andre@bayoustructural.example"
NOAH, ISABEL, INGRID = "noah@mapleforge.example", "isabel@mesaridge.example", "ingrid@fjordlys.example"
JOOST, RENEE = "joost@vandijk.example", "renee@lakeshore.example"


def has_title(one: Visitor, said: str) -> None:
    """The head of the receipt says that."""
    expect(one.page.locator(".receipt__title")).to_have_text(said)


def number_of(house: RunningHouse, receipt: str) -> str:
    """The number of the order of a receipt."""
    [(number,)] = house.sql("SELECT number FROM db_order WHERE id = %s", receipt.split("/")[2])
    return str(number)


def status_of(house: RunningHouse, subscription: str) -> str:
    """How the newest order on the subscription stands."""
    return orders_of(house, subscription)[-1][1]


def answer_bank(one: Visitor, answer: str) -> None:
    """Approve or refuse on the bank's page; it leads back to the order."""
    one.page.wait_for_url("**/bank/**")
    one.page.locator(f"button[value={answer}]").click()
    one.page.wait_for_url("**/orders/*/")


def test_the_bank_checks(browser: Browser, shop: RunningHouse) -> None:
    """Refused first: the order keeps its place and is resumed; approved, the seats are there."""
    draft = subscription_of(shop, FIONA, "draft")
    pays_with(shop, FIONA, "bank_check")
    with visitor(browser, shop, FIONA) as one:
        before = seats_now(one, draft)
        buy(one, draft, 2)
        answer_bank(one, "refuse")
        has_title(one, "The payment was declined")
        assert "The payment was not confirmed with the bank." in one.text()
        order = one.at()
        assert seats_now(one, draft) == before, "nothing is granted before it is paid"
        assert f"Order {number_of(shop, order)} is not finished yet" in one.text()

        one.open(order)
        pay_button(one).click()
        answer_bank(one, "approve")
        is_done(one)
        assert one.at() == order
        assert seats_now(one, draft) == before + 2


def test_an_order_that_waits_for_the_bank_is_canceled(browser: Browser, shop: RunningHouse) -> None:
    model = subscription_of(shop, FIONA, "model")
    pays_with(shop, FIONA, "bank_check")
    with visitor(browser, shop, FIONA, javascript=False) as one:
        buy(one, model, 1)
        one.page.wait_for_url("**/bank/**")
        order, _status = orders_of(shop, model)[-1]
        one.open(f"/orders/{order}/")
        has_title(one, "Your bank asks you to confirm the payment")
        assert one.settled().locator(".receipt__body a.button--primary").get_attribute("href") in bank_pages(
            shop, order
        )
        button(one, "Cancel order").click()
        has_title(one, "The order is canceled")
    assert status_of(shop, model) == "canceled"
    assert charges_of(shop, order) == ["canceled"]


def bank_pages(house: RunningHouse, order: str) -> list[str]:
    """Where the payment of an order is confirmed."""
    rows = house.sql(
        "SELECT p.action_url FROM db_payment p JOIN db_invoice i ON i.id = p.invoice_id WHERE i.order_id = %s", order
    )
    return [row[0] for row in rows]


def test_a_decline_then_another_card(browser: Browser, shop: RunningHouse) -> None:
    site = subscription_of(shop, STELLA, "survey")
    pays_with(shop, STELLA, "declined_soft")
    with visitor(browser, shop, STELLA) as one:
        before = seats_now(one, site)
        buy(one, site, 1)
        has_title(one, "The payment was declined")
        assert "The bank declined the payment without giving a reason." in one.text()
        order, charged = one.at(), total(one, RECEIPT)

        one.page.locator("summary", has_text="Another payment method").click()
        add_card(one, "5555 5555 5555 4444")
        assert one.at() == order, "back to what is to be paid"
        expect(one.page.get_by_role("radio", name="Mastercard")).to_be_checked()
        pay_button(one).click()
        expect(one.page.locator(".receipt__title")).to_have_text(WORDS["en"].done)
        assert total(one, RECEIPT) == charged
        assert seats_now(one, site) == before + 1
    assert sorted(charges_of(shop, order.split("/")[2])) == ["declined", "succeeded"]


def add_card(one: Visitor, number: str) -> None:
    """Add a card on the provider's page, and come back to the page where it was missed."""
    one.page.locator("button[name=kind][value=card]").click()
    one.page.wait_for_url("**/setup/**")
    for name, value in (("number", number), ("expiry", "08/31"), ("code", "123")):
        one.page.locator(f"#{name}").fill(value)
    one.page.locator("button.primary").click()
    one.page.wait_for_url("**/orders/**")


@contextmanager
def worker_rests(house: RunningHouse) -> Iterator[None]:
    """So that the page is seen as it is before the worker asks."""
    house.ask_to_stop("worker")
    try:
        yield
    finally:
        house.start("worker")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_lost_answer_is_found_out(browser: Browser, shop: RunningHouse, javascript: bool) -> None:
    """The card was charged and nobody said so: the worker asks, the page says so as soon as it is known, and there is
    one charge.
    """
    draft = subscription_of(shop, INGRID, "draft")
    with visitor(browser, shop, INGRID, javascript=javascript) as one:
        with worker_rests(shop):
            before = seats_now(one, draft)
            buy(one, draft, 1)
            has_title(one, "We are waiting for the payment provider's answer")
            expect(pay_button(one), "nobody pays twice").to_have_count(0)
        wait_until(lambda: status_of(shop, draft) == "fulfilled", "the worker to ask the provider")
        order, _status = orders_of(shop, draft)[-1]
        has_title(one, "Thank you, the order is completed")
        assert seats_now(one, draft) == before + 1
    assert charges_of(shop, order) == ["succeeded"]


def test_a_direct_debit_takes_days(browser: Browser, fresh_house: NewHouse) -> None:
    house = fresh_house()
    model = subscription_of(house, JOOST, "model", "premium")
    with visitor(browser, house, JOOST) as one:
        before = seats_now(one, model)
        buy(one, model, 1)
        has_title(one, "The direct debit is under way")
        expect(pay_button(one)).to_have_count(0)
        assert seats_now(one, model) == before, "seats are granted when the money is there"
        order = orders_of(house, model)[-1][0]
        house.advance(days=6)
        wait_until(lambda: status_of(house, model) == "fulfilled", "the debit to settle")
        one.open(f"/orders/{order}/")
        is_done(one)
        assert seats_now(one, model) == before + 1
    assert charges_of(house, order) == ["succeeded"]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_is_one_order(browser: Browser, shop: RunningHouse, javascript: bool) -> None:
    vault = subscription_of(shop, NOAH, "vault")
    with visitor(browser, shop, NOAH, javascript=javascript) as one:
        before, orders = seats_now(one, vault), len(orders_of(shop, vault))
        to_review(one, vault, 1)
        submit_button(one).dblclick(no_wait_after=True)
        is_done(one)
        assert len(orders_of(shop, vault)) == orders + 1
        assert charges_of(shop, one.at().split("/")[2]) == ["succeeded"]
        assert seats_now(one, vault) == before + 1


def test_back_after_the_receipt_leads_to_the_receipt(browser: Browser, shop: RunningHouse) -> None:
    """A quote that was submitted is over: neither the back button nor sending it again buys anything."""
    sheets = subscription_of(shop, ISABEL, "sheets")
    with visitor(browser, shop, ISABEL) as one:
        to_review(one, sheets, 1)
        quote = one.at()
        submit(one)
        receipt, orders = one.at(), len(orders_of(shop, sheets))
        one.page.go_back()
        if one.at() == quote:  # a browser may show what it kept; sending that leads to the receipt all the same
            submit(one)
        assert one.at() == receipt
        one.open(quote)
        assert one.at() == receipt
        assert len(orders_of(shop, sheets)) == orders


@pytest.mark.parametrize(
    ("email", "product", "minor", "javascript"), [(ANDRE, "vault", 20_000, True), (RENEE, "light", 9_000, False)]
)
def test_a_price_that_changed_is_shown_beside_the_old_one(
    browser: Browser, shop: RunningHouse, email: str, product: str, minor: int, javascript: bool
) -> None:
    subscription = subscription_of(shop, email, product)
    with visitor(browser, shop, email, javascript=javascript) as one:
        before = seats_now(one, subscription)
        to_review(one, subscription, 2)
        quoted = total(one, CHARGE)
        orders = orders_of(shop, subscription)
        publish_price(shop, product, minor)
        submit_button(one).click()
        expect(one.page.locator("h1")).to_have_text("The price changed")

        assert orders_of(shop, subscription) == orders, "nothing was ordered or charged"
        now = total(one, CHARGE)
        assert now != quoted
        assert f"${quoted.split()[0]}" in one.settled().locator("main del").all_inner_texts()
        assert f"${now.split()[0]}" in one.settled().locator("main ins").all_inner_texts()
        submit(one)
        is_done(one)
        assert total(one, RECEIPT) == now
        assert seats_now(one, subscription) == before + 2


def publish_price(house: RunningHouse, product: str, minor: int) -> None:
    """A new price from today on, by the real use case, in a process of the seller's (see publish_price.py)."""
    command = [sys.executable, "-m", "tests.browser.publish_price", product, str(minor), str(house.now().date())]
    subprocess.run(command, env=house.environment, check=True, timeout=60, cwd=ROOT)
