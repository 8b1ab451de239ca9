"""What a new day asks of one account: renew what is due, and let time do its part (rules 7)."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from tenor.db.models import ScheduledChange, Subscription
from tenor.db.models.subscription import LIVE_CHANGE
from tenor.db.night.queue import park_alone
from tenor.domain.account import ChangeKind, Channel, SubscriptionStatus
from tenor.domain.duties import Duty
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.apart import each_apart
from tenor.usecases.begin_terms import begin_terms
from tenor.usecases.call_off_charge import call_off_before_canceling
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.look_again import watch_unpaid
from tenor.usecases.renew_account import renew_what_can_be
from tenor.usecases.settle_before_renewal import settle_before_renewal

log = logging.getLogger(__name__)

LAPSED = [SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED, SubscriptionStatus.EXPIRED]


def accounts_to_age(now: datetime) -> Iterable[UUID]:
    """The accounts of which a new day may let a term begin or a subscription lapse. Somewhere it is tomorrow already:
    each account's own calendar decides in the end."""
    return _accounts(_may_age(now))


def accounts_to_renew(now: datetime) -> Iterable[UUID]:
    """The accounts that may have something to renew; see `db.night.queue` for many."""
    return _accounts(Q(status=SubscriptionStatus.ACTIVE, renews_on__lte=_tomorrow(now)))


def sweep_account(*, account_id: UUID, now: datetime) -> None:
    """All that a new day does to an account. Safe to repeat at any time."""
    age_account(account_id=account_id, now=now)
    renew_and_collect(account_id=account_id, now=now)


def renew_and_collect(*, account_id: UUID, now: datetime) -> None:
    """Settle what is open, order and collect the renewals that are due. Safe to repeat.

    A subscription that can't be renewed waits for a person, with its own reason; the others go on.
    """
    settle_before_renewal(account_id=account_id, now=now)
    renewed = renew_what_can_be(account_id=account_id, now=now)
    for subscription_id, fault in renewed.faults.items():
        log.error("the renewal of subscription %s is parked: %r", subscription_id, fault)
        park_alone(account_id, f"{type(fault).__name__}: {fault}", UUID(subscription_id))
    for payment_id in renewed.payments:
        crashpoint("after_ordering_renewals")
        collect_payment(account_id=account_id, payment_id=payment_id, now=now)


def renew_everybody(*, now: datetime) -> int:
    """Renew and collect what is due of every account, each by itself; returns how many were looked at."""
    steps = [(account_id, account_id) for account_id in accounts_to_renew(now)]

    def renew(account_id: UUID, _: UUID) -> bool:
        renew_and_collect(account_id=account_id, now=now)
        return True

    return each_apart(Duty.RENEW, steps, renew)


def age_accounts(*, now: datetime) -> int:
    """Let time do its part for every account for which a day may change something; returns how many were looked at."""
    steps = [(account_id, account_id) for account_id in accounts_to_age(now)]

    def age(account_id: UUID, _: UUID) -> bool:
        age_account(account_id=account_id, now=now)
        return True

    return each_apart(Duty.AGE, steps, age)


def age_account(*, account_id: UUID, now: datetime) -> None:
    """Begin terms and age subscriptions: what time alone does. What is still owed is looked at again."""
    begin_terms(account_id=account_id, now=now)
    if call_off_before_canceling(account_id=account_id, now=now):
        age_subscriptions(account_id=account_id, now=now)
    watch_unpaid(account_id=account_id, now=now)


def _may_age(now: datetime) -> Q:
    stopping = ScheduledChange.objects.filter(LIVE_CHANGE, kind=ChangeKind.AUTO_RENEW, value="off")
    stops = Q(auto_renew=False) | Q(id__in=stopping.values("subscription_id"))
    ends = Q(status=SubscriptionStatus.ACTIVE, renews_on__lte=_tomorrow(now)) & stops
    return ends | Q(coming_on__lte=_tomorrow(now)) | Q(status__in=LAPSED)


def _accounts(touched: Q) -> Iterable[UUID]:
    ours = Subscription.objects.filter(touched, processor="tenor").exclude(channel=Channel.RESELLER)
    return ours.order_by("account_id").values_list("account_id", flat=True).distinct()


def _tomorrow(now: datetime) -> date:
    return now.date() + timedelta(days=1)
