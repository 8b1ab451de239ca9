"""Paying otherwise, at the level of the use cases: many at once, and whoever changes something at the same moment."""

import pytest
from django.core.mail import EmailMessage

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import SetPaymentMethod
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.customer import Customer


def another(customer: Customer) -> models.PaymentMethod:
    return factories.make_method(account=customer.account, label="Visa 5555", is_default=False)


def test_two_subscriptions_are_paid_by_another_method_in_one_step(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    second = factories.make_subscription(account=customer.account)
    factories.make_change(subscription=second, kind="method", value=str(customer.method.id))
    card = another(customer)
    ask = SetPaymentMethod((str(second.id), str(customer.subscription.id)), str(card.id))
    stored = customer.preview(ask)
    submitted = customer.submit(stored)
    assert (submitted.order_id, submitted.payment_id) == (None, None)
    paying = models.Subscription.objects.values_list("payment_method_id", flat=True)
    assert set(paying) == {card.id}
    assert models.ScheduledChange.objects.get().undone_at == customer.now
    events = models.Event.objects.filter(kind="set_payment_method")
    assert {event.subscription_id for event in events} == {second.id, customer.subscription.id}
    mail = models.Mail.objects.get(kind="set_payment_method", subject_id=stored.id, to="invoices@example.com")
    send_mail(mail, customer.now)
    assert f"Visa 5555 pays from now on for: Draft Standard ({customer.subscription.number})" in str(mailoutbox[0].body)
    assert customer.submit(stored) == submitted, "the same quote again changes nothing"
    assert models.Event.objects.filter(kind="set_payment_method").count() == 2


def test_a_method_that_was_changed_meanwhile_stales_the_quote(customer: Customer) -> None:
    card = another(customer)
    stored = customer.preview(SetPaymentMethod((str(customer.subscription.id),), str(card.id)))
    customer.pay_by("paid", MethodKind.PAYPAL)
    with pytest.raises(Refusal, match="quote_stale"):
        customer.submit(stored)
