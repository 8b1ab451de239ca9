"""Ask the gateway what became of a payment, and make our books agree (docs/adr 4)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Now

from tenor.db.access import account_scope
from tenor.db.models import Payment
from tenor.domain.lifecycle import PaymentStatus
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateway
from tenor.usecases.collect_payment import collect_payment, send
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import record_answer, record_no_answer

KEY_LIVES = timedelta(hours=23)
"""Gateways forget idempotency keys after a day. From then on a payment is never sent again, only asked about."""


class StillUnclear(Exception):
    """The gateway does not know the payment, and it is too old to be sent again: a person has to look."""


def reconcile_payment(*, account_id: UUID, payment_id: UUID, now: datetime) -> PaymentStatus:
    """Bring a payment to what the gateway's books say; one that never arrived is sent again under its own key.

    Returns its status afterwards. Raises StillUnclear where only a person can tell.
    """
    with account_scope(account_id):
        payment = Payment.objects.get(account_id=account_id, id=payment_id)
    if payment.status == PaymentStatus.PENDING:
        return collect_payment(account_id=account_id, payment_id=payment_id, now=now)
    outside_transactions()
    try:
        answer = gateway(payment.gateway).find_charge(str(payment.id))
    except GatewayError as silence:
        return record_no_answer(account_id, payment_id, str(silence), now)
    if answer is not None:
        crashpoint("after_asking_before_recording")
        return record_answer(account_id=account_id, payment_id=payment_id, answer=answer, now=now)
    if payment.status not in (PaymentStatus.SENDING, PaymentStatus.UNKNOWN):
        return PaymentStatus(payment.status)
    if _too_old_to_send(payment):
        raise StillUnclear(f"payment {payment.id} is unknown to the gateway and too old to be sent again")
    crashpoint("before_sending_again")
    return send(payment, now)


def _too_old_to_send(payment: Payment) -> bool:
    with account_scope(payment.account_id):
        same = Payment.objects.filter(account_id=payment.account_id, id=payment.id)
        return same.filter(first_sent_at__lt=Now() - KEY_LIVES).exists()
