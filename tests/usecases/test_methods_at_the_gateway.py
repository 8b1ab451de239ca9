"""What gateways tell of methods: declines for good, cards closed or renewed, setups that nobody came back from."""

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.domain.account import MethodKind
from tenor.domain.refusals import Refusal
from tenor.domain.requests import AddSeats
from tenor.gateways.payments.errors import GatewayError
from tenor.usecases.finish_method_setup import finish_method_setup
from tenor.usecases.process_gateway_event import process_gateway_event
from tenor.usecases.start_method_setup import new_reference
from tenor.worker.mails import send_mail
from tests.support import factories
from tests.support.customer import Customer
from tests.usecases.methods import begin, come_back, stored

# --- beyond use -----------------------------------------------------------------------------------------------------


def test_a_decline_for_good_ends_the_method_and_the_account_is_told(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    card = customer.pay_by("declined_final")
    order = customer.buy_seats(1)
    card.refresh_from_db()
    assert (order.status, card.status, card.invalid_because) == ("requires_action", "invalid", "stolen_card")
    event = models.Event.objects.get(kind="method_invalid")
    assert (event.actor_name, event.after["decline"]) == ("Tenor", "stolen_card")
    mail = models.Mail.objects.get(kind="method_invalid", to="invoices@example.com")
    send_mail(mail, customer.now)
    assert "It was to pay for: Draft Standard" in str(mailoutbox[0].body)
    with pytest.raises(Refusal) as refused:
        customer.preview(AddSeats(str(customer.subscription.id), 1))
    assert "payment_method_invalid" in [reason.code for reason in refused.value.reasons]


def test_a_decline_for_now_leaves_the_method_as_it_is(customer: Customer) -> None:
    card = customer.pay_by("declined_soft")
    customer.buy_seats(1)
    card.refresh_from_db()
    assert (card.status, card.invalid_because) == ("active", "")


def test_a_debit_keeps_its_mandate_from_lapsing(customer: Customer) -> None:
    debit = customer.pay_by("paid", MethodKind.DIRECT_DEBIT)
    models.PaymentMethod.objects.filter(id=debit.id).update(
        mandate_reference="MD-1", mandate_signed_on=date(2024, 1, 2), expires_on=None
    )
    customer.buy_seats(1)
    debit.refresh_from_db()
    assert debit.mandate_used_on == date(2026, 11, 21)
    assert models.PaymentMethod.objects.filter(mandate_used_on=None).count() == 1, "a card has no mandate"


# --- what the gateway tells -----------------------------------------------------------------------------------------


def hear(customer: Customer, subject: str, reference: str) -> models.GatewayEvent:
    """A webhook, stored and processed twice, as a crash would have it."""
    event = models.GatewayEvent.objects.create(
        gateway="sandbox",
        event_id=f"evt_{next(factories.serials)}",
        kind=f"{subject}.moved",
        body={"subject": subject, "reference": reference, "charge_reference": ""},
        received_at=customer.now,
    )
    for _ in range(2):
        process_gateway_event(event_id=event.id, now=customer.now)
    event.refresh_from_db()
    return event


def test_a_card_that_a_bank_closes_later_is_beyond_use(customer: Customer) -> None:
    card = stored(customer)
    customer.sandbox.post(f"/test/methods/{card.gateway_reference}/invalidate", code="stolen_card")
    assert hear(customer, "method", card.gateway_reference).processed_at == customer.now
    card.refresh_from_db()
    assert (card.status, card.invalid_because) == ("invalid", "stolen_card")
    assert models.Event.objects.filter(kind="method_invalid").count() == 1
    assert models.Mail.objects.filter(kind="method_invalid", to="invoices@example.com").count() == 1


def test_a_card_that_a_bank_renews_gets_its_new_date(customer: Customer) -> None:
    card = stored(customer)
    models.PaymentMethod.objects.filter(id=card.id).update(status="invalid", invalid_because="expired_card")
    customer.sandbox.post(f"/test/methods/{card.gateway_reference}/renew", expiry_year=2035, expiry_month=6)
    hear(customer, "method", card.gateway_reference)
    card.refresh_from_db()
    assert (card.status, card.invalid_because, card.expires_on) == ("active", "", date(2035, 6, 30))
    assert models.Event.objects.filter(kind="method_updated", actor_name="Tenor").count() == 1


def test_a_card_that_the_gateway_forgot_is_beyond_use(customer: Customer) -> None:
    card = stored(customer)
    customer.sandbox.post(f"/methods/{card.gateway_reference}/remove")
    hear(customer, "method", card.gateway_reference)
    card.refresh_from_db()
    assert (card.status, card.invalid_because) == ("invalid", "gone_at_gateway")


@pytest.mark.parametrize("reference", ["", "pm_nobody", "a setup", f"{'0' * 32}-{'0' * 32}"])
@pytest.mark.parametrize("subject", ["method", "setup", "charge", "weather"])
def test_what_is_none_of_ours_is_passed_over(customer: Customer, subject: str, reference: str) -> None:
    assert hear(customer, subject, reference).processed_at == customer.now
    assert models.PaymentMethod.objects.count() == 1


def test_a_silent_gateway_leaves_the_event_for_later(customer: Customer, settings: Settings) -> None:
    card = stored(customer)
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    with pytest.raises(GatewayError):
        hear(customer, "method", card.gateway_reference)
    with pytest.raises(Refusal, match="gateway_unavailable"):
        hear(customer, "setup", new_reference(customer.id))
    assert models.GatewayEvent.objects.filter(processed_at=None).count() == 2


def test_who_added_a_card_and_never_came_back_has_it_all_the_same(customer: Customer) -> None:
    reference = come_back(begin(customer))
    hear(customer, "setup", reference)
    added = models.PaymentMethod.objects.get(setup_reference=reference)
    assert (added.label, added.status, added.is_default) == ("Visa 4242", "active", False)
    finished = finish_method_setup(account_id=customer.id, reference=reference, actor=customer.actor, now=customer.now)
    assert finished.method_id == added.id, "coming back later finds what is stored"
    assert models.Event.objects.filter(kind="method_added").count() == 1


def test_an_account_begins_a_few_times_a_day(customer: Customer) -> None:
    for _ in range(10):
        begin(customer)
    with pytest.raises(Refusal) as refused:
        begin(customer)
    assert (refused.value.code, refused.value.facts) == ("too_many_setups", {"most": 10})
    customer.now += timedelta(days=1)
    begin(customer)
