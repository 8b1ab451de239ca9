"""A customer whose renewal of 1 March was declined: days that pass, what is asked, and what is charged."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tenor.db import models
from tenor.domain.quote import Quote
from tenor.domain.requests import Ask
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tests.support import factories
from tests.support.customer import Customer

RENEWAL = datetime(2027, 3, 1, 12, tzinfo=UTC)


def at(customer: Customer, now: datetime) -> None:
    customer.now = now
    customer.sandbox.set_clock(now)


def pass_until(customer: Customer, now: datetime) -> None:
    """A day passes, and what is due is collected."""
    at(customer, now)
    pass_day(now=now)
    collect_due(now=now)
    customer.subscription.refresh_from_db()


def pass_days(customer: Customer, *days: int) -> None:
    for each in days:
        pass_until(customer, RENEWAL + timedelta(days=each))


def ask(customer: Customer, wanted: Ask) -> Quote:
    """Preview, submit and collect, as the portal does."""
    stored = customer.preview(wanted)
    done = customer.submit(stored)
    if done.payment_id:
        collect_payment(account_id=customer.id, payment_id=done.payment_id, now=customer.now)
    customer.subscription.refresh_from_db()
    return stored.quote


def overdue(customer: Customer, behaviour: str = "declined_soft") -> models.PaymentMethod:
    """Everything of the account was declined on 1 March; today is the day after."""
    method = customer.pay_by(behaviour)
    models.Subscription.objects.update(payment_method=method)
    pass_until(customer, RENEWAL)
    at(customer, RENEWAL + timedelta(days=1))
    return method


def mend(customer: Customer, method: models.PaymentMethod) -> None:
    """From now on the method pays."""
    reference = customer.sandbox.method("paid")
    models.PaymentMethod.objects.filter(id=method.id).update(gateway_reference=reference)


def another(customer: Customer, **fields: Any) -> models.Subscription:
    """A second subscription of the account, on the same dates."""
    return factories.make_subscription(account=customer.account, payment_method=customer.method, **fields)


def listed(subscription: models.Subscription) -> dict[str, str]:
    """What is on its list "at your next renewal"."""
    live = models.ScheduledChange.objects.filter(undone_at=None, replaced_at=None, claimed_at=None)
    return dict(live.filter(subscription=subscription).values_list("kind", "value"))


def payments(customer: Customer) -> list[tuple[str, int]]:
    found = models.Payment.objects.filter(account=customer.account).order_by("created_at", "id")
    return [(one.status, one.amount_minor) for one in found]


def paid(customer: Customer) -> list[int]:
    return [amount for status, amount in payments(customer) if status == "succeeded"]


def invoices(customer: Customer) -> list[tuple[str, str, int]]:
    found = models.Invoice.objects.filter(account=customer.account).order_by("created_at", "id")
    return [(one.kind, one.status, one.total_minor) for one in found]


def order_of(customer: Customer) -> UUID:
    """The open renewal order."""
    return models.Order.objects.get(action="renew", status="requires_action", account=customer.account).id
