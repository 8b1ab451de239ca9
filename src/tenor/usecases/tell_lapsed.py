"""Mails about subscriptions that time suspended or canceled because nobody paid: one an order (rules 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tenor.db.models import Order, OrderSubscription, Subscription
from tenor.domain.account import SubscriptionStatus
from tenor.domain.under_way import starts_anew
from tenor.usecases.load import Loaded
from tenor.usecases.tell import SYSTEM, Letter, write_mail

UNPAID = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED})
TOLD = {
    SubscriptionStatus.SUSPENDED: "subscription_suspended",
    SubscriptionStatus.CANCELED: "subscription_canceled",
}


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A subscription that time moved: what it was, and the order that nobody paid."""

    row: Subscription
    before: SubscriptionStatus
    order_id: UUID | None


def unpaid_order_of(row: Subscription) -> UUID | None:
    """The newest renewal of the subscription, which is what is owed where something is."""
    named = OrderSubscription.objects.filter(account_id=row.account_id, subscription_id=row.id)
    renewals = Order.objects.filter(account_id=row.account_id, action="renew", id__in=named.values("order_id"))
    return renewals.order_by("-placed_at", "-id").values_list("id", flat=True).first()


def tell_lapsed(loaded: Loaded, lapsed: Iterable[Lapsed]) -> None:
    """Write to the account about what was owed. What was merely not renewed was announced before."""
    mails: dict[tuple[UUID, SubscriptionStatus], list[Subscription]] = {}
    for one in lapsed:
        status = SubscriptionStatus(one.row.status)
        if one.order_id is not None and one.before in UNPAID and status in TOLD:
            mails.setdefault((one.order_id, status), []).append(one.row)
    for (order_id, status), rows in mails.items():
        facts = {
            "subscriptions": [str(row.id) for row in rows],
            "ends_on": _ends_on(loaded, rows[0]) if status is SubscriptionStatus.SUSPENDED else None,
            "starts_anew": [str(row.id) for row in rows if _starts_anew(loaded, row)],
        }
        letter = Letter(TOLD[status], order_id, loaded.today.isoformat(), facts)
        write_mail(UUID(loaded.state.id), SYSTEM, loaded.now, letter)


def _starts_anew(loaded: Loaded, row: Subscription) -> bool:
    """Whether the term that is owed begins on the day on which it is paid, from now on."""
    return starts_anew(loaded.offer.policy, loaded.state.subscription(str(row.id)), loaded.today)


def _ends_on(loaded: Loaded, row: Subscription) -> object:
    """The day on which a suspended subscription is canceled."""
    policy = loaded.offer.policy
    is_long = loaded.state.subscription(str(row.id)).term.is_long
    days = policy.suspended_days if is_long else policy.suspended_days_monthly
    return None if row.lapsed_on is None else row.lapsed_on + timedelta(days=policy.past_due_days + days)
