"""Give money back: the obligation stands in a refund row, the gateway is asked, the answer is booked."""

from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Now

from tenor.db.access import account_scope
from tenor.db.leases import sent_before
from tenor.db.locks import lock_account, retrying
from tenor.db.models import Invoice, Payment, Refund
from tenor.db.transitions import move_invoice, move_payment, move_refund
from tenor.domain.asking import KEY_LIVES
from tenor.domain.balance import BalanceReason
from tenor.domain.ledger import payment_refunded, unclaimed_money_refunded
from tenor.domain.lifecycle import InvoiceStatus, PaymentStatus
from tenor.domain.money import Money
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayRefused, GatewayUnknown
from tenor.gateways.payments.port import RefundAnswer, RefundRequest, RefundStatus
from tenor.gateways.payments.registry import gateway
from tenor.usecases.issue_invoice import book
from tenor.usecases.load import Loaded, load, lock_and_load
from tenor.usecases.move_balance import move_for_refund
from tenor.usecases.outside_transactions import outside_transactions
from tenor.usecases.reconcile_payment import NOT_SENT_AGAIN
from tenor.usecases.tell import SYSTEM, About, tell

OWED = frozenset({PaymentStatus.PENDING, PaymentStatus.SENDING})
"""Refunds of which no answer is known."""


class RefundFailed(Exception):
    """The gateway took the refund and could not carry it out: after some tries a person has to look (it is parked)."""


def send_refund(*, account_id: UUID, refund_id: UUID, now: datetime) -> None:
    """Refund at the gateway under the refund's own key, and book it. Sending it again moves nothing twice.

    One that was sent before is asked about first; once its key may be forgotten it is asked about only.

    What the customer's bank took back meanwhile is not given back again. What was to pay out a balance and can't be
    sent is on the balance again. Raises GatewayError where the gateway gave no answer: the refund stays as it is and is
    sent again later; RefundFailed where it could not carry it out.
    """
    outside_transactions()
    with account_scope(account_id):
        lock_account(account_id)
        refund = Refund.objects.get(account_id=account_id, id=refund_id)
        payment = Payment.objects.get(account_id=account_id, id=refund.payment_id)
        if refund.status not in OWED:
            return
        was_sent = refund.status == PaymentStatus.SENDING
        if not was_sent:
            refund.first_sent_at = Now()
            move_refund(refund, PaymentStatus.SENDING, also=["first_sent_at"])
            if payment.status == PaymentStatus.REVERSED:
                _call_off(load(account_id, now), refund)
                return
    crashpoint("before_the_refund")
    try:
        answer = (_found(payment, refund) if was_sent else None) or gateway(payment.gateway).refund(_request(refund))
    except GatewayRefused:
        if not retrying(lambda: _is_called_off(account_id, refund_id, now)):
            raise
        return
    crashpoint("after_the_refund_before_its_commit")
    record_refund(account_id=account_id, refund_id=refund_id, answer=answer, now=now)


def record_refund(*, account_id: UUID, refund_id: UUID, answer: RefundAnswer, now: datetime) -> None:
    """Write down what the gateway says about a refund that was sent, idempotently."""
    retrying(lambda: _record(account_id, refund_id, answer, now))


def _found(payment: Payment, refund: Refund) -> RefundAnswer | None:
    """What the gateway knows of a refund that was sent before; None where it never arrived and may be sent again."""
    charge = gateway(payment.gateway).find_charge(str(payment.id))
    known = charge.refunds if charge is not None else ()
    found = next((answer for answer in known if answer.reference == str(refund.id)), None)
    if found is None:
        with account_scope(refund.account_id):
            is_old = sent_before(refund, KEY_LIVES)
        if is_old:
            raise GatewayUnknown(NOT_SENT_AGAIN)
    return found


def _request(refund: Refund) -> RefundRequest:
    return RefundRequest(
        idempotency_key=str(refund.id),
        reference=str(refund.id),
        charge_reference=str(refund.payment_id),
        amount=Money(refund.amount_minor, refund.currency),
        reason=refund.reason,
    )


def _is_called_off(account_id: UUID, refund_id: UUID, now: datetime) -> bool:
    """Whether the gateway's refusal ends it: the bank took the money back from there, and nothing is owed to the
    customer; or it was to pay out a balance, where the money is again.
    """
    with account_scope(account_id):
        lock_account(account_id)
        refund = Refund.objects.get(account_id=account_id, id=refund_id)
        payment = Payment.objects.get(account_id=account_id, id=refund.payment_id)
        if refund.status not in OWED or not _may_call_off(refund, payment):
            return False
        _call_off(load(account_id, now), refund)
        return True


def _record(account_id: UUID, refund_id: UUID, answer: RefundAnswer, now: datetime) -> None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        refund = Refund.objects.get(account_id=account_id, id=refund_id)
        payment = Payment.objects.get(account_id=account_id, id=refund.payment_id)
        if refund.status not in OWED or answer.status is RefundStatus.PROCESSING:
            return
        if answer.status is RefundStatus.FAILED:
            if not _may_call_off(refund, payment):
                raise RefundFailed(f"the gateway could not give back refund {refund_id}")
            _call_off(loaded, refund)
            return
        refund.gateway_reference, refund.settled_at = answer.gateway_id, now
        refund.error, refund.parked_at = "", None
        move_refund(refund, PaymentStatus.SUCCEEDED, also=["gateway_reference", "settled_at", "error", "parked_at"])
        if payment.status == PaymentStatus.SUCCEEDED and _refunded(payment) == payment.amount_minor:
            move_payment(payment, PaymentStatus.REFUNDED)
        about = About(account_id, payment=payment.id)
        if refund.credit_note_id is None:
            book(unclaimed_money_refunded(answer.amount, loaded.today), about, refund=refund.id)
        else:
            book(payment_refunded(answer.amount, loaded.today), about, refund=refund.id)
            note = Invoice.objects.get(account_id=account_id, id=refund.credit_note_id)
            move_invoice(note, InvoiceStatus.PAID)
        tell(about, "money_refunded", SYSTEM, now, after={"amount": answer.amount, "why": refund.reason})


def _may_call_off(refund: Refund, payment: Payment) -> bool:
    """Whether a refund that can't be sent leaves nobody without money that is owed to them."""
    return refund.from_balance or payment.status == PaymentStatus.REVERSED


def _call_off(loaded: Loaded, refund: Refund) -> None:
    """The customer's bank was faster: nothing is left to give back, and the credit note is settled by that.

    What was to pay out a balance is on it again, whatever was in the way.
    """
    refund.error, refund.parked_at = "", None
    move_refund(refund, PaymentStatus.FAILED, also=["error", "parked_at"])
    if refund.credit_note_id is not None:
        move_invoice(Invoice.objects.get(account_id=refund.account_id, id=refund.credit_note_id), InvoiceStatus.PAID)
    if refund.from_balance:
        move_for_refund(loaded, refund, BalanceReason.NOT_PAID_OUT)
        about = About(refund.account_id, payment=refund.payment_id)
        told = {"amount": Money(refund.amount_minor, refund.currency)}
        tell(about, "balance_not_paid_out", SYSTEM, loaded.now, after=told)


def _refunded(payment: Payment) -> int:
    """What of the payment has gone back, in minor units. What paid out a balance still pays its invoice."""
    done = Refund.objects.filter(account_id=payment.account_id, payment_id=payment.id, status=PaymentStatus.SUCCEEDED)
    return int(done.filter(from_balance=False).aggregate(sum=Sum("amount_minor"))["sum"] or 0)
