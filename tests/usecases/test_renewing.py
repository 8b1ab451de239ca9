"""Early, late, anew: what was quoted is charged once, and the night finds nothing left to do."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from tenor.db import models
from tenor.domain.refusals import Refusal
from tenor.domain.requests import Ask, BuyAgain, RenewEarly, RenewLate
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.pass_day import pass_day
from tenor.usecases.sweep_account import sweep_account
from tests.support import factories
from tests.support.customer import Customer

SOON = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
AFTER = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
LONG_AFTER = datetime(2027, 5, 10, 12, 0, tzinfo=UTC)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def buy(customer: Customer, ask: Ask) -> models.Order:
    submitted = customer.submit(customer.preview(ask))
    assert submitted.order_id
    assert submitted.payment_id
    collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    return models.Order.objects.get(id=submitted.order_id)


def spans(subscription: models.Subscription) -> list[tuple[date, date]]:
    rows = models.PaidPeriod.objects.filter(subscription=subscription, stopped_on=None).order_by("starts_on")
    return [(row.starts_on, row.ends_on) for row in rows]


def test_what_is_renewed_early_begins_on_its_day_and_is_not_charged_again(customer: Customer) -> None:
    owned = customer.subscription
    factories.make_change(subscription=owned, kind="seats", value="2")
    later(customer, SOON)
    order = buy(customer, RenewEarly((str(owned.id),)))
    owned.refresh_from_db()
    assert (order.status, order.total_minor, len(customer.charges(order))) == ("fulfilled", 840_00, 1)
    assert (owned.seats, owned.coming_seats, owned.coming_on, owned.renews_on) == (
        3,
        2,
        date(2027, 3, 1),
        date(2028, 3, 1),
    )
    assert models.ScheduledChange.objects.get().claimed_at == SOON
    later(customer, RENEWAL)
    for _ in range(2):
        sweep_account(account_id=customer.id, now=customer.now)
    owned.refresh_from_db()
    assert (owned.seats, owned.coming_on, owned.status) == (2, None, "active")
    assert spans(owned) == [(date(2026, 3, 1), date(2027, 3, 1)), (date(2027, 3, 1), date(2028, 3, 1))]
    assert models.Order.objects.get() == order
    assert [event.kind for event in models.Event.objects.filter(subscription=owned)] == ["term_begun"]


def test_many_are_one_order_one_invoice_one_payment(customer: Customer) -> None:
    others = [factories.make_subscription(account=customer.account, seats=seats) for seats in (1, 2)]
    later(customer, SOON)
    stored = customer.preview(RenewEarly(tuple(str(one.id) for one in (*others, customer.subscription))))
    first, second = customer.submit(stored), customer.submit(stored)
    assert first == second
    order = models.Order.objects.get()
    assert (order.total_minor, models.Payment.objects.count(), models.Invoice.objects.count()) == (6 * 420_00, 1, 1)
    assert models.OrderSubscription.objects.filter(order=order, open=True).count() == 3


def test_an_early_renewal_that_is_not_paid_gives_way_to_the_night(customer: Customer) -> None:
    customer.pay_by("bank_check")
    later(customer, datetime(2027, 2, 28, 20, 0, tzinfo=UTC))
    order = buy(customer, RenewEarly((str(customer.subscription.id),)))
    assert order.status == "requires_action"
    assert order.expires_at == datetime(2027, 3, 1, 5, 0, tzinfo=UTC)  # midnight in New York
    later(customer, RENEWAL)
    for _ in range(2):
        pass_day(now=customer.now)
    order.refresh_from_db()
    assert (order.status, customer.invoice(order).status) == ("expired", "void")
    assert models.Order.objects.get(action="renew").total_minor == 1260_00
    assert models.Order.objects.count() == 2


def test_renewed_late_it_runs_on_as_if_it_had_been_in_time(customer: Customer) -> None:
    owned = customer.subscription
    models.Subscription.objects.filter(id=owned.id).update(auto_renew=False)
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    later(customer, AFTER)
    order = buy(customer, RenewLate(str(owned.id)))
    owned.refresh_from_db()
    assert (order.status, order.total_minor) == ("fulfilled", 1395_00)
    assert (owned.status, owned.lapsed_on, owned.auto_renew) == ("active", None, False)
    assert spans(owned) == [(date(2026, 3, 1), date(2027, 3, 1)), (date(2027, 3, 1), date(2028, 3, 1))]
    sweep_account(account_id=customer.id, now=customer.now)
    owned.refresh_from_db()
    assert owned.status == "active"
    with pytest.raises(Refusal, match="not_eligible"):
        customer.preview(RenewLate(str(owned.id)))


def test_bought_again_it_is_one_new_subscription_however_often_it_is_submitted(customer: Customer) -> None:
    owned, new_id = customer.subscription, str(uuid4())
    models.Subscription.objects.filter(id=owned.id).update(status="canceled", lapsed_on=date(2027, 3, 1))
    later(customer, LONG_AFTER)
    stored = customer.preview(BuyAgain(str(owned.id), seats=2, months=36, new_id=new_id))
    for _ in range(2):
        submitted = customer.submit(stored)
        if submitted.payment_id:
            collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    bought = models.Subscription.objects.exclude(id=owned.id).get()
    assert (str(bought.id), bought.seats, bought.months, bought.status) == (new_id, 2, 36, "active")
    assert (bought.anchor, bought.renews_on, bought.auto_renew) == (date(2027, 5, 10), date(2030, 5, 10), True)
    order = models.Order.objects.get()
    assert (order.status, order.total_minor, len(customer.charges(order))) == ("fulfilled", 2620_00, 1)
    owned.refresh_from_db()
    assert owned.status == "canceled"
    with pytest.raises(Refusal, match="id_in_use"):
        customer.preview(BuyAgain(str(owned.id), seats=2, months=36, new_id=new_id))
