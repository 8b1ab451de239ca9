"""Before an invoice is paid again: ask the gateway about payments that failed without its word on the charge.

A payment that was declined has the gateway's charge behind it. One that was refused before anything moved has not, and
whoever pays again trusts that inference with the customer's money. So it is asked, at the price of one request.
"""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.models import Payment
from tenor.domain.lifecycle import PaymentStatus
from tenor.domain.refusals import Refusal
from tenor.gateways.payments.errors import GatewayError
from tenor.gateways.payments.registry import gateway
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.record_answer import record_answer

ENDED = (PaymentStatus.FAILED, PaymentStatus.CANCELED)
MAY_HAVE_PAID = frozenset(
    {PaymentStatus.SUCCEEDED, PaymentStatus.PROCESSING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.REVERSED}
)


def ask_about_failures(*, account_id: UUID, order_id: UUID, now: datetime) -> bool:
    """Ask about the order's payments that were sent, and ended without a charge of the gateway's that we know of.

    What it tells is recorded. Returns whether one of them took the money: then there is nothing to pay again. Raises
    Refusal("payment_unclear") where the gateway gives no answer, or tells of a charge that we can't follow.
    """
    with account_scope(account_id):
        sent = Payment.objects.filter(account_id=account_id, invoice__order_id=order_id, first_sent_at__isnull=False)
        inferred = list(sent.filter(status__in=ENDED, gateway_reference="").order_by("created_at", "id"))
    return any([_took_money(payment, now) for payment in inferred])


def _took_money(payment: Payment, now: datetime) -> bool:
    outside_transactions()
    try:
        answer = gateway(payment.gateway).find_charge(str(payment.id))
    except GatewayError as silence:
        raise Refusal("payment_unclear", {"payment": str(payment.id)}) from silence
    if answer is None:
        return False
    status = record_answer(account_id=payment.account_id, payment_id=payment.id, answer=answer, now=now)
    if status in ENDED and answer.status.value in MAY_HAVE_PAID:
        raise Refusal("payment_unclear", {"payment": str(payment.id)})
    return status is PaymentStatus.SUCCEEDED
