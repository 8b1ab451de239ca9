"""Dates aligned, paid, seats added, and all of it given back: rows restored to the day and the cent."""

from dataclasses import asdict
from datetime import date
from uuid import UUID

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.db.access import account_scope
from tenor.db.snapshots import load_account
from tenor.domain.account import AccountState, MethodKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats, AlignDates, Ask, ReturnOrder
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.send_refund import send_refund
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.customer import Customer

RENEWS, JUNE = date(2027, 3, 1), date(2027, 6, 1)


@pytest.fixture
def other(customer: Customer) -> models.Subscription:
    """A second subscription, which renews on 1 June 2027."""
    return factories.make_subscription(
        account=customer.account, anchor=date(2026, 6, 1), renews_on=JUNE, payment_method=customer.method
    )


def buy(customer: Customer, ask: Ask) -> models.Order:
    submitted = customer.submit(customer.preview(ask))
    assert submitted.order_id is not None
    if submitted.payment_id is not None:
        collect_payment(account_id=customer.id, payment_id=submitted.payment_id, now=customer.now)
    return models.Order.objects.get(id=submitted.order_id)


def give_back(customer: Customer, order: models.Order) -> None:
    submitted = customer.submit(customer.preview(ReturnOrder(str(order.id))))
    for refund_id in submitted.refunds:
        send_refund(account_id=customer.id, refund_id=refund_id, now=customer.now)


def state(customer: Customer) -> AccountState:
    with account_scope(customer.id):
        return load_account(customer.id).state


def both(customer: Customer, other: models.Subscription) -> tuple[str, str]:
    return str(customer.subscription.id), str(other.id)


def test_aligned_paid_grown_and_returned_leaves_no_trace(customer: Customer, other: models.Subscription) -> None:
    before = state(customer)
    aligned = buy(customer, AlignDates(both(customer, other)))
    assert (aligned.status, aligned.total_minor) == ("fulfilled", 316_72)
    assert [(one.renews_on, one.anchor) for one in state(customer).subscriptions] == [
        (JUNE, JUNE),
        (JUNE, date(2026, 6, 1)),
    ]
    grown = buy(customer, AddSeats(str(customer.subscription.id), 2))
    amounts = models.OrderLine.objects.filter(order=grown).order_by("position").values_list("amount_minor", flat=True)
    assert list(amounts) == [254_79, 211_15]
    with pytest.raises(Refusal) as refused:
        customer.preview(ReturnOrder(str(aligned.id)))
    assert [reason.code for reason in refused.value.reasons] == ["later_order_depends"]
    give_back(customer, grown)
    give_back(customer, aligned)
    assert asdict(state(customer)) == asdict(before)
    assert customer.ledger() == {}
    refunds = [charge["refunds"] for order in (aligned, grown) for charge in customer.charges(order)]
    assert [[refund["amount"]["minor"] for refund in each] for each in refunds] == [[316_72], [465_94]]  # type: ignore[attr-defined]


def test_both_are_about_the_order_though_one_is_charged_for(customer: Customer, other: models.Subscription) -> None:
    """One whose anchor alone is moved must not be changed by anybody else until the order is paid."""
    models.Subscription.objects.filter(id=other.id).update(anchor=date(2026, 5, 31), renews_on=date(2027, 4, 30))
    models.PaidPeriod.objects.filter(subscription=other).update(starts_on=date(2026, 4, 30), ends_on=date(2027, 4, 30))
    stored = customer.preview(AlignDates(both(customer, other)))
    customer.submit(stored)
    about = models.OrderSubscription.objects.filter(order__quote_id=stored.id)
    assert {row.subscription_id for row in about} == {customer.subscription.id, other.id}
    assert [one.open_order is not None for one in state(customer).subscriptions] == [True, True]


def test_made_alignable_without_anything_to_align_is_carried_out_and_mailed(
    customer: Customer, other: models.Subscription, mailoutbox: list[EmailMessage]
) -> None:
    paypal = customer.pay_by("paid", MethodKind.PAYPAL)
    models.Subscription.objects.filter(id=other.id).update(months=36)
    stored = customer.preview(AlignDates(both(customer, other), prepare=True))
    submitted = customer.submit(stored)
    assert (submitted.order_id, stored.quote.lines) == (None, ())
    paid_by = models.Subscription.objects.filter(account=customer.account).values_list("payment_method_id", flat=True)
    assert (set(paid_by), paypal.id == customer.method.id) == ({customer.method.id}, False)
    change = models.ScheduledChange.objects.get()
    assert (change.subscription_id, change.kind, change.value) == (customer.subscription.id, "term", "36")
    mail = models.Mail.objects.filter(kind="align_dates").first()
    assert mail is not None
    send_mail(mail, customer.now)
    assert customer.subscription.number in mailoutbox[0].body
    assert other.number not in mailoutbox[0].body.split("Nothing is charged now.")[0]
    assert {event.subscription_id for event in models.Event.objects.filter(kind="align_dates")} == {
        UUID(one) for one in both(customer, other)
    }
