"""Optional reminders: chosen when signed in, stopped by a mail's link with one click, and never by looking."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from tenor.db import models
from tenor.usecases.remind_accounts import remind_everybody
from tenor.usecases.reminder_token import person_of, reminder_token
from tenor.worker import duties
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> models.User:
    account = factories.make_account()
    member = factories.make_member(account=account)
    factories.make_method(account=account)
    factories.make_subscription(account=account)
    return models.User.objects.get(id=member.user_id)


def wants(person: models.User) -> bool:
    person.refresh_from_db()
    return person.optional_reminders


def sent_before(days: int, settings: Settings) -> mail.EmailMessage:
    """The mail of the reminder so many days before the renewal."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    on = datetime(2027, 3, 1, 12, tzinfo=UTC) - timedelta(days=days)
    remind_everybody(now=on)
    duties.mails(on)
    (message,) = mail.outbox
    return message


def test_an_optional_reminder_can_be_stopped_with_one_click(person: models.User, settings: Settings) -> None:
    headers = sent_before(35, settings).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix(settings.PUBLIC_URL)
    program = Client(enforce_csrf_checks=True)
    assert "Stop optional reminders?" in program.get(address).content.decode()
    assert wants(person), "looking changes nothing"
    answer = program.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "Optional reminders are stopped" in answer.content.decode()
    assert not wants(person)
    assert program.post(address).status_code == 200, "safe to repeat"


def test_what_has_to_be_told_carries_no_way_out(person: models.User, settings: Settings) -> None:
    message = sent_before(3, settings)
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(message.extra_headers)
    assert "Stop optional reminders" not in str(message.body)


def test_a_token_is_good_for_one_person_and_can_not_be_made_up(person: models.User) -> None:
    token = reminder_token(person.id)
    assert person_of(token) == person.id
    other = uuid4()
    for made_up in (token[:-1] + ("0" if token[-1] != "0" else "1"), other.hex + token[32:], "nothing", ""):
        assert person_of(made_up) is None
    assert Client().get(f"/mail/stop/{other.hex}{token[32:]}/").status_code == 404
    assert Client().post(f"/mail/stop/{reminder_token(UUID(int=7))}/").status_code == 404
    assert wants(person)


def test_a_person_chooses_in_the_portal(person: models.User) -> None:
    models.Clock.objects.get_or_create(defaults={"stands_at": factories.NOW})
    browser = Client()
    assert browser.get("/mail/").status_code == 302
    browser.force_login(person)
    assert 'value="1" checked' in browser.get("/mail/").content.decode()
    assert browser.post("/mail/", {"optional": "0"}).status_code == 302
    assert not wants(person)
    page = browser.get("/mail/").content.decode()
    assert 'value="0" checked' in page
    assert "Your choice is saved." in page
    browser.post("/mail/", {"optional": "1"})
    assert wants(person)
    assert 'href="/mail/"' in browser.get("/").content.decode()
