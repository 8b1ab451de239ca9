"""Tell accounts what is about to happen: renewals, new prices, methods that run out, debits (rules 3, 7, 11)."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from tenor.db.faults import is_lost
from tenor.db.locks import lock_accounts
from tenor.db.models import Account, Event, Mail
from tenor.db.queries.reminders import (
    ReminderReader,
    accounts_to_remind,
    mark_reminded,
    readers_of,
    told_reminders,
)
from tenor.db.set_aside import waiting
from tenor.db.snapshots import Snapshot, load_accounts
from tenor.domain.duties import Duty
from tenor.domain.quote import canonical
from tenor.domain.reminders import Reminder
from tenor.domain.reminding import owed
from tenor.domain.terms import local_date
from tenor.usecases.apart import each_apart
from tenor.usecases.offered import offered
from tenor.usecases.tell import SYSTEM, About, Letter, Reader, queued, told

log = logging.getLogger(__name__)
BATCH = 200


def remind_everybody(*, now: datetime, since: date | None = None) -> int:
    """Tell every account what it is owed now, each on its own local day; returns how many mails were queued.

    `since` as in `accounts_to_remind`. Any number of workers may do so at once, as often as they like: an account is
    looked at once a day, and the same is never told twice.
    """
    left_alone = waiting(Duty.REMIND)
    found = [one for one in accounts_to_remind(now, since) if one not in left_alone]
    batches = (found[start : start + BATCH] for start in range(0, len(found), BATCH))
    return sum(_batch(batch, now) for batch in batches)


def remind_accounts(*, account_ids: Sequence[UUID], now: datetime) -> int:
    """Queue what these accounts are owed; returns how many mails that were. Those that others hold wait for later.

    In a fixed number of queries, however many they are. Raises what can't be planned of one of them:
    `remind_everybody` then takes each by itself.
    """
    with transaction.atomic():
        free = lock_accounts(list(account_ids))
        fresh = Account.objects.filter(id__in=free).values_list(
            "id", "time_zone", "reminded_on", "invoice_email", "language"
        )
        accounts = [_Looked(*row, local_date(now, row[1])) for row in fresh]
        due = [one for one in accounts if one.last is None or one.last < one.today]
        ids = [one.id for one in due]
        if not ids:
            return 0
        yesterday = now.date() - timedelta(days=1)
        snapshots, said = load_accounts(ids, since=yesterday), told_reminders(ids, yesterday)
        readers = readers_of(ids)
        mails: list[Mail] = []
        events: list[Event] = []
        for one in due:
            for reminder in _owed(snapshots[one.id], said.get(one.id, ()), one.today):
                if letters := _mails(one, readers.get(one.id, []), reminder, now):
                    events.append(told(About(one.id), "reminded", SYSTEM, now, after=_fact(reminder)))
                    mails += letters
        Mail.objects.bulk_create(mails, ignore_conflicts=True)  # the same fact is never told twice
        Event.objects.bulk_create(events)
        mark_reminded((one.id, one.today) for one in due)
        return len(mails)


@dataclass(frozen=True, slots=True)
class _Looked:
    """An account as the batch looks at it."""

    id: UUID
    time_zone: str
    last: date | None
    invoice_email: str
    language: str
    today: date


def _batch(account_ids: Sequence[UUID], now: datetime) -> int:
    """A batch; where it fails, each account by itself, so that one can't keep the others from being told."""
    try:
        return remind_accounts(account_ids=account_ids, now=now)
    except Exception as error:
        if is_lost(error):
            raise
        log.warning("a batch of reminders is done one by one: %s", error)
    queued_mails: list[int] = []
    each_apart(
        Duty.REMIND,
        [(account_id, account_id) for account_id in account_ids],
        lambda account_id, _: queued_mails.append(remind_accounts(account_ids=[account_id], now=now)),
    )
    return sum(queued_mails)


def _owed(snapshot: Snapshot, said: Iterable[Reminder], today: date) -> tuple[Reminder, ...]:
    offer = offered(snapshot.seller_id, snapshot.catalog_revision)
    return owed(snapshot.state, offer, today, said)


def _mails(one: _Looked, readers: list[ReminderReader], reminder: Reminder, now: datetime) -> list[Mail]:
    """To everybody who may buy; where nobody may, to the address for invoices."""
    context = canonical(reminder)
    assert isinstance(context, dict)
    subject = UUID(reminder.method.id) if reminder.method is not None else one.id
    letter = Letter(str(reminder.kind), subject, reminder.period, context)
    wanting = [each for each in readers if each.wants_optional or not reminder.is_optional]
    addressed = [Reader(each.address, each.language) for each in wanting]
    if not readers and one.invoice_email:
        addressed = [Reader(one.invoice_email, one.language)]
    return [queued(one.id, reader, now, letter) for reader in addressed]


def _fact(reminder: Reminder) -> dict[str, object]:
    return {"of": str(reminder.kind), "on": reminder.on, "days": reminder.days}
