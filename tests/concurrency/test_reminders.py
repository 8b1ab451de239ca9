"""Several workers remind at once: each fact is mailed once."""

from datetime import UTC, date, datetime

import pytest

from tenor.db import models
from tenor.usecases.remind_accounts import remind_accounts
from tenor.worker import duties
from tests.concurrency.together import failures, together
from tests.support import factories

pytestmark = pytest.mark.django_db(transaction=True)

OWNER = "tenor_owner"
NOW = datetime(2027, 2, 15, 12, 0, tzinfo=UTC)


def some_customers(how_many: int) -> list[models.Account]:
    """Each with a yearly subscription that renews on 1 March 2027, and a buyer."""
    seller = factories.make_catalog()
    found = []
    for _ in range(how_many):
        account = factories.make_account(seller=seller)
        factories.make_member(account=account)
        factories.make_method(account=account)
        factories.make_subscription(account=account)
        found.append(account)
    return found


def test_workers_at_once_and_again_mail_each_reminder_once() -> None:
    customers = some_customers(12)
    worked = together([lambda: duties.Reminders()(NOW) for _ in range(4)], role=OWNER)
    assert failures(worked) == []
    duties.Reminders()(NOW)  # what one of them left because another held it
    assert models.Mail.objects.count() == len(customers)
    assert duties.Reminders()(NOW) == 0
    assert set(models.Account.objects.values_list("reminded_on", flat=True)) == {date(2027, 2, 15)}


def test_the_queue_itself_takes_a_fact_once() -> None:
    """A control: even where nobody remembers that an account was looked at, the constraint refuses the second mail."""
    ids = [account.id for account in some_customers(3)]
    assert remind_accounts(account_ids=ids, now=NOW) == 3
    models.Account.objects.update(reminded_on=None)
    with_no_memory = "tenor.usecases.remind_accounts.told_reminders"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(with_no_memory, lambda *_: {})
        remind_accounts(account_ids=ids, now=NOW)
    assert models.Mail.objects.count() == 3
