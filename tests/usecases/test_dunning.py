"""After a failed charge: tried again on its days, by the backup at the end, asked for where nothing is left to try."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.pass_day import pass_day
from tenor.usecases.retry_payment import retry_payment
from tests.support.customer import Customer
from tests.support.factories import make_method

RENEWAL = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


DAYS = (0, 1, 2, 3, 7, 10, 14, 15, 17, 21, 22, 30, 44, 45)
"""Days after the renewal date on which something falls due, and some on which nothing does."""


def to_day(customer: Customer, day: int) -> None:
    """Let the days after the renewal date pass up to that one."""
    began = (customer.now - RENEWAL).days + 1 if customer.now >= RENEWAL else 0
    for passed in (one for one in DAYS if began <= one <= day):
        customer.now = RENEWAL + timedelta(days=passed)
        customer.sandbox.set_clock(customer.now)
        pass_day(now=customer.now)
        collect_due(now=customer.now)
    customer.subscription.refresh_from_db()


def order_of(customer: Customer) -> models.Order:
    return models.Order.objects.get(account=customer.account, action="renew")


def days_charged(customer: Customer) -> list[int]:
    created = models.Payment.objects.filter(account=customer.account).order_by("created_at", "id")
    return [(at - RENEWAL).days for at in created.values_list("created_at", flat=True)]


def mails(customer: Customer, *kinds: str) -> list[tuple[str, str | None]]:
    """Kind and announced day of the mails to the buyer, in the order in which they were written."""
    found = models.Mail.objects.filter(account=customer.account, kind__in=kinds).order_by("created_at", "id")
    to = found.values_list("to", flat=True).first()
    return [(mail.kind, mail.context.get("retry_on")) for mail in found.filter(to=to)]


def backup(customer: Customer, behaviour: str) -> models.PaymentMethod:
    return make_method(
        account=customer.account,
        gateway="sandbox",
        gateway_reference=customer.sandbox.method(behaviour),
        is_default=False,
        is_backup=True,
        label="Visa 9999",
        expires_on=date(2031, 12, 31),
    )


def test_a_card_is_charged_again_on_its_days_and_each_try_is_announced(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    to_day(customer, 0)
    assert (order_of(customer).status, order_of(customer).retry_on) == ("requires_action", date(2027, 3, 3))
    to_day(customer, 30)
    assert days_charged(customer) == [0, 2, 7, 14, 21]
    assert mails(customer, "charge_failed", "charge_retry", "method_needed") == [
        ("charge_failed", "2027-03-03"),
        ("charge_retry", "2027-03-08"),
        ("charge_retry", "2027-03-15"),
        ("charge_retry", "2027-03-22"),
        ("method_needed", None),
    ]
    assert (customer.subscription.status, order_of(customer).retry_on) == ("suspended", None)
    to_day(customer, 45)
    assert customer.subscription.status == "canceled"
    assert days_charged(customer) == [0, 2, 7, 14, 21]
    assert mails(customer, "subscription_suspended", "subscription_canceled") == [
        ("subscription_suspended", None),
        ("subscription_canceled", None),
    ]


def test_a_try_that_succeeds_ends_it_and_moves_no_date(customer: Customer) -> None:
    method = customer.pay_by("declined_soft")
    to_day(customer, 1)
    better = customer.sandbox.method("paid")
    models.PaymentMethod.objects.filter(id=method.id).update(gateway_reference=better)
    to_day(customer, 10)
    assert days_charged(customer) == [0, 2]
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2028, 3, 1))
    assert (order_of(customer).status, order_of(customer).retry_on) == ("fulfilled", None)


def test_the_day_of_a_try_is_claimed_once(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    to_day(customer, 1)
    order, on = order_of(customer), RENEWAL + timedelta(days=2)
    made = [retry_payment(account_id=customer.id, order_id=order.id, now=on) for _ in range(3)]
    assert [one is not None for one in made] == [True, False, False]
    assert models.Payment.objects.filter(account=customer.account, status="pending").count() == 1


def test_after_a_final_decline_the_method_is_never_charged_again(customer: Customer) -> None:
    method = customer.pay_by("declined_final")
    models.PaymentMethod.objects.filter(id=customer.method.id).update(status="invalid")
    to_day(customer, 44)
    assert days_charged(customer) == [0]
    assert [kind for kind, _ in mails(customer, "charge_failed", "method_needed")] == ["method_needed"]
    method.refresh_from_db()
    assert method.status == "invalid"


def test_the_backup_pays_after_a_final_decline(customer: Customer) -> None:
    customer.pay_by("declined_final")
    reserve = backup(customer, "paid")
    to_day(customer, 0)
    assert (customer.subscription.status, customer.subscription.renews_on) == ("active", date(2028, 3, 1))
    used = models.Payment.objects.filter(account=customer.account).order_by("created_at", "id")
    assert [(one.status, one.method_id == reserve.id) for one in used] == [("failed", False), ("succeeded", True)]
    assert mails(customer, "charge_failed", "method_needed") == []


def test_the_backup_is_tried_once_after_all_the_tries(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    reserve = backup(customer, "declined_soft")
    to_day(customer, 44)
    assert days_charged(customer) == [0, 2, 7, 14, 21, 21]
    assert models.Payment.objects.filter(account=customer.account, method=reserve).count() == 1
    assert mails(customer, "method_needed") == [("method_needed", None)]


def test_nothing_is_tried_while_the_gateway_owes_an_answer(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    backup(customer, "paid")
    to_day(customer, 1)
    order = order_of(customer)
    invoice = customer.invoice(order)
    models.Payment.objects.filter(invoice=invoice).update(status="unknown")
    assert retry_payment(account_id=customer.id, order_id=order.id, now=RENEWAL + timedelta(days=2)) is None
    assert models.Payment.objects.filter(account=customer.account).count() == 1


@pytest.mark.parametrize("behaviour", ["insufficient_funds"])
def test_a_debit_is_collected_again_twice(customer: Customer, behaviour: str) -> None:
    customer.pay_by(behaviour, MethodKind.DIRECT_DEBIT)
    to_day(customer, 44)
    assert len(days_charged(customer)) == 3
    assert [kind for kind, _ in mails(customer, "charge_failed", "charge_retry", "method_needed")] == [
        "charge_failed",
        "charge_retry",
        "method_needed",
    ]
