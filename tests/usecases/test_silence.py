"""A gateway that does not answer: asked on the schedule, never sent twice after the key's life, then a person's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.asking import HANDED_OVER_AFTER, KEY_LIVES
from tenor.domain.requests import AddSeats, ReturnOrder
from tenor.worker import duties
from tests.support.books import assert_books_agree
from tests.support.customer import NOW, Customer

MARGIN = timedelta(hours=1)
LONG_AGO = Now() - timedelta(seconds=1)


@contextmanager
def silence(settings: Settings, customer: Customer) -> Iterator[None]:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    yield
    settings.SANDBOX_URL = customer.sandbox.url


def never_arrived(customer: Customer) -> models.Payment:
    """Sent by a process that died before the first byte went out."""
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    models.Payment.objects.update(status="sending", attempts=1, first_sent_at=Now(), lease_until=LONG_AGO)
    return models.Payment.objects.get(id=submitted.payment_id or "")


def owed(customer: Customer) -> models.Refund:
    order = customer.buy_seats(1)
    customer.submit(customer.preview(ReturnOrder(str(order.id))))
    return models.Refund.objects.get()


def sent(row: models.Payment | models.Refund, ago: timedelta) -> None:
    """It was sent that long ago, and is due to be asked about."""
    type(row)._default_manager.update(first_sent_at=Now() - ago, next_try_at=None, lease_until=None)


def waits(row: models.Payment | models.Refund) -> float:
    """Seconds until it is asked about, by the database's clock."""
    found = type(row)._default_manager.annotate(now=Now()).get(pk=row.pk)
    assert found.next_try_at is not None
    return float((found.next_try_at - found.now).total_seconds())


def test_a_payment_is_asked_about_on_the_schedule(customer: Customer, settings: Settings) -> None:
    payment = never_arrived(customer)
    asked = []
    with silence(settings, customer):
        for _ in range(6):
            duties.payments(NOW)
            asked.append(waits(payment))
            models.Payment.objects.update(next_try_at=None, lease_until=None)
    assert [round(seconds / 10) * 10 for seconds in asked] == [300, 3600, 4 * 3600, 16 * 3600, 86_400, 86_400]
    payment.refresh_from_db()
    assert (payment.status, payment.parked_at) == ("unknown", None)


def test_the_first_look_comes_after_seconds(customer: Customer, settings: Settings) -> None:
    with silence(settings, customer):
        [payment] = customer.payments(customer.buy_seats(1))
    assert payment.status == "unknown"
    assert 0 < waits(payment) <= 10


def test_what_never_arrived_is_sent_again_while_its_key_lives(customer: Customer) -> None:
    payment = never_arrived(customer)
    sent(payment, KEY_LIVES - MARGIN)
    duties.payments(NOW)
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_afterwards_it_is_asked_about_only(customer: Customer) -> None:
    payment = never_arrived(customer)
    sent(payment, KEY_LIVES + MARGIN)
    duties.payments(NOW)
    payment.refresh_from_db()
    assert (payment.status, payment.parked_at) == ("unknown", None)
    assert "not sent again" in payment.error
    assert [charge for charge in customer.sandbox.charges() if charge["reference"] == str(payment.id)] == []


@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "does not know it"])
def test_after_days_a_person_has_to_look(customer: Customer, settings: Settings, is_silent: bool) -> None:
    payment = never_arrived(customer)
    sent(payment, HANDED_OVER_AFTER + MARGIN)
    if is_silent:
        with silence(settings, customer):
            duties.payments(NOW)
    else:
        duties.payments(NOW)
    payment.refresh_from_db()
    assert payment.parked_at is not None
    assert "nobody knows whether money moved" in payment.error


def test_a_refund_is_asked_about_on_the_schedule_and_then_sent(customer: Customer, settings: Settings) -> None:
    refund = owed(customer)
    with silence(settings, customer):
        assert duties.refunds(NOW) == 1
        refund.refresh_from_db()
        assert (refund.status, refund.parked_at) == ("sending", None)
        assert 290 < waits(refund) <= 300
    sent(refund, KEY_LIVES - MARGIN)
    duties.refunds(NOW)
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_refund_that_arrived_is_found_by_asking_even_when_its_key_is_forgotten(customer: Customer) -> None:
    refund = owed(customer)
    customer.sandbox.faults(lose_answers=1)
    duties.refunds(NOW)
    customer.sandbox.faults(lose_answers=0, ignore_idempotency=True)
    sent(refund, KEY_LIVES + MARGIN)
    try:
        duties.refunds(NOW)
    finally:
        customer.sandbox.faults(ignore_idempotency=False)
    refund.refresh_from_db()
    assert refund.status == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_an_old_refund_that_the_gateway_does_not_know_is_not_sent_again(customer: Customer, settings: Settings) -> None:
    refund = owed(customer)
    with silence(settings, customer):
        duties.refunds(NOW)
    sent(refund, KEY_LIVES + MARGIN)
    duties.refunds(NOW)
    refund.refresh_from_db()
    assert (refund.status, refund.parked_at) == ("sending", None)
    sent(refund, HANDED_OVER_AFTER + MARGIN)
    duties.refunds(NOW)
    refund.refresh_from_db()
    assert refund.parked_at is not None
    assert str(refund.id) not in str(customer.sandbox.charges())
