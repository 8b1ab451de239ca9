"""Events that bring no news are marked without asking the gateway; anything else is asked about."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenor.db import models
from tenor.db.ids import new_id
from tenor.domain.lifecycle import PaymentStatus
from tenor.usecases.pass_over_known_events import RECORDED, pass_over_known_events
from tests.support.customer import Customer


def event(kind: str, reference: object, gateway: str = "sandbox") -> models.GatewayEvent:
    """A stored webhook about a charge."""
    return models.GatewayEvent.objects.create(
        id=new_id(),
        gateway=gateway,
        event_id=f"evt_{uuid4()}",
        kind=kind,
        body={"subject": "charge", "reference": str(reference), "charge_reference": str(reference)},
        received_at="2030-01-01T00:00:00Z",
    )


@pytest.fixture
def paid(customer: Customer) -> models.Payment:
    """A payment that was answered and recorded."""
    return customer.payments(customer.buy_seats(1))[0]


def test_what_is_recorded_is_no_news(customer: Customer, paid: models.Payment) -> None:
    told = [event("charge.succeeded", paid.id) for _ in range(3)]
    assert pass_over_known_events(events=told, now=customer.now) == {one.id for one in told}
    assert not models.GatewayEvent.objects.filter(processed_at=None).exists()


@pytest.mark.parametrize(
    "kind", sorted({"charge.requires_action", "refund.succeeded", "x", *RECORDED} - {"charge.succeeded"})
)
def test_anything_else_of_that_payment_is_news(customer: Customer, paid: models.Payment, kind: str) -> None:
    assert pass_over_known_events(events=[event(kind, paid.id)], now=customer.now) == frozenset()
    assert models.GatewayEvent.objects.filter(processed_at=None).count() == 1


def test_what_is_under_way_is_news(customer: Customer, paid: models.Payment) -> None:
    models.Payment.objects.filter(id=paid.id).update(status=PaymentStatus.UNKNOWN)
    assert not pass_over_known_events(events=[event("charge.succeeded", paid.id)], now=customer.now)


def test_nobodys_payments_and_other_gateways_are_left_to_be_looked_at(customer: Customer, paid: models.Payment) -> None:
    strange = [
        event("charge.succeeded", "no id at all"),
        event("charge.succeeded", uuid4()),
        event("charge.succeeded", paid.id, gateway="another"),
    ]
    assert not pass_over_known_events(events=strange, now=customer.now)


def test_many_cost_no_more_statements_than_one(customer: Customer, paid: models.Payment) -> None:
    counts = []
    for many in (1, 50):
        told = [event("charge.succeeded", paid.id) for _ in range(many)]
        with CaptureQueriesContext(connection) as queries:
            pass_over_known_events(events=told, now=customer.now)
        counts.append(len(queries))
    assert counts == [2, 2]
