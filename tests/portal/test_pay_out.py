"""Sending a balance back: where it is offered, what the page says goes where, and what is done by its one button."""

import re

import pytest
from django.urls import reverse

from tenor.db import models
from tenor.domain.account import Role
from tenor.gateways.payments.errors import GatewayRefused
from tenor.gateways.payments.sandbox.client import SandboxGateway
from tests.portal.flows.conftest import Answer, Counter, counter, customer, sandbox, sandbox_process, text
from tests.support import factories
from tests.support.balances import balance, upgrade

__all__ = ["counter", "customer", "sandbox", "sandbox_process"]

LINK = "Send it back instead"


def address() -> str:
    return reverse("portal:pay_out")


def page(counter: Counter, name: str, *arguments: object) -> str:
    return text(counter.browser.get(reverse(f"portal:{name}", args=arguments))).replace("−", "-")


def seen(answer: Answer) -> str:
    found = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    assert found
    return found[1]


def press(counter: Counter) -> Answer:
    """Look at the page, and press its button."""
    fields = {"seen": seen(counter.browser.get(address()))}
    return counter.browser.post(address(), fields)


@pytest.fixture
def bought(counter: Counter) -> models.Order:
    """382.19 by Visa 4242; then an upgrade brings 100.00 to the balance."""
    counter.customer.buy_seats(3)
    return upgrade(counter.customer, 100_00)


@pytest.mark.parametrize("name", ["orders", "methods"])
def test_it_is_offered_where_something_can_go_back(counter: Counter, name: str) -> None:
    order = upgrade(counter.customer, 100_00)
    assert LINK not in page(counter, name)
    assert "instead" not in page(counter, "order", order.id)
    counter.customer.buy_seats(1)
    upgrade(counter.customer, 50_00)
    assert not balance(counter.customer) or LINK in page(counter, name)


@pytest.mark.parametrize("name", ["orders", "methods"])
def test_pages_with_the_balance_and_the_receipt_of_the_credit_lead_there(
    counter: Counter, bought: models.Order, name: str
) -> None:
    assert LINK in page(counter, name)
    receipt = counter.browser.get(reverse("portal:order", args=[bought.id]))
    assert "Send your balance back to Visa 4242 instead" in text(receipt)
    assert f'href="{address()}"' in receipt.content.decode()


def test_the_page_says_what_goes_where_and_its_button_sends_it(counter: Counter, bought: models.Order) -> None:
    shown = page(counter, "pay_out")
    assert "To Visa 4242 €100.00" in shown
    assert "Stays on your balance" not in shown
    assert "Send €100.00 back" in shown
    answer = press(counter)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("portal:orders"))
    assert models.Refund.objects.get().status == "succeeded"
    shown = page(counter, "orders")
    assert "The money is on its way back." in shown
    assert re.search(r"Sent back [^€]* Visa 4242 -€100\.00 €0\.00", shown)
    assert LINK not in shown
    assert "instead" not in page(counter, "order", bought.id)


def test_what_no_payment_covers_is_said(counter: Counter) -> None:
    counter.customer.buy_seats(3)
    upgrade(counter.customer, 500_00)
    shown = page(counter, "pay_out")
    assert "To Visa 4242 €382.19 Stays on your balance €117.81" in shown
    assert "No payment of yours is left that the rest could go back to." in shown


def test_what_has_changed_meanwhile_is_shown_again(counter: Counter, bought: models.Order) -> None:
    fields = {"seen": seen(counter.browser.get(address()))}
    upgrade(counter.customer, 20_00)
    answer = counter.browser.post(address(), fields)
    assert answer.status_code == 409
    assert "Nothing was sent. Please look again." in text(answer)
    assert "Send €120.00 back" in text(answer)
    assert balance(counter.customer) == 120_00
    assert counter.browser.post(address(), {"seen": seen(answer)}).status_code == 302
    assert balance(counter.customer) == 0


def test_pressed_twice_it_is_sent_once(counter: Counter, bought: models.Order) -> None:
    fields = {"seen": seen(counter.browser.get(address()))}
    assert [counter.browser.post(address(), fields).status_code for _ in range(2)] == [302, 409]
    assert models.Refund.objects.count() == 1


def test_what_the_provider_refuses_is_on_the_balance_again(
    counter: Counter, bought: models.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise GatewayRefused("too_old", "this charge can't be refunded any more")

    monkeypatch.setattr(SandboxGateway, "refund", refuse)
    press(counter)
    shown = page(counter, "orders")
    assert "It could not all be sent. What was not is on your balance again." in shown
    assert "Could not be sent back" in shown
    assert "Your balance is €100.00." in shown


def test_who_may_not_buy_is_not_offered_it_and_may_not_send_it(counter: Counter, bought: models.Order) -> None:
    viewer = counter.as_role(Role.VIEWER)
    assert LINK not in text(viewer.get(reverse("portal:orders")))
    assert viewer.get(address()).status_code == 200
    assert viewer.post(address(), {"seen": seen(counter.browser.get(address()))}).status_code == 403
    assert balance(counter.customer) == 100_00


def test_a_seller_who_does_not_pay_out_says_so(counter: Counter, bought: models.Order) -> None:
    seller = counter.customer.account.seller
    seller.policy = {"balance_may_be_paid_out": False}
    seller.save(update_fields=["policy"])
    factories.touch_catalog(seller)
    assert "Your balance is not sent back here" in page(counter, "pay_out")
    assert LINK not in page(counter, "methods")


@pytest.mark.parametrize(("language", "words"), [("sv", "Betala ut 100,00"), ("nl", "laten terugbetalen")])
def test_it_speaks_the_reader_s_language(counter: Counter, bought: models.Order, language: str, words: str) -> None:
    models.User.objects.update(language=language)
    answer = counter.browser.get(address(), headers={"accept-language": language})
    assert words in text(answer)
