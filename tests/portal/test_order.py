"""One order is its receipt: what was agreed, how it was paid, what it waits for, and who may go on with it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.domain.lifecycle import OrderStatus
from tenor.usecases.close_order import close_order
from tests.portal.questions import MOST, questions
from tests.support import factories
from tests.support.customer import Customer, customer, sandbox, sandbox_process

__all__ = ["customer", "sandbox", "sandbox_process"]


@pytest.fixture
def alice(customer: Customer) -> Client:
    models.Clock.objects.create(stands_at=customer.now)
    return signed_in(models.User.objects.get(id=customer.actor.id))


def signed_in(person: models.User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, order: models.Order) -> str:
    response = client.get(f"/orders/{order.id}/")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_a_paid_order_says_what_and_why_and_how(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(3)
    said = words(page(alice, order))
    assert "Thank you, the order is completed" in said
    assert "€465.00 a seat × 3 seats × 100 of 365 days" in said
    assert "Total €382.19" in said
    assert "The seller does not collect sales tax in the United States" in said or "not registered for tax" in said
    assert str(customer.invoice(order).number) in said
    assert "Seats: from 3 to 6" in said
    assert "March 1, 2027 : €2,520.00" in said
    assert "/resume/" not in page(alice, order)


@pytest.mark.parametrize(
    ("behaviour", "kind", "title", "resume", "cancel"),
    [
        ("declined_soft", MethodKind.CARD, "The payment was declined", True, True),
        ("bank_check", MethodKind.CARD, "Your bank asks you to confirm the payment", False, True),
        ("paid", MethodKind.DIRECT_DEBIT, "The direct debit is under way", False, False),
    ],
)
def test_an_order_that_waits_says_for_what_and_goes_on(
    customer: Customer, alice: Client, behaviour: str, kind: MethodKind, title: str, resume: bool, cancel: bool
) -> None:
    customer.pay_by(behaviour, kind)
    order = customer.buy_seats(1)
    shown = page(alice, order)
    assert title in words(shown)
    assert (f"/orders/{order.id}/resume/" in shown) is resume
    assert (f"/orders/{order.id}/cancel/" in shown) is cancel
    if behaviour == "bank_check":
        assert customer.payments(order)[0].action_url.replace("&", "&amp;") in shown


def test_only_who_may_buy_is_offered_to_go_on(customer: Customer, alice: Client) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    viewer = factories.make_member(account=customer.account, role=Role.VIEWER).user
    shown = page(signed_in(viewer), order)
    assert "The payment was declined" in shown
    assert "/resume/" not in shown
    assert "/cancel/" not in shown


def test_a_canceled_order_says_that_nothing_happened(customer: Customer, alice: Client) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    close_order(
        account_id=customer.id, order_id=order.id, actor=customer.actor, status=OrderStatus.CANCELED, now=customer.now
    )
    said = words(page(alice, order))
    assert "The order is canceled Nothing was charged, and nothing has changed." in said


def test_what_was_called_off_promises_nothing(customer: Customer, alice: Client) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    waiting = words(page(alice, order))
    assert "Next renewal" in waiting
    close_order(
        account_id=customer.id, order_id=order.id, actor=customer.actor, status=OrderStatus.CANCELED, now=customer.now
    )
    said = words(page(alice, order))
    assert "Next renewal" not in said
    assert "Invoice" not in said.split("The order", 1)[1].split("Payments", 1)[0]


def test_the_button_says_what_is_paid(customer: Customer, alice: Client) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(3)
    assert "Pay €382.19" in words(page(alice, order))


def test_a_receipt_reads_the_same_on_a_later_day(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(3)
    then = words(page(alice, order))
    models.Clock.objects.update(stands_at=customer.now + timedelta(days=40))
    later = words(page(alice, order))
    assert "today" not in later
    assert receipt_of(later) == receipt_of(then)


def receipt_of(said: str) -> str:
    return said.split("Thank you", 1)[1].split("The order", 1)[0]


def test_on_paper_seller_and_buyer_stand_above_it(customer: Customer, alice: Client) -> None:
    models.Seller.objects.update(legal_name="Northline AB", vat_id="SE556677889901", street="Kungsgatan 1")
    models.Account.objects.filter(id=customer.id).update(name="Lakeside", vat_id="DE136695976", city="Berlin")
    html = page(alice, customer.buy_seats(1))
    paper = words(html.split('class="parties"')[1].split("</dl>")[0])
    assert "Seller Northline AB Kungsgatan 1" in paper
    assert "VAT ID: SE556677889901" in paper
    assert "Buyer Lakeside" in paper
    assert "VAT ID: DE136695976" in paper


def test_an_answer_that_is_awaited_is_asked_for_again_until_it_is_there(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(1)
    await_answer(order)
    html = page(alice, order)
    assert "Being checked" in html
    assert "Waiting for you" not in html
    again = f"/orders/{order.id}/?asked=1"
    assert f'<noscript><meta http-equiv="refresh" content="3; url={again}"></noscript>' in html
    assert f'hx-get="{again}"' in html
    part = alice.get(again, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="/orders/{order.id}/?asked=2"' in part
    assert "<html" not in part
    assert "Being checked" in words(alice.get("/orders/").content.decode())
    models.Order.objects.update(status="fulfilled", waiting_for="", fulfilled_at=customer.now)
    models.Payment.objects.update(status="succeeded")
    assert alice.get(again, headers={"HX-Request": "true"}).headers["HX-Redirect"] == f"/orders/{order.id}/"
    assert "http-equiv" not in page(alice, order)


@pytest.mark.parametrize("asked", ["40", "-1", "999999"])
def test_nobody_is_asked_for_ever(customer: Customer, alice: Client, asked: str) -> None:
    order = customer.buy_seats(1)
    await_answer(order)
    html = alice.get(f"/orders/{order.id}/?asked={asked}").content.decode()
    assert "Being checked" in html
    assert "http-equiv" not in html
    assert "hx-get" not in html


def await_answer(order: models.Order) -> None:
    """As after a charge to which the provider did not answer."""
    models.Payment.objects.filter(invoice__order_id=order.id).update(status="unknown")
    models.Order.objects.filter(id=order.id).update(
        status="requires_action", waiting_for="gateway_answer", fulfilled_at=None
    )


def test_a_debit_says_about_when_it_arrives(customer: Customer, alice: Client) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    said = words(page(alice, customer.buy_seats(1)))
    assert "The direct debit is under way It takes effect as soon as the money has arrived, about November 25" in said
    models.Seller.objects.update(policy={"grant_on_processing": True})
    factories.touch_catalog(customer.account.seller)
    said = words(page(alice, models.Order.objects.get()))
    assert "The money arrives about November 25, 2026. We write to you then." in said


def test_the_list_finds_orders_by_state(customer: Customer, alice: Client) -> None:
    done = customer.buy_seats(1)
    customer.pay_by("declined_soft")
    waiting = customer.buy_seats(1)
    every = alice.get("/orders/").content.decode()
    assert done.number in every
    assert waiting.number in every
    assert "Draft" in every
    unfinished = alice.get("/orders/?state=open").content.decode()
    assert done.number not in unfinished
    assert waiting.number in unfinished
    assert "No order matches" in alice.get("/orders/?state=ended").content.decode()


def test_strangers_find_no_order(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(1)
    charlie = factories.make_member(account=factories.make_account()).user
    assert signed_in(charlie).get(f"/orders/{order.id}/").status_code == 404


def test_a_receipt_asks_no_more_than_eight_questions(customer: Customer, alice: Client) -> None:
    order = customer.buy_seats(1)
    for path in (f"/orders/{order.id}/", "/orders/"):
        asked = [sql for sql in questions(alice, path) if "set_config" not in sql]
        assert len(asked) + 1 <= MOST, asked


def test_home_shows_what_was_spent(customer: Customer, alice: Client) -> None:
    customer.buy_seats(3)
    said = words(alice.get("/").content.decode())
    assert "Paid in 2026, less refunds €382.19" in said
