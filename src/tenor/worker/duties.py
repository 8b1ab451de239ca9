"""What the worker looks after. Each duty does what it finds due and returns how much that was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from tenor.db.leases import claim
from tenor.db.models import GatewayEvent, Mail, Payment, Refund
from tenor.db.night.writing import NumberBlocks
from tenor.domain.lifecycle import IN_FLIGHT, PaymentStatus
from tenor.gateways.payments.errors import GatewayError
from tenor.usecases.apart import each_row_apart, is_silent
from tenor.usecases.collect_payments import collect_due
from tenor.usecases.expire_orders import expire_orders
from tenor.usecases.follow_clock import follow_clock
from tenor.usecases.gateway_guard import Breakers
from tenor.usecases.pass_over_known_events import pass_over_known_events
from tenor.usecases.process_gateway_event import process_gateway_event
from tenor.usecases.pursue_refund import pursue_refund
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.remind_accounts import remind_everybody
from tenor.usecases.renew_due import Night
from tenor.usecases.retry_payment import retry_due
from tenor.usecases.sweep_account import age_accounts
from tenor.worker.nightly import Nightly, check_the_books, compare_with_gateways
from tenor.worker.sending import send_mails

BATCH = 50
COLLECTED_AT_ONCE = 500
"""Payments of a gateway collected before the other duties have their turn."""

SENT = IN_FLIGHT - {PaymentStatus.PENDING}
BATCHES_A_TURN = 5
TELL_TIME_EVERY = timedelta(seconds=5)


def gateway_events(now: datetime) -> int:
    """Hints of the gateways, stored by the portal."""
    due = claim(GatewayEvent, Q(processed_at=None), BATCH)
    known = pass_over_known_events(events=due, now=now)
    news = [event for event in due if event.id not in known]
    work = each_row_apart(news, lambda event: process_gateway_event(event_id=event.id, now=now), is_away=is_silent)
    return len(known) + work


def retries(now: datetime) -> int:
    """Unpaid renewals whose day to be charged again has come."""
    return retry_due(now=now)


def payments(now: datetime) -> int:
    """Payments that were sent: those that got no answer, whose sender died, or whose webhook may be lost."""
    due = claim(Payment, Q(status__in=sorted(SENT)), BATCH)
    return each_row_apart(due, lambda row: reconcile_payment(account_id=row.account_id, payment_id=row.id, now=now))


def refunds(now: datetime) -> int:
    """Money to give back."""
    due = claim(Refund, Q(status__in=[PaymentStatus.PENDING, PaymentStatus.SENDING]), BATCH)
    return each_row_apart(due, lambda row: pursue_refund(account_id=row.account_id, refund_id=row.id, now=now))


def orders(now: datetime) -> int:
    """Orders that waited too long for their money."""
    return expire_orders(now=now)


def mails(now: datetime) -> int:
    """Letters that the use cases queued."""
    return send_mails(claim(Mail, Q(sent_at=None), BATCH), now)


@dataclass
class Sweep:
    """The passing of time: once an hour by the business clock, or as soon as that was moved."""

    swept_in: datetime | None = field(default=None)

    def __call__(self, now: datetime) -> int:
        """Sweep every account for which the hour may change something."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self.swept_in:
            return 0
        done = age_accounts(now=now)
        self.swept_in = hour
        return done


@dataclass
class Reminders:
    """What accounts are to be told before it happens: once an hour by the business clock, each on its own local day."""

    done_in: datetime | None = field(default=None)

    def __call__(self, now: datetime) -> int:
        """Queue what came since the last time; after a start, whatever is owed."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self.done_in:
            return 0
        since = None if self.done_in is None or self.done_in > hour else self.done_in.date()
        done = remind_everybody(now=now, since=since)
        self.done_in = hour
        return done


@dataclass
class RenewalNight:
    """What is due to renew: looked for once an hour by the business clock, renewed some batches a turn."""

    looked_in: datetime | None = field(default=None)
    numbers: NumberBlocks = field(default_factory=NumberBlocks)

    def __call__(self, now: datetime) -> int:
        """Renew what can be claimed; between two turns the other duties have theirs. Returns the terms renewed."""
        night = Night(now, numbers=self.numbers)
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self.looked_in:
            night.begin()
            self.looked_in = hour
        renewed = 0
        for _ in range(BATCHES_A_TURN):
            if (done := night.renew_batch()) is None:
                break
            renewed += done.terms
        return renewed


@dataclass
class Collections:
    """Payments that nobody has sent yet: the night's, and those whose portal died."""

    breakers: Breakers = field(default_factory=dict)

    def __call__(self, now: datetime) -> int:
        """Collect some; a gateway that failed for everybody is remembered, and left alone for a while."""
        return collect_due(now=now, most=COLLECTED_AT_ONCE, breakers=self.breakers).total


@dataclass
class TellTheTime:
    """The sandbox's clock follows ours: debits settle, and a killed run goes on from there (rules 1)."""

    told: datetime | None = field(default=None)

    def __call__(self, now: datetime) -> int:
        """Tell the time every few seconds; when nobody listens, a moment later again."""
        if self.told is not None and now - self.told < TELL_TIME_EVERY:
            return 0
        try:
            follow_clock(now=now)
        except GatewayError:
            return 0
        self.told = now
        return 0


Duty = Callable[[datetime], int]


def all_duties() -> tuple[Duty, ...]:
    """Every duty, in the order in which one worker goes through them."""
    night = (Sweep(), orders, RenewalNight(), retries, Collections(), payments, refunds, Reminders())
    once_a_day = (Nightly("check", check_the_books), Nightly("reconcile", compare_with_gateways))
    return (TellTheTime(), gateway_events, *night, mails, *once_a_day)
