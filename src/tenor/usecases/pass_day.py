"""What a new day brings to everybody: debits settle, orders expire, terms renew, time does its part."""

from datetime import datetime

from tenor.db.models import Order, Payment, Refund
from tenor.domain.lifecycle import OrderStatus, PaymentStatus
from tenor.domain.refusals import Refusal
from tenor.usecases.close_order import close_order
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import accounts_to_sweep, sweep_account
from tenor.usecases.tell import SYSTEM

UNDER_WAY = [PaymentStatus.PENDING, PaymentStatus.SENDING, PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING]

TO_GIVE_BACK = [PaymentStatus.PENDING, PaymentStatus.SENDING]


def pass_day(*, now: datetime) -> int:
    """Do at once, for all accounts, what the worker does piece by piece; returns how much was looked at.

    For a clock that is moved over many days, and for making history. Safe beside a worker, and safe to repeat.
    """
    done = 0
    for account_id, payment_id in Payment.objects.filter(status__in=UNDER_WAY).values_list("account_id", "id"):
        reconcile_payment(account_id=account_id, payment_id=payment_id, now=now)
        done += 1
    for account_id, refund_id in Refund.objects.filter(status__in=TO_GIVE_BACK).values_list("account_id", "id"):
        send_refund(account_id=account_id, refund_id=refund_id, now=now)
        done += 1
    for account_id in list(accounts_to_sweep(now)):
        sweep_account(account_id=account_id, now=now)
        done += 1
    return done + sum(_expire(order, now) for order in _overdue(now))


def _overdue(now: datetime) -> list[Order]:
    waiting = [OrderStatus.SUBMITTED, OrderStatus.REQUIRES_ACTION]
    return list(Order.objects.filter(status__in=waiting, expires_at__lte=now).exclude(action="renew"))


def _expire(order: Order, now: datetime) -> int:
    try:
        close_order(account_id=order.account_id, order_id=order.id, actor=SYSTEM, status=OrderStatus.EXPIRED, now=now)
    except Refusal:  # its payment is under way or unclear: it is looked at again another day
        return 0
    return 1
