"""Answers and events arrive twice, late and out of order: the end is always the same (law 9 of the rules)."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.domain.requests import AddSeats
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus, Decline
from tenor.usecases.record_answer import record_answer
from tests.support.customer import Customer

pytestmark = pytest.mark.django_db

_C = ChargeStatus
STORIES = {
    "a debit that settles": (MethodKind.DIRECT_DEBIT, (_C.PROCESSING, _C.SUCCEEDED)),
    "a debit that fails": (MethodKind.DIRECT_DEBIT, (_C.PROCESSING, _C.DECLINED)),
    "a debit that is taken back": (MethodKind.DIRECT_DEBIT, (_C.PROCESSING, _C.SUCCEEDED, _C.REVERSED)),
    "a card that the bank approves": (MethodKind.CARD, (_C.REQUIRES_ACTION, _C.PROCESSING, _C.SUCCEEDED)),
    "a card that the bank refuses": (MethodKind.CARD, (_C.REQUIRES_ACTION, _C.DECLINED)),
    "a charge that is called off": (MethodKind.CARD, (_C.REQUIRES_ACTION, _C.CANCELED)),
    "a debit that is called off": (MethodKind.DIRECT_DEBIT, (_C.PROCESSING, _C.CANCELED)),
}


def deliveries(story: Sequence[ChargeStatus]) -> Iterator[tuple[ChargeStatus, ...]]:
    """Every order of the answers, each of them delivered once more at the end and twice in a row."""
    for order in permutations(story):
        yield order
        yield (*order, *order)
        yield tuple(answer for answer in order for _ in range(2))


@pytest.mark.parametrize("name", STORIES)
def test_every_order_of_the_answers_ends_alike(customer: Customer, name: str) -> None:
    kind, story = STORIES[name]
    customer.pay_by("paid", kind)
    ends = {}
    for delivered in deliveries(story):
        order = _ordered(customer)
        for status in delivered:
            _tell(customer, order, status)
        ends[delivered] = _end(customer, order)
        _forget(customer, order)
    assert len(set(ends.values())) == 1, "\n".join(f"{order}: {end}" for order, end in ends.items())


def _ordered(customer: Customer) -> models.Order:
    """An order whose payment is under way, as its sender left it."""
    models.Subscription.objects.filter(id=customer.subscription.id).update(seats=3)
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    models.Payment.objects.filter(id=submitted.payment_id or "").update(status=PaymentStatus.SENDING)
    return models.Order.objects.get(id=submitted.order_id or "")


def _tell(customer: Customer, order: models.Order, status: ChargeStatus) -> None:
    payment = models.Payment.objects.get(invoice__order=order)
    answer = ChargeAnswer(
        gateway_id=f"ch_{payment.id}",
        reference=str(payment.id),
        status=status,
        amount=Money(payment.amount_minor, payment.currency),
        created_at=customer.now,
        action_url="http://127.0.0.1/bank" if status is ChargeStatus.REQUIRES_ACTION else "",
        decline=Decline(code="insufficient_funds", final=False) if status is ChargeStatus.DECLINED else None,
    )
    record_answer(account_id=customer.id, payment_id=payment.id, answer=answer, now=customer.now)


def _end(customer: Customer, order: models.Order) -> tuple[object, ...]:
    """All that may differ: states, what the order waits for, the seats, the books of its invoice."""
    order.refresh_from_db()
    invoice = models.Invoice.objects.get(order=order)
    booked = models.Posting.objects.filter(invoice=invoice).order_by("debit", "credit", "reason")
    return (
        order.status,
        order.waiting_for,
        invoice.status,
        models.Payment.objects.get(invoice=invoice).status,
        models.Subscription.objects.get(id=customer.subscription.id).seats,
        tuple(booked.values_list("debit", "credit", "amount_minor", "reason")),
    )


def _forget(customer: Customer, order: models.Order) -> None:
    """Let the next order have the subscription to itself."""
    models.OrderSubscription.objects.filter(order=order).update(open=False)
