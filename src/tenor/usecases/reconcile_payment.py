"""Ask the gateway what became of a payment, and make our books agree (docs/adr 4)."""

from datetime import datetime, timedelta
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.leases import sent_before
from tenor.db.models import Invoice, Payment, Refund
from tenor.domain.asking import HANDED_OVER_AFTER, KEY_LIVES
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateway
from tenor.usecases.call_off_charge import call_off_charge
from tenor.usecases.collect_payment import collect_payment, send
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import record_answer, record_no_answer

NOT_OWED = (InvoiceStatus.VOID, InvoiceStatus.CREDITED)
"""Invoices for which no money is wanted any more."""

NOT_SENT_AGAIN = "the gateway does not know it; it is not sent again, because its key may be forgotten"


class StillUnclear(Exception):
    """The gateway was asked for days, and never told what became of it: a person has to look."""


def reconcile_payment(*, account_id: UUID, payment_id: UUID, now: datetime) -> PaymentStatus:
    """Bring a payment to what the gateway's books say; one that never arrived is sent again under its own key.

    Returns its status afterwards. Raises StillUnclear where only a person can tell.
    """
    with account_scope(account_id):
        payment = Payment.objects.get(account_id=account_id, id=payment_id)
    if payment.status == PaymentStatus.PENDING:
        return collect_payment(account_id=account_id, payment_id=payment_id, now=now)
    outside_transactions()
    is_silent = payment.status in (PaymentStatus.SENDING, PaymentStatus.UNKNOWN)
    try:
        answer = gateway(payment.gateway).find_charge(str(payment.id))
    except GatewayError as silence:
        if is_silent:
            hand_over_in_time(payment, str(silence))
        return record_no_answer(account_id, payment_id, str(silence), now)
    if answer is not None:
        crashpoint("after_asking_before_recording")
        status = record_answer(account_id=account_id, payment_id=payment_id, answer=answer, now=now)
        return _call_off_if_not_owed(payment, now) if status is PaymentStatus.REQUIRES_ACTION else status
    if not is_silent:
        return PaymentStatus(payment.status)
    if _sent_before(payment, KEY_LIVES):
        hand_over_in_time(payment, NOT_SENT_AGAIN)
        return record_no_answer(account_id, payment_id, NOT_SENT_AGAIN, now)
    crashpoint("before_sending_again")
    return send(payment, now)


def _call_off_if_not_owed(payment: Payment, now: datetime) -> PaymentStatus:
    """Nobody is asked to approve a charge for an invoice that was voided or credited meanwhile."""
    with account_scope(payment.account_id):
        invoice = Invoice.objects.get(account_id=payment.account_id, id=payment.invoice_id)
    if invoice.status not in NOT_OWED:
        return PaymentStatus.REQUIRES_ACTION
    try:
        return call_off_charge(payment, now)
    except GatewayError as silence:
        return record_no_answer(payment.account_id, payment.id, str(silence), now)


def hand_over_in_time(row: Payment | Refund, why: str) -> None:
    """Raise StillUnclear once the gateway was asked for days: from then on a person has to look."""
    if _sent_before(row, HANDED_OVER_AFTER):
        days = HANDED_OVER_AFTER.days
        raise StillUnclear(f"sent more than {days} days ago, and nobody knows whether money moved: {why}")


def _sent_before(row: Payment | Refund, age: timedelta) -> bool:
    with account_scope(row.account_id):
        return sent_before(row, age)
