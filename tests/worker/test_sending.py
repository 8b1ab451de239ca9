"""A mail server that is away for days loses no mail, and one mail that can't be sent holds up none."""

import smtplib
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import BadHeaderError
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.db.leases import LONGEST_PAUSE_SECONDS, MOST_TRIES, MOST_WAITS, wait_for_others
from tenor.gateways.mail.mailbox import MailboxBackend
from tenor.worker import duties
from tests.support.customer import Customer

DAY = 86_400
AWAY: list[Exception] = [
    ConnectionRefusedError("nobody listens"),
    TimeoutError("silence"),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPConnectError(421, b"too busy"),
    smtplib.SMTPAuthenticationError(535, b"who are you?"),
]
NOT_NOW: list[Exception] = [
    smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"grey")}),
    smtplib.SMTPDataError(451, b"later"),
]
NEVER: list[Exception] = [
    smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"nobody here")}),
    smtplib.SMTPDataError(554, b"spam"),
    BadHeaderError("a line break"),
]


def queue(customer: Customer, count: int = 3, **fields: object) -> None:
    """Questions to support: mails that need nothing but their own row."""
    facts = {"account_number": "A-1", "subject": "Hello", "text": "?"}
    for _ in range(count):
        models.Mail.objects.create(
            account=customer.account,
            to="help@northline.example",
            kind="support_request",
            subject_id=uuid4(),
            context=facts,
            created_at=customer.now,
            **fields,
        )


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[object]:
    """Each mail that is handed to the server raises; returns those that were."""
    knocked: list[object] = []

    def send(message: EmailMessage, *_arguments: object) -> int:
        knocked.append(message)
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)
    return knocked


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_server_that_is_away_gets_one_knock_and_all_wait(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    queue(customer, tries=MOST_TRIES)
    knocked = failing(monkeypatch, error)
    assert duties.mails(customer.now) == 0
    assert len(knocked) == 1
    waiting = models.Mail.objects.all()
    assert [mail.parked_at for mail in waiting] == [None] * 3, "what was tried for an hour is no reason to give up"
    assert {mail.tries for mail in waiting} == {MOST_TRIES + 1}
    assert all(mail.next_try_at is not None and type(error).__name__ in mail.error for mail in waiting)
    monkeypatch.undo()
    models.Mail.objects.update(next_try_at=None)
    assert duties.mails(customer.now) == 3


@pytest.mark.parametrize("error", NOT_NOW, ids=lambda error: type(error).__name__)
def test_one_that_is_not_taken_now_waits_alone(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    queue(customer, tries=MOST_TRIES)
    knocked = failing(monkeypatch, error)
    duties.mails(customer.now)
    assert len(knocked) == 3
    assert not models.Mail.objects.filter(parked_at__isnull=False).exists()


@pytest.mark.parametrize("error", NEVER, ids=lambda error: type(error).__name__)
def test_one_that_is_refused_for_good_is_parked_soon(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    queue(customer, tries=MOST_TRIES - 1)
    knocked = failing(monkeypatch, error)
    duties.mails(customer.now)
    assert len(knocked) == 3
    assert models.Mail.objects.filter(parked_at__isnull=False).count() == 3


def test_after_three_days_a_person_has_to_look(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(customer, count=1, tries=MOST_WAITS - 1)
    failing(monkeypatch, AWAY[0])
    duties.mails(customer.now)
    assert models.Mail.objects.get().parked_at is not None


def test_the_pauses_grow_to_an_hour_and_last_three_days(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[int] = []
    monkeypatch.setattr("tenor.db.leases.ask_again", lambda _row, seconds, _error: pauses.append(seconds))
    queue(customer, count=1)
    mail = models.Mail.objects.get()
    for tries in range(MOST_WAITS - 1):
        mail.tries = tries
        wait_for_others(mail, "away")
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert max(pauses) == LONGEST_PAUSE_SECONDS
    assert 2.9 * DAY < sum(pauses) < 3.2 * DAY


def test_a_hint_waits_for_a_gateway_that_is_silent(customer: Customer, settings: Settings) -> None:
    """Hints are no different: an hour without the provider parks none of them."""
    event = models.GatewayEvent.objects.create(
        gateway="sandbox",
        event_id="evt_1",
        kind="method.updated",
        body={"subject": "method", "reference": customer.method.gateway_reference, "charge_reference": ""},
        received_at=customer.now,
        tries=MOST_TRIES - 1,
    )
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    duties.gateway_events(customer.now)
    event.refresh_from_db()
    assert (event.parked_at, event.processed_at) == (None, None)
    assert event.next_try_at is not None


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: x@example.com", "Hello\nthere"])
def test_the_demos_mailbox_refuses_what_a_server_would(db: None, subject: str) -> None:
    message = EmailMessage(subject, "text", "from@example.com", ["to@example.com"])
    with pytest.raises(BadHeaderError):
        MailboxBackend().send_messages([message])
    with pytest.raises(BadHeaderError):
        get_connection("django.core.mail.backends.locmem.EmailBackend").send_messages([message])
    assert not models.SentMail.objects.exists()


@pytest.mark.parametrize("address", ["to\r\n@example.com", "@"])
def test_nor_does_it_take_an_address_that_is_none(db: None, address: str) -> None:
    with pytest.raises((ValueError, BadHeaderError)):
        MailboxBackend().send_messages([EmailMessage("Hello", "text", "from@example.com", [address])])


def test_a_name_from_before_the_rule_loses_no_mail(customer: Customer) -> None:
    queue(customer, count=1)
    mail = models.Mail.objects.get()
    mail.context = {**mail.context, "subject": "Hello\r\nBcc: x@example.com"}
    mail.save(update_fields=["context"])
    assert duties.mails(customer.now) == 1
    assert models.SentMail.objects.get().subject == "[A-1] Hello Bcc: x@example.com"
