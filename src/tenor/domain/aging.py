"""What the passing of time alone makes of a subscription (rules 7)."""

from datetime import date, timedelta

from tenor.domain.account import ChangeKind, Channel, Subscription, SubscriptionStatus
from tenor.domain.offer import Policy


def status_on(subscription: Subscription, policy: Policy, today: date) -> SubscriptionStatus:
    """The status that is due today if nobody pays or renews.

    Past due for 15 days with access, suspended for 30 (monthly 15), then canceled; not renewed: expired for 45 days
    (monthly 30), then canceled. The days are the seller's policy and count from the day the term ended. What others
    sold or still process ages with them, not here.
    """
    if subscription.channel is Channel.RESELLER or subscription.processor != "tenor":
        return subscription.status
    lapsed_on = subscription.lapsed_on or subscription.renews_on
    days = (today - lapsed_on) // timedelta(days=1)
    is_long = subscription.term.is_long
    match subscription.status:
        case SubscriptionStatus.ACTIVE if days >= 0 and not _renews(subscription):
            return _expired(policy, is_long, days)
        case SubscriptionStatus.EXPIRED:
            return _expired(policy, is_long, days)
        case SubscriptionStatus.PAST_DUE | SubscriptionStatus.SUSPENDED:
            return _unpaid(policy, is_long, days)
        case unchanged:
            return unchanged


def _renews(subscription: Subscription) -> bool:
    """Whether the next term begins by itself; what is scheduled for it counts (rules 6)."""
    entry = subscription.scheduled_change(ChangeKind.AUTO_RENEW)
    return subscription.auto_renew if entry is None else entry.value == "on"


def _expired(policy: Policy, is_long: bool, days: int) -> SubscriptionStatus:
    kept = policy.late_renewal_days if is_long else policy.late_renewal_days_monthly
    return SubscriptionStatus.EXPIRED if days < kept else SubscriptionStatus.CANCELED


def _unpaid(policy: Policy, is_long: bool, days: int) -> SubscriptionStatus:
    if days < policy.past_due_days:
        return SubscriptionStatus.PAST_DUE
    suspended = policy.suspended_days if is_long else policy.suspended_days_monthly
    return SubscriptionStatus.SUSPENDED if days < policy.past_due_days + suspended else SubscriptionStatus.CANCELED
