"""The judge of promises, shown to find a broken one: each test breaks one on purpose, by hand, behind Tenor's back."""

from datetime import UTC, date, datetime

import pytest

from tenor.db import models
from tenor.db.access import account_scope
from tenor.domain.requests import Ask, ReduceSeats, SetAutoRenew
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.load import Loaded, load
from tenor.usecases.remind_accounts import remind_accounts
from tenor.usecases.sweep_account import sweep_account
from tests.support.customer import Customer, customer, sandbox, sandbox_process
from tests.support.promises import Promises

__all__ = ["customer", "sandbox", "sandbox_process"]

RENEWAL = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def promises(customer: Customer) -> Promises:
    return Promises(customer.id)


def test_a_kept_promise_is_counted(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 1))
    renew(customer, promises)
    assert (promises.kept, promises.faults) == (1, [])


def test_more_seats_than_promised_are_found(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 1))
    models.ScheduledChange.objects.filter(subscription=customer.subscription).update(undone_at=customer.now)
    renew(customer, promises)
    assert [*map(facts, promises.faults)] == ["charged seats=3 promised seats=1"]


def test_a_charge_where_none_was_promised_is_found(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, SetAutoRenew((str(customer.subscription.id),), on=False))
    models.ScheduledChange.objects.filter(subscription=customer.subscription).update(undone_at=customer.now)
    models.Subscription.objects.update(auto_renew=True)
    renew(customer, promises)
    assert [*map(facts, promises.faults)] == ["charged seats=3 promised nothing"]


def test_a_charge_before_the_promised_day_is_found(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 3 - 1))
    models.Subscription.objects.update(renews_on=date(2027, 2, 1))
    models.PaidPeriod.objects.update(ends_on=date(2027, 2, 1))
    renew(customer, promises, datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert len(promises.faults) == 1


def test_a_promise_that_nobody_keeps_is_found(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 1))
    models.Subscription.objects.update(processor="legacy")
    renew(customer, promises)
    assert ["nothing was charged" in fault for fault in promises.faults] == [True]


def test_what_a_mail_said_counts(customer: Customer, promises: Promises) -> None:
    customer.now = datetime(2027, 2, 15, 12, tzinfo=UTC)
    remind_accounts(account_ids=[customer.id], now=customer.now)
    promises.read_mails(customer.now.date())
    models.Subscription.objects.update(seats=4)
    renew(customer, promises)
    assert [*map(facts, promises.faults)] == ["charged seats=4 promised seats=3"]


def test_a_page_that_says_otherwise_than_was_promised_is_found(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 1))
    promises.look(loaded(customer))
    assert promises.faults == []
    models.ScheduledChange.objects.filter(subscription=customer.subscription).update(undone_at=customer.now)
    promises.look(loaded(customer))
    assert ["the page says" in fault for fault in promises.faults] == [True]


def test_a_later_choice_replaces_an_earlier_one(customer: Customer, promises: Promises) -> None:
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 1))
    ask(customer, promises, ReduceSeats(str(customer.subscription.id), 2))
    renew(customer, promises)
    assert (promises.kept, promises.faults) == (1, [])


def ask(customer: Customer, promises: Promises, wanted: Ask) -> None:
    before = loaded(customer)
    stored = customer.preview(wanted)
    done = customer.submit(stored)
    if done.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=done.payment_id, now=customer.now)
    promises.quoted(stored.quote, before)


def renew(customer: Customer, promises: Promises, now: datetime = RENEWAL) -> None:
    """The night of the renewal, and the judge's look at it."""
    customer.now = now
    customer.sandbox.set_clock(now)
    sweep_account(account_id=customer.id, now=now)
    promises.judge(now.date())
    promises.judge_silence(loaded(customer))


def loaded(customer: Customer) -> Loaded:
    with account_scope(customer.id):
        return load(customer.id, customer.now)


def facts(fault: str) -> str:
    """The seats that were charged and promised, as the sentence names them."""
    charged, promised = fault.split(" was charged, and ")
    said = "nothing" if "on=None" in promised else next(part for part in promised.split(", ") if "seats=" in part)
    return f"charged {next(part for part in charged.split(', ') if 'seats=' in part)} promised {said}"
