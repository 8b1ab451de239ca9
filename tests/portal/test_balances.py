"""The balance of an account on its pages and in its mails: what there is, what it pays, what is left to be charged."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse

from tenor.db import models
from tenor.domain.requests import AddSeats, ReturnOrder
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tenor.usecases.remind_accounts import remind_everybody
from tenor.worker.mails import send_mail
from tests.portal.flows.conftest import Counter, counter, customer, sandbox, sandbox_process, text
from tests.support.balances import upgrade

__all__ = ["counter", "customer", "sandbox", "sandbox_process"]

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
SENTENCE = "Your balance is €100.00. The next invoices take from it first."


def page(counter: Counter, name: str, *arguments: object) -> str:
    return text(counter.browser.get(reverse(f"portal:{name}", args=arguments))).replace("−", "-")


def mail(counter: Counter, kind: str) -> None:
    found = models.Mail.objects.filter(kind=kind).order_by("-created_at", "-id").first()
    assert found is not None
    send_mail(found, counter.customer.now)


@pytest.mark.parametrize("name", ["home", "methods", "orders", "upcoming"])
def test_pages_say_what_is_there(counter: Counter, name: str) -> None:
    assert "Your balance" not in page(counter, name)
    upgrade(counter.customer, 100_00)
    assert SENTENCE in page(counter, name)


def test_the_receipt_of_a_credit_says_where_it_went(counter: Counter, mailoutbox: list[EmailMessage]) -> None:
    order = upgrade(counter.customer, 100_00)
    shown = page(counter, "order", order.id)
    assert "Total -€100.00 To your balance €100.00 Charged €0.00" in shown
    assert "What is left over goes to your balance. The next invoices take from it first." in shown
    assert "Credit from a change of plan" in page(counter, "orders")
    mail(counter, "order_fulfilled")
    assert "To your balance" in mailoutbox[-1].body


def test_the_review_and_the_receipt_name_what_the_gateway_collects(
    counter: Counter, mailoutbox: list[EmailMessage]
) -> None:
    upgrade(counter.customer, 100_00)
    shown = text(counter.browser.get(counter.review_url(3))).replace("−", "-")
    assert "Total €382.19 From your balance -€100.00 To pay now €282.19" in shown
    order = counter.customer.buy_seats(3)
    assert "Total €382.19 From your balance -€100.00 Charged €282.19" in page(counter, "order", order.id)
    mail(counter, "order_fulfilled")
    assert "From your balance" in mailoutbox[-1].body
    assert "Paid from your balance" in page(counter, "orders")
    answer = page(counter, "return_order", order.id)
    assert "Goes back €282.19 To Visa 4242 To your balance €100.00" in answer
    counter.customer.submit(counter.customer.preview(ReturnOrder(str(order.id))))
    shown = page(counter, "order", order.id)
    assert "€282.19 is on its way back to Visa 4242. €100.00 went back to your balance." in shown
    mail(counter, "return_order")
    assert "€282.19 goes back to Visa 4242." in mailoutbox[-1].body
    assert "€100.00 went back to your balance." in mailoutbox[-1].body


def test_what_the_balance_pays_whole_names_no_method(counter: Counter, mailoutbox: list[EmailMessage]) -> None:
    upgrade(counter.customer, 500_00)
    stored = counter.customer.preview(AddSeats(str(counter.subscription.id), 3))
    shown = page(counter, "review", stored.id)
    assert "Your balance pays all of it: no payment method is charged." in shown
    assert "Payment method Your balance" in shown
    answer = counter.browser.post(reverse("portal:review", args=[stored.id]))
    order = models.Order.objects.get(action="add_seats")
    assert answer.headers["Location"].startswith(counter.order_url(order))
    assert "Your balance paid all of it." in page(counter, "order", order.id)
    mail(counter, "order_fulfilled")
    assert "Your balance paid all of it." in mailoutbox[-1].body
    counter.customer.submit(counter.customer.preview(ReturnOrder(str(order.id))))
    assert "The return €382.19 went back to your balance." in page(counter, "order", order.id)


def test_a_credit_that_is_returned_was_taken_from_the_balance(counter: Counter) -> None:
    order = upgrade(counter.customer, 100_00)
    assert "From your balance €100.00" in page(counter, "return_order", order.id)
    counter.customer.submit(counter.customer.preview(ReturnOrder(str(order.id))))
    assert "€100.00 was taken from your balance again." in page(counter, "order", order.id)


def test_upcoming_payments_and_their_file_name_what_is_charged(counter: Counter) -> None:
    upgrade(counter.customer, 100_00)
    shown = page(counter, "upcoming")
    assert "€1,160.00" in shown
    assert "Total €1,260.00 From your balance -€100.00 To be charged €1,160.00" in shown
    answer = counter.browser.get(reverse("portal:upcoming_file"))
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    renewal = next(row for row in rows if row["Kind"] == "payment")
    assert (renewal["Payment total"], renewal["From balance"]) == ("1260.00", "100.00")


def test_the_reminder_names_what_the_card_is_charged(counter: Counter, mailoutbox: list[EmailMessage]) -> None:
    upgrade(counter.customer, 100_00)
    counter.customer.now = RENEWAL - timedelta(days=14)
    remind_everybody(now=counter.customer.now)
    mail(counter, "renewal_reminder")
    body = mailoutbox[-1].body
    assert "€1,160.00 will be charged to Visa 4242" in body
    assert "From your balance" in body


def test_a_reminder_of_what_the_balance_pays_announces_no_charge(
    counter: Counter, mailoutbox: list[EmailMessage]
) -> None:
    upgrade(counter.customer, 2000_00)
    counter.customer.now = RENEWAL - timedelta(days=14)
    remind_everybody(now=counter.customer.now)
    mail(counter, "renewal_reminder")
    assert "your balance pays all of it: nothing is charged" in mailoutbox[-1].body


def test_a_declined_renewal_names_what_is_left_to_pay(counter: Counter, mailoutbox: list[EmailMessage]) -> None:
    upgrade(counter.customer, 100_00)
    counter.customer.pay_by("declined_soft")
    counter.customer.now = RENEWAL
    counter.customer.sandbox.set_clock(RENEWAL)
    pass_day(now=RENEWAL)
    collect_due(now=RENEWAL)
    models.Clock.objects.update(stands_at=RENEWAL)
    mail(counter, "charge_failed")
    assert "€1,160.00 for" in mailoutbox[-1].body
    assert "€1,160.00" in page(counter, "upcoming")
    order = models.Order.objects.get(action="renew")
    assert "From your balance -€100.00 To pay now €1,160.00" in page(counter, "order", order.id)


def test_a_canceled_order_charged_nothing_and_gave_the_money_back(counter: Counter) -> None:
    upgrade(counter.customer, 100_00)
    counter.customer.pay_by("declined_soft")
    order = counter.customer.buy_seats(3)
    assert "Your balance is" not in page(counter, "home")
    counter.browser.post(reverse("portal:cancel_order", args=[order.id]))
    shown = page(counter, "order", order.id)
    assert "Charged" not in shown
    assert "From your balance" not in shown
    assert SENTENCE in page(counter, "home")
    assert "Back from an order that ended without payment" in page(counter, "orders")
