"""Several workers, and hints that come ten times: each thing is done once."""

from datetime import datetime
from typing import Any

import pytest
from django.db.models import Q

from tenor.db import models
from tenor.db.leases import claim
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.gateways.payments.port import GatewayEvent
from tenor.usecases.close_order import close_order
from tenor.usecases.process_gateway_event import process_gateway_event
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.store_gateway_event import store_gateway_event
from tenor.usecases.submit_quote import Submitted
from tenor.worker import duties
from tests.concurrency.together import failures, together
from tests.support import plain_http
from tests.support.books import assert_books_agree, charges_of
from tests.support.customer import Customer
from tests.support.factories import make_subscription

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = "tenor_owner"
PENDING = Q(status="pending")


def orders_that_nobody_collects(buyer: Customer, how_many: int) -> list[Submitted]:
    """Submitted by portals that died at once; their leases have run out."""
    submitted = []
    for _ in range(how_many):
        subscription = make_subscription(account=buyer.account, payment_method=buyer.method)
        submitted.append(buyer.submit(buyer.preview(AddSeats(str(subscription.id), 1))))
    models.Payment.objects.update(lease_until=None)
    return submitted


def test_workers_never_claim_the_same_row(buyer: Customer) -> None:
    orders_that_nobody_collects(buyer, 12)
    claimed = together([lambda: [row.id for row in claim(models.Payment, PENDING, 4)]] * 4, role=OWNER)
    assert failures(claimed) == []
    ids = [each for share in claimed for each in share]
    assert len(ids) == len(set(ids))
    assert claim(models.Payment, Q(id__in=ids), 12) == [], "what is leased is nobody else's"


def test_workers_at_once_collect_every_payment_once(buyer: Customer) -> None:
    orders_that_nobody_collects(buyer, 8)
    worked = together([lambda: duties.Collections()(buyer.now)] * 3, role=OWNER)
    assert failures(worked) == []
    assert sum(worked) == 8
    assert [charge["status"] for charge in charges_of(buyer.id, buyer.sandbox)] == ["succeeded"] * 8
    assert set(models.Payment.objects.values_list("attempts", flat=True)) == {1}
    assert_books_agree(buyer.id, buyer.sandbox)


def test_workers_at_once_order_a_renewal_once(buyer: Customer) -> None:
    renewal = datetime.fromisoformat("2027-03-01T12:00:00+00:00")
    buyer.sandbox.set_clock(renewal)

    def work() -> None:
        duties.RenewalNight()(renewal)
        duties.Collections()(renewal)

    assert failures(together([work] * 3, role=OWNER)) == []
    assert list(models.Order.objects.values_list("action", "status")) == [("renew", "fulfilled")]
    assert len(charges_of(buyer.id, buyer.sandbox)) == 1
    assert_books_agree(buyer.id, buyer.sandbox)


def test_one_event_in_ten_threads_is_one_row_and_one_effect(buyer: Customer) -> None:
    (submitted,) = orders_that_nobody_collects(buyer, 1)
    event = event_of(submitted)

    def take() -> None:
        store_gateway_event(gateway="sandbox", event=event, received_at=buyer.now)

    assert failures(together([take] * 10)) == []  # as the portal does
    row = models.GatewayEvent.objects.get()
    assert failures(together([lambda: process_gateway_event(event_id=row.id, now=buyer.now)] * 10, role=OWNER)) == []
    assert models.Event.objects.filter(kind="payment_succeeded").count() == 1
    assert models.Posting.objects.filter(reason="payment").count() == 1
    assert_books_agree(buyer.id, buyer.sandbox)


def event_of(submitted: Submitted) -> GatewayEvent:
    """What the gateway would tell of the order's charge."""
    reference = str(submitted.payment_id)
    at = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
    return GatewayEvent(
        id="evt_1",
        kind="charge.succeeded",
        subject="charge",
        reference=reference,
        charge_reference=reference,
        occurred_at=at,
    )


@pytest.mark.parametrize("round_", range(6))
def test_canceling_against_the_money_arriving_ends_in_one_of_the_two(buyer: Customer, round_: int) -> None:
    buyer.pay_by("bank_check")
    order = buyer.buy_seats(1)
    (payment,) = buyer.payments(order)

    def cancel() -> None:
        close_order(
            account_id=buyer.id, order_id=order.id, actor=buyer.actor, status=OrderStatus.CANCELED, now=buyer.now
        )

    def approve() -> Any:
        plain_http.post(payment.action_url, data={"answer": "approve"})
        return reconcile_payment(account_id=buyer.id, payment_id=payment.id, now=buyer.now)

    canceled, approved = together([cancel, approve])
    order.refresh_from_db()
    (charge,) = charges_of(buyer.id, buyer.sandbox)
    assert not isinstance(approved, Exception)
    if isinstance(canceled, Refusal):
        assert canceled.code in {"already_paid", "order_not_open", "payment_unclear"}
        assert (order.status, charge["status"]) == ("fulfilled", "succeeded")
    else:
        assert (canceled, order.status, charge["status"]) == (None, "canceled", "canceled")
    assert_books_agree(buyer.id, buyer.sandbox)
