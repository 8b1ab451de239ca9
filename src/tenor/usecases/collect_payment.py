"""Ask the gateway for a pending payment: claimed in one transaction, asked outside any, recorded in another."""

import logging
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from tenor.db.access import account_scope
from tenor.db.collecting import ClaimedPayment
from tenor.db.faults import is_passing
from tenor.db.leases import lease_ends
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Payment
from tenor.db.transitions import move_payment
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.money import Money
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.gateways.payments.port import ChargeAnswer, ChargeRequest
from tenor.gateways.payments.registry import gateway
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import record_answer, record_no_answer, record_refusal

log = logging.getLogger(__name__)


def collect_payment(*, account_id: UUID, payment_id: UUID, now: datetime) -> PaymentStatus:
    """Send a pending payment to its gateway, and record what came back; no answer is an answer, too (docs/adr 4).

    Whoever comes second, while another process sends it or after it was sent, gets its present status: twenty
    parallel submits ask the gateway once. Returns the payment's status afterwards.
    """
    crashpoint("after_the_obligation")
    claimed = retrying(lambda: _claim(account_id, payment_id))
    if claimed is None:
        return _status(account_id, payment_id)
    crashpoint("before_the_call")
    return send(claimed, now)


def send(payment: Payment, now: datetime) -> PaymentStatus:
    """Charge a claimed payment under its own key and record the answer: always the same bytes.

    An answer that can't be written down (an id that another payment has, for one) leaves it `unknown`, too: money may
    have moved, so that nobody may be told of a failure. The worker asks again, and parks what stays so.
    """
    outside_transactions()
    try:
        answer = gateway(payment.gateway).charge(charge_request(payment))
    except GatewayRefused as refusal:  # not KeyReused: some request with this key did reach it, and may have charged
        return record_refusal(payment.account_id, payment.id, str(refusal), now)
    except GatewayError as silence:
        return record_no_answer(payment.account_id, payment.id, str(silence), now)
    crashpoint("after_the_answer")
    return _recorded(payment, answer, now)


def _recorded(payment: Payment, answer: ChargeAnswer, now: datetime) -> PaymentStatus:
    try:
        status = record_answer(account_id=payment.account_id, payment_id=payment.id, answer=answer, now=now)
    except Exception as fault:
        if is_passing(fault):  # the database is gone: the lease runs out, and the worker asks
            raise
        log.exception("the answer about payment %s can't be written down", payment.id)
        return record_no_answer(payment.account_id, payment.id, f"{type(fault).__name__}: {fault}", now)
    crashpoint("after_the_commit")
    return status


def charge_request(payment: Payment | ClaimedPayment) -> ChargeRequest:
    """What the gateway is asked, from what the obligation wrote down."""
    return ChargeRequest(
        idempotency_key=str(payment.id),
        reference=str(payment.id),
        amount=Money(payment.amount_minor, payment.currency),
        **payment.request,
    )


def _claim(account_id: UUID, payment_id: UUID) -> Payment | None:
    with account_scope(account_id):
        lock_account(account_id)
        payment = Payment.objects.filter(account_id=account_id, id=payment_id, status=PaymentStatus.PENDING).first()
        if payment is None:
            return None
        payment.attempts += 1
        payment.lease_until = lease_ends()
        payment.first_sent_at = Now()
        move_payment(payment, PaymentStatus.SENDING, also=["attempts", "lease_until", "first_sent_at"])
        return payment


def _status(account_id: UUID, payment_id: UUID) -> PaymentStatus:
    with account_scope(account_id):
        return PaymentStatus(Payment.objects.values_list("status", flat=True).get(account_id=account_id, id=payment_id))
