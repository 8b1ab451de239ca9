"""What a new day asks of one account: renew what is due, and let time do its part (rules 7)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from tenor.db.models import ScheduledChange, Subscription
from tenor.db.models.subscription import LIVE_CHANGE
from tenor.domain.account import ChangeKind, Channel, SubscriptionStatus
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.age_subscriptions import age_subscriptions
from tenor.usecases.begin_terms import begin_terms
from tenor.usecases.collect_payment import collect_payment
from tenor.usecases.look_again import watch_unpaid
from tenor.usecases.renew_account import renew_account
from tenor.usecases.settle_before_renewal import settle_before_renewal

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
    """Settle what is open, order and collect the renewals that are due. Safe to repeat."""
    settle_before_renewal(account_id=account_id, now=now)
    for payment_id in renew_account(account_id=account_id, now=now).payments:
        crashpoint("after_ordering_renewals")
        collect_payment(account_id=account_id, payment_id=payment_id, now=now)


def age_account(*, account_id: UUID, now: datetime) -> None:
    """Begin terms and age subscriptions: what time alone does. What is still owed is looked at again."""
    begin_terms(account_id=account_id, now=now)
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
