"""What time alone does to an account's subscriptions: past due, suspended, expired, canceled (rules 7)."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.models import OrderSubscription, Payment, Subscription
from tenor.domain.account import Subscription as Owned
from tenor.domain.account import SubscriptionStatus
from tenor.domain.aging import status_on
from tenor.domain.lifecycle import IN_FLIGHT, PaymentStatus
from tenor.usecases.give_up_owed import give_up_owed, is_owed_with_others
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.mark_subscriptions import move
from tenor.usecases.tell_lapsed import Lapsed, tell_lapsed, unpaid_order_of


def age_subscriptions(*, account_id: UUID, now: datetime) -> int:
    """Give every subscription of the account the status that its dates ask for. Returns how many changed."""
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        lapsed: list[Lapsed] = []
        for subscription in loaded.state.subscriptions:
            due = status_on(subscription, loaded.offer.policy, loaded.today)
            if due is not subscription.status:
                if due is SubscriptionStatus.CANCELED and _waits(loaded, subscription):
                    continue
                row = Subscription.objects.get(account_id=account_id, id=subscription.id)
                if row.status != subscription.status:  # what ended just now let it go on
                    continue
                lapsed.append(Lapsed(row, subscription.status, unpaid_order_of(row)))
                _move_through(loaded, row, due)
        tell_lapsed(loaded, lapsed)
        return len(lapsed)


def _move_through(loaded: Loaded, row: Subscription, due: SubscriptionStatus) -> None:
    """Every state on the way is passed through, however late the clock looks."""
    if row.lapsed_on is None:
        row.lapsed_on = row.renews_on
    if due is SubscriptionStatus.CANCELED and row.status == SubscriptionStatus.ACTIVE:
        move(loaded, row, SubscriptionStatus.EXPIRED)
    move(loaded, row, due)
    if due is SubscriptionStatus.CANCELED:
        give_up_owed(loaded, row)


def _waits(loaded: Loaded, subscription: Owned) -> bool:
    return _is_being_paid(loaded.state.id, subscription.id) or is_owed_with_others(loaded, subscription)


def _is_being_paid(account_id: str, subscription_id: str) -> bool:
    """Whether money for it may arrive any moment: canceling waits for the answer, and so takes no money for nothing.

    A charge that waits for the customer, perhaps for ever, does not stop it: it is called off before
    (`call_off_before_canceling`), or else by the next look at it (`reconcile_payment`).
    """
    held = OrderSubscription.objects.filter(account_id=account_id, subscription_id=subscription_id, open=True)
    coming = IN_FLIGHT - {PaymentStatus.REQUIRES_ACTION}
    payments = Payment.objects.filter(account_id=account_id, status__in=coming)
    return payments.filter(invoice__order_id__in=held.values("order_id")).exists()
