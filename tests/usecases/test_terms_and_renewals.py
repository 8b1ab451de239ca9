"""A term changed today is what is charged at the renewal; what is not paid ages by the rules."""

from datetime import UTC, date, datetime

from tenor.db import models
from tenor.domain.requests import ChangeTerm
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.renew_account import renew_account
from tenor.usecases.resume_order import resume_order
from tenor.usecases.sweep_account import accounts_to_renew, sweep_account
from tests.support.customer import SESSION, Customer

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def later(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def test_three_years_chosen_today_are_charged_at_the_renewal(customer: Customer) -> None:
    stored = customer.preview(ChangeTerm(str(customer.subscription.id), 36))
    submitted = customer.submit(stored)
    assert submitted.order_id is None
    entry = models.ScheduledChange.objects.get(subscription=customer.subscription)
    assert (entry.value, entry.unit_price_minor, entry.scheduled_by_name) == ("36", 1179_00, "Alice Admin")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    order = models.Order.objects.get(action="renew")
    customer.subscription.refresh_from_db()
    assert (order.status, order.total_minor) == ("fulfilled", 3 * 1179_00)
    assert (customer.subscription.months, customer.subscription.renews_on) == (36, date(2030, 3, 1))
    assert customer.subscription.anchor == date(2026, 3, 1)


def test_submitting_a_change_of_term_twice_schedules_it_once(customer: Customer) -> None:
    stored = customer.preview(ChangeTerm(str(customer.subscription.id), 36))
    customer.submit(stored)
    customer.submit(stored)
    assert models.ScheduledChange.objects.filter(subscription=customer.subscription).count() == 1


def test_a_term_is_renewed_once_however_often_it_is_tried(customer: Customer) -> None:
    later(customer, RENEWAL)
    assert list(accounts_to_renew(customer.now)) == [customer.id]
    for _ in range(3):
        sweep_account(account_id=customer.id, now=customer.now)
    assert models.Order.objects.filter(action="renew").count() == 1
    periods = models.PaidPeriod.objects.filter(subscription=customer.subscription).order_by("starts_on")
    assert [(period.starts_on, period.ends_on) for period in periods][-1] == (date(2027, 3, 1), date(2028, 3, 1))


def test_a_declined_renewal_is_past_due_and_paying_late_restores_it(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("past_due", date(2027, 3, 1))
    later(customer, datetime(2027, 3, 20, 12, 0, tzinfo=UTC))
    age_subscriptions(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()
    assert customer.subscription.status == "suspended"
    order = models.Order.objects.get(action="renew")
    resumed = resume_order(
        account_id=customer.id,
        order_id=order.id,
        method_id=str(customer.method.id),
        actor=customer.actor,
        session=SESSION,
        now=customer.now,
    )
    assert resumed.payment_id is not None
    collect_payment(account_id=customer.id, payment_id=resumed.payment_id, now=customer.now)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("active", None)
    assert customer.subscription.renews_on == date(2028, 3, 1)


def test_a_renewal_without_a_method_is_owed_until_it_is_canceled(customer: Customer) -> None:
    models.PaymentMethod.objects.filter(account=customer.account).update(status="removed", is_default=False)
    later(customer, RENEWAL)
    assert renew_account(account_id=customer.id, now=customer.now).payments == ()
    order = models.Order.objects.get(action="renew")
    assert (order.status, order.waiting_for) == ("requires_action", "no_payment_method")
    later(customer, datetime(2027, 5, 1, 12, 0, tzinfo=UTC))
    for _ in range(2):
        age_subscriptions(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()
    order.refresh_from_db()
    assert (customer.subscription.status, order.status) == ("canceled", "canceled")
    invoice = models.Invoice.objects.get(order=order, kind="invoice")
    note = models.Invoice.objects.get(corrects=invoice)
    assert (invoice.status, note.status, note.total_minor) == ("credited", "paid", -invoice.total_minor)


def test_without_renewal_access_ends_on_the_renewal_date(customer: Customer) -> None:
    models.Subscription.objects.filter(id=customer.subscription.id).update(auto_renew=False)
    later(customer, RENEWAL)
    sweep_account(account_id=customer.id, now=customer.now)
    customer.subscription.refresh_from_db()
    assert (customer.subscription.status, customer.subscription.lapsed_on) == ("expired", date(2027, 3, 1))
    assert not models.Order.objects.exists()
