"""What a new day brings to everybody: debits settle, orders expire, terms renew, time does its part."""

from datetime import datetime, timedelta

from django.db.models import Q

from tenor.db.models import Payment, Refund
from tenor.domain.lifecycle import PaymentStatus
from tenor.usecases.apart import each_row_apart
from tenor.usecases.expire_orders import expire_orders
from tenor.usecases.reconcile_payment import NOT_OWED, reconcile_payment
from tenor.usecases.remind_accounts import remind_everybody
from tenor.usecases.retry_payment import retry_due
from tenor.usecases.send_refund import send_refund
from tenor.usecases.sweep_account import age_accounts, renew_everybody

UNDER_WAY = [PaymentStatus.PENDING, PaymentStatus.SENDING, PaymentStatus.UNKNOWN, PaymentStatus.PROCESSING]

TO_GIVE_BACK = [PaymentStatus.PENDING, PaymentStatus.SENDING]


def pass_day(*, now: datetime) -> int:
    """Do at once, for all accounts, what the worker does piece by piece; returns how much was looked at.

    For a clock that is moved over many days, and for making history. Safe beside a worker, and safe to repeat.
    What fails for one account waits for a person and stops nobody (see `apart`).
    """
    done = retry_due(now=now)
    forgotten = Q(status=PaymentStatus.REQUIRES_ACTION, invoice__status__in=NOT_OWED)
    under_way = Payment.objects.filter(Q(status__in=UNDER_WAY) | forgotten, parked_at=None)
    done += each_row_apart(
        list(under_way), lambda row: reconcile_payment(account_id=row.account_id, payment_id=row.id, now=now)
    )
    going_back = Refund.objects.filter(status__in=TO_GIVE_BACK, parked_at=None)
    done += each_row_apart(
        list(going_back), lambda row: send_refund(account_id=row.account_id, refund_id=row.id, now=now)
    )
    done += age_accounts(now=now)
    done += renew_everybody(now=now)
    done += remind_everybody(now=now, since=now.date() - timedelta(days=1))
    return done + expire_orders(now=now)
