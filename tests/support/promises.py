"""What a customer was told of renewals to come: every promise is kept, or was visibly replaced before.

A promise is told by a quote that was carried out, by a mail, or by a page. What the customer did last counts: a later
quote about the same subscription replaces an earlier one, and so does a mail. A page replaces nothing: where it says
something else than what was promised and stands, that is a fault in itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from tenor.db import models
from tenor.db.codec import decode_reminder
from tenor.domain.effects import changed_by
from tenor.domain.forecast import Upcoming, UpcomingKind, forecast
from tenor.domain.quote import LineKind, Quote
from tenor.domain.reminders import Reminder, ReminderKind
from tenor.usecases.load import Loaded

RENEWAL_MAILS = [ReminderKind.RENEWAL, ReminderKind.PRICE, ReminderKind.ENDS, ReminderKind.DEBIT]
NOT_PAID = frozenset({"past_due", "suspended"})
AT_REST = frozenset({"expired", "canceled", *NOT_PAID})
"""Where a subscription is not renewed on its date, and its own mails have said so."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What was told of a renewal of one subscription: seats and cents (as priced) on a day. No day: no charge at all.

    `is_next`: nothing is charged for the subscription before that day, save what the quote said stays owed (`owing`).
    """

    subscription_id: str
    on: date | None
    seats: int
    minor: int
    told_on: date
    by: str
    is_next: bool = True
    owing: bool = False

    def says(self, other: "Promise") -> bool:
        """Whether both say the same of the same day."""
        return (self.on, self.seats, self.minor) == (other.on, other.seats, other.minor)


@dataclass
class Promises:
    """The promises of one account, and what became of them. Faults are sentences; none may be left."""

    account_id: UUID
    standing: dict[str, list[Promise]] = field(default_factory=lambda: defaultdict(list))
    judged: set[UUID] = field(default_factory=set)
    mailed: set[UUID] = field(default_factory=set)
    kept: int = 0
    faults: list[str] = field(default_factory=list)

    # --- what is told -------------------------------------------------------------------------------------------

    def quoted(self, quote: Quote, loaded: Loaded) -> None:
        """A quote was carried out: of each subscription that it is about it promised the next renewal, or none.

        `loaded` is the account before that.
        """
        told = {one.subscription_id: one for one in quote.promised}
        owed = {one.subscription_id for one in quote.owed}
        named = changed_by(quote.effects) | {line.subscription_id for line in quote.lines if line.subscription_id}
        for key in named | set(told):
            one = told.get(key)
            on, seats, minor = (one.on, one.seats, one.amount.minor) if one else (None, 0, 0)
            self.standing[key] = [Promise(key, on, seats, minor, loaded.today, quote.action, owing=key in owed)]
        for line in (line for line in quote.lines if line.kind is LineKind.TERM and line.subscription_id):
            told_now = (line.span.start, line.seats, line.amount.minor, loaded.today, quote.action)
            self.standing[line.subscription_id].append(Promise(line.subscription_id, *told_now, is_next=False))

    def read_mails(self, today: date) -> None:
        """The mails that were queued since: what they say of a day stands from now on."""
        queued = models.Mail.objects.filter(account_id=self.account_id, kind__in=RENEWAL_MAILS)
        for mail in queued.exclude(id__in=self.mailed).order_by("created_at", "id"):
            self.mailed.add(mail.id)
            for promise in _of_reminder(decode_reminder(mail.context), today):
                self._replace(promise)

    def look(self, loaded: Loaded) -> None:
        """The customer opens the page of upcoming payments: it says what stands, and promises where nothing did."""
        for promise in _of_page(loaded):
            standing = [one for one in self.standing[promise.subscription_id] if one.is_next and not one.owing]
            still = [one for one in standing if one.on is None or one.on > loaded.today]
            if still and not promise.says(still[0]):
                self.faults.append(f"the page says {promise}, and {still[0]} was promised")
            if not still:
                self._replace(promise)

    def _replace(self, promise: Promise) -> None:
        key = promise.subscription_id
        kept = [one for one in self.standing[key] if one.on != promise.on and one.on is not None]
        self.standing[key] = [] if promise.on is None else kept
        self.standing[key].append(promise)

    # --- what became of it --------------------------------------------------------------------------------------

    def judge(self, today: date) -> None:
        """Each charge of a renewal that was made since, by itself or again: is it what was promised last?"""
        made = models.Payment.objects.filter(account_id=self.account_id, invoice__order__action="renew")
        for payment in made.exclude(id__in=self.judged).select_related("invoice__order").order_by("created_at", "id"):
            self.judged.add(payment.id)
            for line in models.OrderLine.objects.filter(order=payment.invoice.order, kind=LineKind.TERM):
                self._judge(line, today)

    def _judge(self, line: models.OrderLine, today: date) -> None:
        key = str(line.subscription_id)
        charged = Promise(key, line.starts_on, line.seats, line.amount_minor, today, "charge")
        told = [promise for promise in self.standing[key] if promise.on == charged.on]
        self.kept += any(charged.says(promise) for promise in told)
        broken = [promise for promise in told if not charged.says(promise)]
        if not told:
            broken = [one for one in self.standing[key] if one.is_next and _comes_before(charged, one)]
        self.faults += [f"{charged} was charged, and {promise} was promised" for promise in broken]

    def judge_silence(self, loaded: Loaded) -> None:
        """The night is over: what was promised for today was asked for, unless its own mails said why not."""
        renewing = {one.id for one in loaded.state.subscriptions if one.status not in AT_REST}
        for promise in (one for told in self.standing.values() for one in told if one.on == loaded.today):
            lines = models.OrderLine.objects.filter(subscription_id=promise.subscription_id, kind=LineKind.TERM)
            if promise.subscription_id in renewing and not lines.filter(starts_on=loaded.today).exists():
                self.faults.append(f"{promise} was promised for today, and nothing was charged")


def _comes_before(charged: Promise, promise: Promise) -> bool:
    """Whether a term is charged before the day that was named as the next, and was not owed when that was said."""
    assert charged.on is not None
    if promise.owing and charged.on <= promise.told_on:
        return False
    return promise.on is None or charged.on < promise.on


def _owes(loaded: Loaded, subscription_id: str) -> bool:
    return any(one.id == subscription_id and one.status in NOT_PAID for one in loaded.state.subscriptions)


def _of_reminder(reminder: Reminder, today: date) -> Iterator[Promise]:
    by = f"mail {reminder.kind}"
    for line in (line for payment in reminder.payments for line in payment.lines):
        if line.months and line.amount is not None:
            yield Promise(line.subscription_id, line.starts_on, line.seats, line.amount.minor, today, by, is_next=False)
    for line in reminder.ends:
        yield Promise(line.subscription_id, None, 0, 0, today, by)


def _of_page(loaded: Loaded) -> Iterable[Promise]:
    """The first charge, or the end, that the page names of each subscription that owes nothing."""
    found: dict[str, Promise] = {}
    for one in forecast(loaded.state, loaded.offer, loaded.today, months=37):
        for promise in _of_upcoming(one, loaded.today):
            if not _owes(loaded, promise.subscription_id):
                found.setdefault(promise.subscription_id, promise)
    return found.values()


def _of_upcoming(one: Upcoming, today: date) -> Iterator[Promise]:
    if one.kind is UpcomingKind.ENDS:
        yield from (Promise(subscription_id, None, 0, 0, today, "page") for subscription_id in one.subscription_ids)
    if one.kind is UpcomingKind.PAYMENT and one.quote is not None:
        for line in one.quote.lines:
            if line.kind is LineKind.TERM:
                yield Promise(line.subscription_id, line.span.start, line.seats, line.amount.minor, today, "page")
