"""What a new day brings to everybody: debits settle, orders expire, terms renew, time does its part."""

from datetime import datetime, timedelta

from tenor.db.models import Payment, Refund
from tenor.domain.lifecycle import PaymentStatus
from tenor.usecases.expire_orders import expire_orders
from tenor.usecases.reconcile_payment import reconcile_payment
from tenor.usecases.remind_accounts import remind_everybody
from tenor.usecases.retry_payment import retry_due
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import accounts_to_age, accounts_to_renew, age_account, renew_and_collect

UNDER_WAY = [PaymentStatus.PENDING, PaymentStatus.SENDING, PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING]

TO_GIVE_BACK = [PaymentStatus.PENDING, PaymentStatus.SENDING]


def pass_day(*, now: datetime) -> int:
    """Do at once, for all accounts, what the worker does piece by piece; returns how much was looked at.

    For a clock that is moved over many days, and for making history. Safe beside a worker, and safe to repeat.
    """
    done = retry_due(now=now)
    for account_id, payment_id in Payment.objects.filter(status__in=UNDER_WAY).values_list("account_id", "id"):
        reconcile_payment(account_id=account_id, payment_id=payment_id, now=now)
        done += 1
    for account_id, refund_id in Refund.objects.filter(status__in=TO_GIVE_BACK).values_list("account_id", "id"):
        send_refund(account_id=account_id, refund_id=refund_id, now=now)
        done += 1
    for account_id in list(accounts_to_age(now)):
        age_account(account_id=account_id, now=now)
        done += 1
    for account_id in list(accounts_to_renew(now)):
        renew_and_collect(account_id=account_id, now=now)
        done += 1
    done += remind_everybody(now=now, since=now.date() - timedelta(days=1))
    return done + expire_orders(now=now)
