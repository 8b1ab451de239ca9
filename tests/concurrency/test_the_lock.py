"""One writer an account: twenty submits of one quote are one order, and what happens when the lock is taken out."""

from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from tenor.db import models
from tenor.db.transitions import ChangedMeanwhile, move_payment
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.planner import plan
from tenor.domain.requests import AddSeats, ChangeTerm
from tenor.usecases import collect_payment as collecting
from tenor.usecases import load as loading
from tenor.usecases import submit_quote as submitting
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.preview_change import StoredQuote
from tenor.usecases.resume_order import resume_order
from tests.concurrency.together import PATIENCE_SECONDS, failures, together
from tests.support.books import assert_books_agree, charges_of
from tests.support.customer import SESSION, Customer

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 20


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The account's lock is taken out of the use cases."""
    for module in (loading, collecting, submitting):
        monkeypatch.setattr(module, "lock_account", lambda _account_id: None)
    return monkeypatch


def all_plan_before_anyone_writes(monkeypatch: pytest.MonkeyPatch, how_many: int) -> None:
    """The worst case, every time: with the lock in its place this could never come about."""
    planned = Barrier(how_many, timeout=PATIENCE_SECONDS)

    def plan_and_wait(*arguments: Any) -> Any:
        quote = plan(*arguments)
        planned.wait()
        return quote

    monkeypatch.setattr(submitting, "plan", plan_and_wait)


def submit_and_collect(buyer: Customer, stored: StoredQuote) -> UUID | None:
    """As the portal does for one POST."""
    submitted = buyer.submit(stored)
    if submitted.payment_id is not None:
        collect_payment(account_id=buyer.id, payment_id=submitted.payment_id, now=buyer.now)
    return submitted.order_id


def test_twenty_submits_of_one_quote_are_one_order_and_one_charge(buyer: Customer) -> None:
    stored = buyer.preview(AddSeats(str(buyer.subscription.id), 2))
    outcomes = together([lambda: submit_and_collect(buyer, stored)] * MANY)
    assert failures(outcomes) == []
    (order,) = models.Order.objects.all()
    assert set(outcomes) == {order.id}
    assert [charge["status"] for charge in charges_of(buyer.id, buyer.sandbox)] == ["succeeded"]
    assert_books_agree(buyer.id, buyer.sandbox)


def test_without_the_lock_only_the_constraints_are_left_and_the_customer_sees_an_error(
    buyer: Customer, no_lock: pytest.MonkeyPatch
) -> None:
    """No second order even so; but of many clicks all but one end in an error page instead of in the order."""
    stored = buyer.preview(AddSeats(str(buyer.subscription.id), 2))
    all_plan_before_anyone_writes(no_lock, 4)
    outcomes = together([lambda: submit_and_collect(buyer, stored)] * 4)
    assert [type(error) for error in failures(outcomes)] == [IntegrityError] * 3
    assert models.Order.objects.count() == 1
    assert_books_agree(buyer.id, buyer.sandbox)


def test_without_the_lock_a_promise_is_broken_that_no_constraint_keeps(
    buyer: Customer, no_lock: pytest.MonkeyPatch
) -> None:
    """Seats are ordered and the term is changed at once. Either alone stales the other's quote, which promised a
    renewal that now never comes; without the lock both are accepted."""
    quotes = [buyer.preview(AddSeats(str(buyer.subscription.id), 2)), buyer.preview(ChangeTerm(sub(buyer), 36))]
    all_plan_before_anyone_writes(no_lock, 2)
    assert failures(together([partial(buyer.submit, stored) for stored in quotes])) == []
    renewals = [stored.quote.promised[0] for stored in quotes]
    assert [(renewal.seats, renewal.months) for renewal in renewals] == [(5, 12), (3, 36)]
    assert models.ScheduledChange.objects.filter(value="36").exists()
    assert models.Order.objects.filter(action="add_seats").exists()


def test_without_the_lock_a_payment_is_claimed_by_one_and_the_others_fail(
    buyer: Customer, no_lock: pytest.MonkeyPatch
) -> None:
    submitted = buyer.submit(buyer.preview(AddSeats(sub(buyer), 1)))
    read = Barrier(3, timeout=PATIENCE_SECONDS)

    def move_after_all_have_read(*arguments: Any, **named: Any) -> None:
        read.wait()
        move_payment(*arguments, **named)

    no_lock.setattr(collecting, "move_payment", move_after_all_have_read)
    assert submitted.payment_id is not None
    outcomes = together([collect(buyer, submitted.payment_id)] * 3)
    assert [type(error) for error in failures(outcomes)] == [ChangedMeanwhile] * 2
    assert len(charges_of(buyer.id, buyer.sandbox)) == 1


def test_twenty_collect_one_payment_and_the_gateway_is_asked_once(buyer: Customer) -> None:
    submitted = buyer.submit(buyer.preview(AddSeats(sub(buyer), 1)))
    assert submitted.payment_id is not None
    outcomes = together([collect(buyer, submitted.payment_id)] * MANY)
    assert set(outcomes) <= {PaymentStatus.SENDING, PaymentStatus.SUCCEEDED}
    assert models.Payment.objects.get().attempts == 1
    assert_books_agree(buyer.id, buyer.sandbox)


def test_an_order_resumed_twice_at_once_has_one_payment_in_flight(buyer: Customer) -> None:
    buyer.pay_by("declined_soft")
    order = buyer.buy_seats(1)

    def resume() -> UUID | None:
        resumed = resume_order(
            account_id=buyer.id,
            order_id=order.id,
            method_id=str(buyer.method.id),
            actor=buyer.actor,
            session=SESSION,
            now=buyer.now,
        )
        if resumed.payment_id is not None:
            collect_payment(account_id=buyer.id, payment_id=resumed.payment_id, now=buyer.now)
        return resumed.payment_id

    outcomes = together([resume] * 6)
    assert {getattr(error, "code", repr(error)) for error in failures(outcomes)} <= {"order_not_open"}
    assert [payment.status for payment in buyer.payments(order)] == ["failed", "succeeded"]
    assert_books_agree(buyer.id, buyer.sandbox)


def collect(buyer: Customer, payment_id: UUID) -> Any:
    """The task of collecting it."""
    return lambda: collect_payment(account_id=buyer.id, payment_id=payment_id, now=buyer.now)


def sub(buyer: Customer) -> str:
    """The id of the customer's subscription."""
    return str(buyer.subscription.id)
