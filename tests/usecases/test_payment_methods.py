"""Payment methods at the level of the use cases: what is written, what the gateway knows, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import MethodKind, Role
from tenor.domain.refusals import Refusal
from tenor.domain.requests import SetPaymentMethod
from tenor.usecases.make_backup_method import make_backup_method
from tenor.usecases.make_default_method import make_default_method
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.remove_method import remove_method
from tenor.usecases.update_method import MethodChange, update_method
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.customer import Customer
from tests.usecases.methods import begin, stored


def another(customer: Customer) -> models.PaymentMethod:
    return factories.make_method(account=customer.account, label="Visa 5555", is_default=False)


def test_two_subscriptions_are_paid_by_another_method_in_one_step(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    second = factories.make_subscription(account=customer.account)
    factories.make_change(subscription=second, kind="method", value=str(customer.method.id))
    card = another(customer)
    ask = SetPaymentMethod((str(second.id), str(customer.subscription.id)), str(card.id))
    quoted = customer.preview(ask)
    submitted = customer.submit(quoted)
    assert (submitted.order_id, submitted.payment_id) == (None, None)
    paying = models.Subscription.objects.values_list("payment_method_id", flat=True)
    assert set(paying) == {card.id}
    assert models.ScheduledChange.objects.get().undone_at == customer.now
    events = models.Event.objects.filter(kind="set_payment_method")
    assert {event.subscription_id for event in events} == {second.id, customer.subscription.id}
    mail = models.Mail.objects.get(kind="set_payment_method", subject_id=quoted.id, to="invoices@example.com")
    send_mail(mail, customer.now)
    assert f"Visa 5555 pays from now on for: Draft Standard ({customer.subscription.number})" in str(mailoutbox[0].body)
    assert customer.submit(quoted) == submitted, "the same quote again changes nothing"
    assert models.Event.objects.filter(kind="set_payment_method").count() == 2


def test_a_method_that_was_changed_meanwhile_stales_the_quote(customer: Customer) -> None:
    card = another(customer)
    quoted = customer.preview(SetPaymentMethod((str(customer.subscription.id),), str(card.id)))
    customer.pay_by("paid", MethodKind.PAYPAL)
    with pytest.raises(Refusal, match="quote_stale"):
        customer.submit(quoted)


# --- edit -----------------------------------------------------------------------------------------------------------


def edit(customer: Customer, method: models.PaymentMethod, name: str, expiry: tuple[int, int] | None = None) -> None:
    change = MethodChange(name, expiry)
    update_method(account_id=customer.id, method_id=method.id, change=change, actor=customer.actor, now=customer.now)
    method.refresh_from_db()


def test_a_card_is_edited_at_the_gateway_and_here_once(customer: Customer) -> None:
    card = stored(customer)
    for _ in range(2):
        edit(customer, card, " Ek AB, finance ", (2034, 2))
    assert (card.billing_name, card.expires_on) == ("Ek AB, finance", date(2034, 2, 28))
    kept = customer.sandbox.get(f"/methods/{card.gateway_reference}")
    assert (kept["holder"], kept["expiry_year"], kept["expiry_month"]) == ("Ek AB, finance", 2034, 2)
    event = models.Event.objects.get(kind="method_updated")
    assert (event.before["billing_name"], event.after["expires_on"]) == ("", "2034-02-28")
    assert models.Mail.objects.filter(kind="method_updated", to="invoices@example.com").count() == 1


@pytest.mark.parametrize(
    ("name", "expiry", "code"),
    [
        ("  ", None, "billing_name_unfit"),
        ("x" * 101, None, "billing_name_unfit"),
        ("Ek\x00AB", None, "billing_name_unfit"),
        ("Ek AB", (2026, 10), "expiry_passed"),
        ("Ek AB", (2030, 13), "expiry_passed"),
    ],
)
def test_what_is_no_name_and_no_date_changes_nothing(
    customer: Customer, name: str, expiry: tuple[int, int] | None, code: str
) -> None:
    card = stored(customer)
    with pytest.raises(Refusal, match=code):
        edit(customer, card, name, expiry)
    assert customer.sandbox.get(f"/methods/{card.gateway_reference}")["holder"] == ""
    assert not models.Event.objects.filter(kind="method_updated").exists()


def test_only_a_card_has_a_date(customer: Customer) -> None:
    debit = stored(customer, kind=MethodKind.DIRECT_DEBIT)
    with pytest.raises(Refusal, match="expiry_not_of_a_card"):
        edit(customer, debit, "Ek AB", (2034, 2))
    edit(customer, debit, "Ek AB")
    assert debit.billing_name == "Ek AB"


def test_a_silent_gateway_leaves_our_row_as_it_is(customer: Customer, settings: Settings) -> None:
    card = stored(customer)
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    with pytest.raises(Refusal, match="gateway_unavailable"):
        edit(customer, card, "Ek AB")
    card.refresh_from_db()
    assert card.billing_name == ""


def test_what_the_gateway_forgot_is_said(customer: Customer) -> None:
    card = factories.make_method(account=customer.account, gateway_reference="pm_gone", is_default=False)
    with pytest.raises(Refusal, match="method_gone"):
        edit(customer, card, "Ek AB")


# --- remove ---------------------------------------------------------------------------------------------------------


def remove(customer: Customer, method: models.PaymentMethod) -> None:
    remove_method(account_id=customer.id, method_id=method.id, actor=customer.actor, now=customer.now)


def test_what_named_a_removed_method_falls_to_the_default(customer: Customer) -> None:
    card = stored(customer)
    models.Subscription.objects.update(payment_method=card)
    factories.make_change(subscription=customer.subscription, kind="method", value=str(card.id))
    models.PaymentMethod.objects.filter(id=card.id).update(is_backup=True)
    for _ in range(2):
        remove(customer, card)
    card.refresh_from_db()
    customer.subscription.refresh_from_db()
    assert (card.status, card.is_backup) == ("removed", False)
    assert customer.subscription.payment_method_id is None
    assert models.ScheduledChange.objects.get().undone_at == customer.now
    assert models.Event.objects.filter(kind="method_removed").count() == 1
    assert models.Mail.objects.filter(kind="method_removed", to="invoices@example.com").count() == 1
    with pytest.raises(AssertionError, match="no_such_method"):
        customer.sandbox.get(f"/methods/{card.gateway_reference}")


def test_a_gateway_that_does_not_answer_is_asked_again_by_removing_again(
    customer: Customer, settings: Settings
) -> None:
    card, url = stored(customer), settings.SANDBOX_URL
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    remove(customer, card)
    card.refresh_from_db()
    assert card.status == "removed"
    assert customer.sandbox.get(f"/methods/{card.gateway_reference}")["last4"] == "4242"
    settings.SANDBOX_URL = url
    remove(customer, card)
    with pytest.raises(AssertionError, match="no_such_method"):
        customer.sandbox.get(f"/methods/{card.gateway_reference}")


def test_what_is_still_to_be_paid_keeps_its_method(customer: Customer) -> None:
    debit = customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    with pytest.raises(Refusal) as refused:
        remove(customer, debit)
    assert refused.value.code == "method_in_use"
    assert [(reason.code, reason.facts["number"]) for reason in refused.value.reasons] == [
        ("order_uses_method", order.number)
    ]


def test_a_debt_keeps_its_method(customer: Customer) -> None:
    debit = customer.pay_by("reversed", MethodKind.DIRECT_DEBIT)
    order = customer.buy_seats(1)
    customer.now += timedelta(days=30)
    customer.sandbox.set_clock(customer.now)
    (payment,) = customer.payments(order)
    reconcile_payment(account_id=customer.id, payment_id=payment.id, now=customer.now)
    with pytest.raises(Refusal) as refused:
        remove(customer, debit)
    assert [reason.code for reason in refused.value.reasons] == ["debt_uses_method"]


def test_the_last_method_of_what_renews_is_kept(customer: Customer) -> None:
    with pytest.raises(Refusal) as refused:
        remove(customer, customer.method)
    assert [reason.code for reason in refused.value.reasons] == ["renewal_without_method"]
    customer.method.refresh_from_db()
    assert customer.method.status == "active"


# --- backup ---------------------------------------------------------------------------------------------------------


def back_up(customer: Customer, method: models.PaymentMethod, *, is_backup: bool = True) -> None:
    make_backup_method(
        account_id=customer.id, method_id=method.id, is_backup=is_backup, actor=customer.actor, now=customer.now
    )


def backups() -> list[str]:
    return list(models.PaymentMethod.objects.filter(is_backup=True).values_list("label", flat=True))


def test_one_backup_takes_the_place_of_another(customer: Customer) -> None:
    first, second = another(customer), stored(customer, kind=MethodKind.DIRECT_DEBIT)
    back_up(customer, first)
    for _ in range(2):
        back_up(customer, second)
    assert backups() == ["SEPA 5264"]
    assert models.Event.objects.filter(kind="backup_method").count() == 2
    for _ in range(2):
        back_up(customer, second, is_backup=False)
    assert backups() == []


def test_the_default_is_no_backup_and_a_backup_that_becomes_the_default_is_none_any_more(customer: Customer) -> None:
    with pytest.raises(Refusal, match="default_is_no_backup"):
        back_up(customer, customer.method)
    card = another(customer)
    back_up(customer, card)
    make_default_method(account_id=customer.id, method_id=card.id, actor=customer.actor, now=customer.now)
    assert backups() == []
    assert models.PaymentMethod.objects.get(is_default=True).id == card.id


def test_what_cannot_pay_is_no_backup(customer: Customer) -> None:
    card = factories.make_method(account=customer.account, status="invalid", is_default=False)
    with pytest.raises(Refusal, match="method_not_usable"):
        back_up(customer, card)


@pytest.mark.parametrize("act", ["edit", "remove", "backup", "default", "begin"])
def test_who_may_not_buy_changes_nothing(customer: Customer, act: str) -> None:
    card = stored(customer)
    customer.actor = replace(customer.actor, role=Role.USER_ADMIN)
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: edit(customer, card, "Ek AB"),
        "remove": lambda: remove(customer, card),
        "backup": lambda: back_up(customer, card),
        "default": lambda: make_default_method(
            account_id=customer.id, method_id=card.id, actor=customer.actor, now=customer.now
        ),
        "begin": lambda: begin(customer),
    }
    with pytest.raises(Refusal, match="role_may_not_buy"):
        acts[act]()
    assert not models.Event.objects.exists()
