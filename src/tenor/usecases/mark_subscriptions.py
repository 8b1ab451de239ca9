"""What becomes of the subscriptions of a renewal order: past due when its charge fails, paid up when it is paid."""

from tenor.db.models import Order, OrderSubscription, Subscription
from tenor.db.transitions import move_subscription
from tenor.domain.account import SubscriptionStatus
from tenor.domain.terms import local_date
from tenor.usecases.load import Loaded
from tenor.usecases.tell import SYSTEM, About, tell


def mark_past_due(loaded: Loaded, order: Order) -> None:
    """The charge for the next term failed: access goes on for the days of grace, from the renewal date on.

    After an outage they count from the day of the charge: nobody loses days of grace because nobody charged in time.
    """
    charged_on = local_date(order.placed_at, loaded.state.time_zone)
    named = OrderSubscription.objects.filter(account_id=order.account_id, order_id=order.id)
    rows = Subscription.objects.filter(account_id=order.account_id, id__in=named.values("subscription_id"))
    for row in rows.filter(status=SubscriptionStatus.ACTIVE):
        row.lapsed_on = min(max(row.renews_on, charged_on), loaded.today)
        row.renewal_claimed_at = None
        move(loaded, row, SubscriptionStatus.PAST_DUE)


def mark_paid_up(loaded: Loaded, order: Order) -> None:
    """What was past due or suspended for this order has its access again, its dates unmoved."""
    named = OrderSubscription.objects.filter(account_id=order.account_id, order_id=order.id)
    rows = Subscription.objects.filter(account_id=order.account_id, id__in=named.values("subscription_id"))
    for row in rows.filter(status__in=[SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED]):
        row.lapsed_on = None
        move(loaded, row, SubscriptionStatus.ACTIVE)


def move(loaded: Loaded, row: Subscription, status: SubscriptionStatus) -> None:
    """Give the subscription that status, and note it."""
    before = row.status
    move_subscription(row, status, also=["lapsed_on", "renewal_claimed_at"])
    about = About(row.account_id, subscription=row.id)
    kind = f"subscription_{status}"
    tell(about, kind, SYSTEM, loaded.now, before={"status": before}, after={"status": status})
