"""Whatever is chosen while a term is unpaid, or its debit under way, is for the renewal after it (rules 6)."""

from datetime import date, datetime, timedelta

import pytest

from tenor.db import models
from tenor.domain.account import ChangeKind, MethodKind
from tenor.domain.requests import (
    ChangeTerm,
    ReduceSeats,
    RenewEarly,
    ReturnOrder,
    SetAutoRenew,
    SetPaymentMethod,
    UndoScheduled,
)
from tenor.usecases.reconcile_payment import reconcile_payment
from tests.support import factories
from tests.support.customer import Customer
from tests.usecases.owing import RENEWAL, ask, at, listed, mend, overdue, paid, pass_until


def test_fewer_seats_chosen_while_it_is_owed_are_for_the_renewal_after(customer: Customer) -> None:
    bad, one = overdue(customer), str(customer.subscription.id)
    ask(customer, ReduceSeats(one, 1))
    mend(customer, bad)
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert paid(customer) == [126_000]
    assert (customer.subscription.seats, listed(customer.subscription)) == (3, {"seats": "1"})


def test_a_method_chosen_while_it_is_owed_pays_it_and_stays(customer: Customer) -> None:
    overdue(customer)
    card = factories.make_method(
        account=customer.account,
        gateway="sandbox",
        gateway_reference=customer.sandbox.method("paid"),
        is_default=False,
        expires_on=date(2031, 12, 31),
    )
    ask(customer, SetPaymentMethod((str(customer.subscription.id),), str(card.id)))
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert paid(customer) == [126_000]
    assert customer.subscription.payment_method_id == card.id


def test_what_the_order_saw_is_claimed_and_a_newer_entry_of_its_kind_stays(customer: Customer) -> None:
    one = str(customer.subscription.id)
    ask(customer, ReduceSeats(one, 2))
    bad = overdue(customer)
    ask(customer, ReduceSeats(one, 1))
    mend(customer, bad)
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert paid(customer) == [84_000], "two seats, as the invoice says"
    assert (customer.subscription.seats, listed(customer.subscription)) == (2, {"seats": "1"})


@pytest.mark.parametrize("wanted", ["seats", "auto_renew"])
def test_what_is_chosen_while_a_debit_is_under_way_stays(customer: Customer, wanted: str) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    pass_until(customer, RENEWAL)
    one = str(customer.subscription.id)
    order = models.Order.objects.get(action="renew")
    assert order.status == "processing"
    ask(customer, ReduceSeats(one, 1) if wanted == "seats" else SetAutoRenew((one,), on=False))
    chosen = listed(customer.subscription)
    settle(customer, RENEWAL + timedelta(days=5))
    assert paid(customer) == [126_000]
    assert listed(customer.subscription) == chosen != {}
    assert customer.subscription.seats == 3


def settle(customer: Customer, now: datetime) -> None:
    at(customer, now)
    for payment in models.Payment.objects.filter(status="processing"):
        reconcile_payment(account_id=customer.id, payment_id=payment.id, now=now)
    customer.subscription.refresh_from_db()


def test_what_is_chosen_while_an_early_renewal_is_under_way_is_for_the_one_after(customer: Customer) -> None:
    customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    at(customer, RENEWAL - timedelta(days=40))
    one = str(customer.subscription.id)
    ask(customer, RenewEarly((one,)))
    assert models.Order.objects.get().status == "processing"
    ask(customer, ReduceSeats(one, 1))
    ask(customer, ChangeTerm(one, 36))
    settle(customer, RENEWAL - timedelta(days=35))
    assert customer.subscription.renews_on == date(2028, 3, 1)
    assert listed(customer.subscription) == {"seats": "1", "term": "36"}
    pass_until(customer, RENEWAL)
    assert (customer.subscription.seats, customer.subscription.months) == (3, 12)
    assert listed(customer.subscription) == {"seats": "1", "term": "36"}


def test_what_is_chosen_after_a_term_was_paid_ahead_waits_for_the_renewal_after_it(customer: Customer) -> None:
    at(customer, RENEWAL - timedelta(days=40))
    one = str(customer.subscription.id)
    ask(customer, RenewEarly((one,)))
    ask(customer, ReduceSeats(one, 1))
    pass_until(customer, RENEWAL)
    assert (customer.subscription.seats, listed(customer.subscription)) == (3, {"seats": "1"})


def test_returned_a_renewal_puts_back_what_it_claimed_and_not_what_was_undone_since(customer: Customer) -> None:
    one = str(customer.subscription.id)
    ask(customer, ReduceSeats(one, 2))
    ask(customer, ChangeTerm(one, 36))
    bad = overdue(customer)
    models.ScheduledChange.objects.filter(kind="term").update(undone_at=customer.now)
    mend(customer, bad)
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert (customer.subscription.seats, customer.subscription.months, listed(customer.subscription)) == (2, 36, {})
    order = models.Order.objects.get(action="renew")
    stored = customer.preview(ReturnOrder(str(order.id)))
    customer.submit(stored)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.seats, customer.subscription.months) == (3, 12)
    assert listed(customer.subscription) == {"seats": "2"}
    assert stored.quote.promised == ()


def test_an_entry_can_be_taken_back_until_it_is_claimed(customer: Customer) -> None:
    bad, one = overdue(customer), str(customer.subscription.id)
    ask(customer, ReduceSeats(one, 1))
    ask(customer, UndoScheduled(one, ChangeKind.SEATS))
    mend(customer, bad)
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert (customer.subscription.seats, listed(customer.subscription)) == (3, {})


def test_a_method_that_was_scheduled_for_the_renewal_pays_its_tries_too(customer: Customer) -> None:
    """The first charge went to it, and so does the next: not to the method that it was to take the place of."""
    bad = customer.pay_by("declined_soft")
    models.Subscription.objects.update(payment_method=customer.method)
    factories.make_change(subscription=customer.subscription, kind="method", value=str(bad.id))
    pass_until(customer, RENEWAL)
    mend(customer, bad)
    pass_until(customer, RENEWAL + timedelta(days=2))
    assert [one.method_id for one in models.Payment.objects.order_by("created_at")] == [bad.id, bad.id]
    assert (customer.subscription.payment_method_id, listed(customer.subscription)) == (bad.id, {})
