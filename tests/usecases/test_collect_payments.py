"""Many pending payments at once: claimed, sent, recorded; nothing is forgotten, and nobody's lease is broken."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from tenor.db import models
from tenor.domain.breaker import FAILURES, REST, Breaker
from tenor.domain.requests import AddSeats
from tenor.gateways.clock import real_now
from tenor.usecases import collect_payments as collecting
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.renew_account import renew_account
from tenor.usecases.submit_quote import Submitted
from tests.support.books import assert_books_agree, charges_of
from tests.support.customer import Customer
from tests.support.factories import make_subscription
from tests.support.renewal_books import NIGHT, issue_invoices
from tests.usecases.test_terms_and_renewals import later

LONG_AGO = Now() - timedelta(hours=1)


def renewals_to_collect(customer: Customer, how_many: int) -> None:
    """That many subscriptions are due, each by a method of its own, so that each is a payment."""
    models.Subscription.objects.filter(id=customer.subscription.id).update(auto_renew=False)
    for _ in range(how_many):
        make_subscription(account=customer.account, payment_method=customer.pay_by("paid"))
    later(customer, NIGHT)
    renew_account(account_id=customer.id, now=NIGHT)
    issue_invoices(customer.id)
    models.Payment.objects.update(lease_until=None)


def seats_to_collect(customer: Customer) -> Submitted:
    """The portal died before it sent the payment."""
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    models.Payment.objects.update(lease_until=LONG_AGO)
    return submitted


def test_all_that_is_pending_is_collected(customer: Customer) -> None:
    renewals_to_collect(customer, 7)
    told: list[int] = []
    collected = collect_due(now=NIGHT, at_once=2, on_progress=lambda counts: told.append(counts.total()))
    assert (collected.counts, collected.left) == (Counter({"succeeded": 7}), 0)
    assert told[-1] == 7
    assert set(models.Order.objects.values_list("status", flat=True)) == {"fulfilled"}
    assert set(models.Payment.objects.values_list("attempts", flat=True)) == {1}
    assert_books_agree(customer.id, customer.sandbox)


def test_collecting_again_finds_nothing(customer: Customer) -> None:
    renewals_to_collect(customer, 2)
    collect_due(now=NIGHT)
    assert collect_due(now=NIGHT).total == 0
    assert len(charges_of(customer.id, customer.sandbox)) == 2


def test_an_order_of_the_portal_is_collected_when_its_lease_has_run_out(customer: Customer) -> None:
    submitted = seats_to_collect(customer)
    assert collect_due(now=customer.now).counts == {"succeeded": 1}
    assert models.Order.objects.get(id=submitted.order_id or "").status == "fulfilled"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_fresh_lease_is_left_alone(customer: Customer) -> None:
    customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    assert (collect_due(now=customer.now).total, collect_due(now=customer.now).left) == (0, 0)
    assert models.Payment.objects.get().status == "pending"


def test_declines_and_silence_are_recorded_like_any_other(customer: Customer) -> None:
    models.Subscription.objects.filter(id=customer.subscription.id).update(auto_renew=False)
    for behaviour in ("paid", "declined_soft", "bank_check", "error_once"):
        make_subscription(account=customer.account, payment_method=customer.pay_by(behaviour))
    later(customer, NIGHT)
    renew_account(account_id=customer.id, now=NIGHT)
    issue_invoices(customer.id)
    models.Payment.objects.update(lease_until=None)
    counts = collect_due(now=NIGHT).counts
    assert counts == {"succeeded": 1, "failed": 1, "requires_action": 1, "unknown": 1}
    silent = models.Payment.objects.get(status="unknown")
    assert silent.next_try_at is not None
    assert silent.lease_until is None
    assert reconcile_payment(account_id=customer.id, payment_id=silent.id, now=NIGHT) == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_no_more_are_collected_than_asked_for(customer: Customer) -> None:
    renewals_to_collect(customer, 5)
    collected = collect_due(now=NIGHT, most=3)
    assert (collected.total, collected.left) == (3, 2)


def test_what_waited_too_long_for_its_turn_is_not_sent_but_asked_about(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewals_to_collect(customer, 2)
    monkeypatch.setattr(collecting, "STALE_SECONDS", -1.0)
    assert collect_due(now=NIGHT).counts == {"unknown": 2}
    assert charges_of(customer.id, customer.sandbox) == []
    for payment in models.Payment.objects.all():
        assert reconcile_payment(account_id=customer.id, payment_id=payment.id, now=NIGHT) == "succeeded"
    assert_books_agree(customer.id, customer.sandbox)


def test_a_gateway_that_is_not_here_keeps_nobody_waiting(customer: Customer) -> None:
    renewals_to_collect(customer, 2)
    first = models.Payment.objects.order_by("id")[0]
    models.Payment.objects.filter(id=first.id).update(gateway="elsewhere")
    collected = collect_due(now=NIGHT)
    assert (collected.counts, collected.left) == ({"succeeded": 1}, 1)
    first.refresh_from_db()
    assert first.status == "pending"


def test_a_gateway_that_fails_for_everybody_is_left_alone_and_its_payments_stay_pending(customer: Customer) -> None:
    renewals_to_collect(customer, 3)
    about_to_open = Breaker(recent=(False,) * (FAILURES - 1))
    breakers = {"sandbox": about_to_open}
    customer.sandbox.faults(fail_next=1)
    collected = collect_due(now=NIGHT, at_once=1, most=1, breakers=breakers)
    assert (collected.counts, collected.left) == ({"unknown": 1}, 2)
    assert (collect_due(now=NIGHT, breakers=breakers).total, collect_due(now=NIGHT, breakers=breakers).left) == (0, 2)
    assert sorted(models.Payment.objects.values_list("status", flat=True)) == ["pending", "pending", "unknown"]


def test_after_a_rest_a_few_are_sent_and_then_all(customer: Customer) -> None:
    renewals_to_collect(customer, 5)
    rested = Breaker(opened_at=real_now() - REST)
    breakers = {"sandbox": rested}
    assert collect_due(now=NIGHT, breakers=breakers).counts == {"succeeded": 5}
    assert breakers["sandbox"].opened_at is None
