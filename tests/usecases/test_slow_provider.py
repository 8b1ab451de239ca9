"""A provider that is slow, silent or away costs a page some seconds, and the money nothing."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.db.queries.invariants import INVARIANTS, find_offenders
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.requests import AddSeats
from tenor.gateways.clock import real_now
from tenor.usecases.close_order import close_order
from tenor.usecases.collect_for_page import SOON, collect_for_page
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.gateway_guard import Breakers
from tenor.usecases.reconcile_payment import reconcile_payment
from tests.support.customer import Customer
from tests.support.spoiling import SpoilingProxy, instead, slowly

A_SECOND = 1.0


@pytest.fixture
def proxy(customer: Customer, settings: Settings) -> Iterator[SpoilingProxy]:
    with SpoilingProxy(customer.sandbox.url) as running:
        settings.SANDBOX_URL = running.url
        settings.PROVIDER_SECONDS = A_SECOND
        yield running
    customer.sandbox.faults(hold=False)
    cache.clear()


def order_a_seat(customer: Customer, breakers: Breakers) -> tuple[models.Order, models.Payment]:
    """Submit and collect, as the portal does."""
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    assert submitted.payment_id is not None
    assert submitted.order_id is not None
    collect_for_page(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now, breakers=breakers)
    return models.Order.objects.get(id=submitted.order_id), models.Payment.objects.get(id=submitted.payment_id)


def _forget(order: models.Order) -> None:
    """Make room for another order of the same subscription, whatever becomes of this one."""
    models.OrderSubscription.objects.filter(order=order).update(open=False)


def test_an_answer_that_drips_is_unknown_though_every_byte_comes_in_time(
    customer: Customer, proxy: SpoilingProxy
) -> None:
    proxy.spoil = slowly(A_SECOND / 4)
    order, payment = order_a_seat(customer, {})
    assert (payment.status, order.waiting_for) == ("unknown", "gateway_answer")
    proxy.spoil = None
    assert reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now) == "succeeded"
    assert len(customer.charges(order)) == 1


def test_a_silent_provider_is_waited_for_no_longer_than_a_page_may_take(
    customer: Customer, proxy: SpoilingProxy
) -> None:
    customer.sandbox.faults(hold=True)
    order, payment = order_a_seat(customer, {})
    assert (payment.status, order.waiting_for) == ("unknown", "gateway_answer")
    customer.sandbox.faults(hold=False)
    assert reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now) == "succeeded"
    assert len(customer.charges(order)) == 1


def test_once_it_is_known_to_be_away_nobody_waits_and_the_worker_collects(
    customer: Customer, proxy: SpoilingProxy
) -> None:
    breakers: Breakers = {"sandbox": SOON.told([False] * SOON.failures, real_now())}
    order, payment = order_a_seat(customer, breakers)
    assert (payment.status, payment.attempts, order.waiting_for) == ("pending", 0, "provider_away")
    assert proxy.passed_on == []
    collect_due(now=customer.now, most=10)
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.status, order.status) == ("succeeded", "fulfilled")
    assert len(customer.charges(order)) == 1
    assert [each.name for each in INVARIANTS if find_offenders(each, 1)] == []


def test_some_silences_open_it_and_every_process_hears_of_it(customer: Customer, proxy: SpoilingProxy) -> None:
    proxy.spoil = instead(503, b"down for maintenance")
    breakers: Breakers = {}
    for _ in range(SOON.failures):
        order, payment = order_a_seat(customer, breakers)
        assert payment.status == "unknown"
        _forget(order)
    asked = len(proxy.passed_on)
    for known in (breakers, {}):
        order, payment = order_a_seat(customer, known)
        assert (payment.status, order.waiting_for) == ("pending", "provider_away")
        _forget(order)
    assert len(proxy.passed_on) == asked


def test_answers_keep_it_closed(customer: Customer, proxy: SpoilingProxy) -> None:
    breakers: Breakers = {}
    for _ in range(SOON.failures + 1):
        _, payment = order_a_seat(customer, breakers)
        assert payment.status == "succeeded"
    assert len([asked for asked in proxy.passed_on if asked == "POST /v1/charges"]) == SOON.failures + 1


def test_an_order_that_waits_for_the_provider_can_be_called_off(customer: Customer, proxy: SpoilingProxy) -> None:
    breakers: Breakers = {"sandbox": SOON.told([False] * SOON.failures, real_now())}
    order, payment = order_a_seat(customer, breakers)
    close_order(
        account_id=customer.id, order_id=order.id, actor=customer.actor, status=OrderStatus.CANCELED, now=customer.now
    )
    payment.refresh_from_db()
    assert payment.status == "canceled"
    assert customer.charges(order) == []
