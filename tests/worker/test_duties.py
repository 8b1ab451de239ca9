"""What the worker finds due: it does each row by itself, leaves what others hold, and parks what keeps failing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from django.db.models.functions import Now

from tenor.db import models
from tenor.db.leases import MOST_TRIES, claim
from tenor.domain.lifecycle import IN_FLIGHT
from tenor.domain.requests import AddSeats, ChangeTerm
from tenor.worker import duties
from tests.support.customer import Customer

LONG_AGO = Now() - timedelta(hours=1)


def leases_run_out() -> None:
    """What a minute does to the rows of a dead process."""
    models.Payment.objects.filter(lease_until__isnull=False).update(lease_until=LONG_AGO)


def test_a_payment_that_nobody_collected_is_collected_once_its_lease_ran_out(customer: Customer) -> None:
    submitted = customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    assert duties.Collections()(customer.now) == 0
    leases_run_out()
    assert duties.Collections()(customer.now) == 1
    assert submitted.order_id is not None
    order = models.Order.objects.get(id=submitted.order_id)
    assert (order.status, len(customer.charges(order))) == ("fulfilled", 1)


def test_a_row_that_another_worker_holds_is_left_alone(customer: Customer) -> None:
    customer.submit(customer.preview(AddSeats(str(customer.subscription.id), 1)))
    leases_run_out()
    due = Q(status__in=sorted(IN_FLIGHT))
    assert len(claim(models.Payment, due, 10)) == 1
    assert claim(models.Payment, due, 10) == []


def test_what_keeps_failing_is_parked_and_blocks_nobody(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    good = customer.buy_seats(1)
    models.Mail.objects.update(next_try_at=None)
    poison = models.Mail.objects.create(
        account=customer.account,
        to="a@example.com",
        kind="no_such_kind",
        subject_id=good.id,
        created_at=customer.now,
        tries=MOST_TRIES - 1,
    )
    duties.mails(customer.now)
    poison.refresh_from_db()
    assert poison.parked_at is not None
    assert "no_such_kind" in poison.error
    assert models.Mail.objects.filter(kind="order_fulfilled", sent_at=None).count() == 0
    assert duties.mails(customer.now) == 0


def test_the_receipt_reaches_the_mailbox_in_the_readers_language(customer: Customer) -> None:
    models.User.objects.filter(id=customer.actor.id).update(language="sv")
    order = customer.buy_seats(1)
    duties.mails(customer.now)
    receipt = models.SentMail.objects.get(to=models.User.objects.get(id=customer.actor.id).email)
    assert order.number in receipt.subject
    assert f"/orders/{order.id}/?account={customer.id}" in receipt.text
    assert "beställning" in receipt.subject.lower()
    assert "127,40" in receipt.text.replace("\u00a0", " ")


def test_a_change_of_term_is_confirmed_by_mail(customer: Customer) -> None:
    customer.submit(customer.preview(ChangeTerm(str(customer.subscription.id), 36)))
    duties.mails(customer.now)
    letter = models.SentMail.objects.filter(subject__contains="renewal").first()
    assert letter is not None
    assert "3,537.00" in letter.text


def test_an_order_expires_and_a_renewal_order_does_not(customer: Customer) -> None:
    customer.pay_by("declined_soft")
    order = customer.buy_seats(1)
    assert duties.orders(customer.now) == 0
    assert duties.orders(order.expires_at) == 1
    order.refresh_from_db()
    assert order.status == "expired"


def test_the_night_renews_what_is_due_once(customer: Customer) -> None:
    night = duties.RenewalNight()
    customer.sandbox.set_clock(datetime(2027, 3, 1, 12, 0, tzinfo=UTC))
    assert night(datetime(2027, 3, 1, 12, 0, tzinfo=UTC)) == 1
    assert night(datetime(2027, 3, 1, 12, 59, tzinfo=UTC)) == 0
    assert duties.Collections()(datetime(2027, 3, 1, 12, 59, tzinfo=UTC)) == 1
    assert models.Order.objects.filter(action="renew", status="fulfilled").count() == 1


def test_a_reminder_is_written_once_by_any_number_of_workers_and_leads_to_its_account(customer: Customer) -> None:
    due = datetime(2027, 2, 15, 9, 0, tzinfo=UTC)
    assert [duties.Reminders()(due), duties.Reminders()(due)] == [1, 0]
    again = duties.Reminders()
    assert [again(due + timedelta(hours=1)), again(due + timedelta(hours=2))] == [0, 0]
    duties.mails(due)
    letter = models.SentMail.objects.get()
    assert letter.subject == "Draft Standard renews on March 1, 2027"
    assert "$" not in letter.text
    assert "€1,260.00 will be charged to Visa 4242" in letter.text
    address = f"/subscriptions/{customer.subscription.id}/?account={customer.id}"
    assert address in letter.text
