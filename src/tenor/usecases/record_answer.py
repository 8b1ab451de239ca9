"""Write down what a gateway says about a payment, and let follow what follows: the order, the invoice, the books.

Answers arrive twice, late and out of order; what may follow what is in `domain.lifecycle`, and the rest is ignored.
"""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.leases import seconds_from_now
from tenor.db.locks import retrying
from tenor.db.models import Invoice, Order, Payment, PaymentMethod
from tenor.db.transitions import move_payment
from tenor.domain.asking import patience
from tenor.domain.lifecycle import IN_FLIGHT, PAYMENT, PaymentStatus, may_become
from tenor.gateways.payments.port import ChargeAnswer, ChargeStatus
from tenor.usecases.invalidate_method import invalidate_method
from tenor.usecases.load import Loaded, lock_and_load
from tenor.usecases.settle_order import on_declined, on_paid, on_processing, on_reversed, on_unclear, on_waiting
from tenor.usecases.tell import SYSTEM, About, tell

STATUS = {
    ChargeStatus.SUCCEEDED: PaymentStatus.SUCCEEDED,
    ChargeStatus.REQUIRES_ACTION: PaymentStatus.REQUIRES_ACTION,
    ChargeStatus.PROCESSING: PaymentStatus.PROCESSING,
    ChargeStatus.DECLINED: PaymentStatus.FAILED,
    ChargeStatus.CANCELED: PaymentStatus.CANCELED,
    ChargeStatus.REVERSED: PaymentStatus.REVERSED,
}


RESTED = ("lease_until", "next_try_at", "error", "tries", "parked_at")
"""What an answer settles besides: nobody works on the row any more, and no person has to look."""

ASK_AGAIN_SECONDS = 300
"""How often the gateway is asked about a payment that is under way, should its webhook be lost."""


def record_answer(*, account_id: UUID, payment_id: UUID, answer: ChargeAnswer, now: datetime) -> PaymentStatus:
    """Apply the gateway's present word on a payment, idempotently. Returns the payment's status afterwards."""
    return retrying(lambda: _record(account_id, payment_id, answer, now))


def _record(account_id: UUID, payment_id: UUID, answer: ChargeAnswer, now: datetime) -> PaymentStatus:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        payment = Payment.objects.get(account_id=account_id, id=payment_id)
        _check_amount(payment, answer)
        path = _path(PaymentStatus(payment.status), STATUS[answer.status])
        for status in path:
            _apply(loaded, payment, status, answer)
        if not path and payment.status == STATUS[answer.status] and payment.status in IN_FLIGHT:
            _ask_later(payment, ASK_AGAIN_SECONDS)
        return PaymentStatus(payment.status)


def _path(current: PaymentStatus, told: PaymentStatus) -> tuple[PaymentStatus, ...]:
    """The steps from where the payment stands to what the gateway tells; none where that is old news.

    A reversal that overtook its success brings the success with it.
    """
    if may_become(PAYMENT, current, told):
        return (told,)
    if told is PaymentStatus.REVERSED and may_become(PAYMENT, current, PaymentStatus.SUCCEEDED):
        return (PaymentStatus.SUCCEEDED, told)
    return ()


def _apply(loaded: Loaded, payment: Payment, status: PaymentStatus, answer: ChargeAnswer) -> None:
    payment.gateway_reference = answer.gateway_id
    payment.action_url = answer.action_url
    payment.decline_code = answer.decline.code if answer.decline else payment.decline_code
    payment.lease_until = None
    payment.next_try_at = seconds_from_now(ASK_AGAIN_SECONDS) if status in IN_FLIGHT else None
    payment.error, payment.tries, payment.parked_at = "", 0, None
    if status is PaymentStatus.SUCCEEDED:
        payment.settled_at = loaded.now
        payment.surplus = _is_paid_already(payment)
    answered = ["gateway_reference", "action_url", "decline_code", "settled_at", "surplus"]
    move_payment(payment, status, also=[*answered, *RESTED])
    invoice = Invoice.objects.get(account_id=payment.account_id, id=payment.invoice_id)
    order = _order_of(invoice)
    about = About(payment.account_id, order=order.id, invoice=invoice.id, payment=payment.id)
    tell(about, f"payment_{status}", SYSTEM, loaded.now, after={"decline": payment.decline_code})
    _note_on_method(loaded, payment, status, answer)
    _follow(loaded, status, payment, invoice, order)


def _is_paid_already(payment: Payment) -> bool:
    """Whether another payment paid the invoice: then this one's money is nobody's, and goes back (`settle_order`)."""
    paid = Payment.objects.filter(account_id=payment.account_id, invoice_id=payment.invoice_id, surplus=False)
    return paid.filter(status=PaymentStatus.SUCCEEDED).exclude(id=payment.id).exists()


def _note_on_method(loaded: Loaded, payment: Payment, status: PaymentStatus, answer: ChargeAnswer) -> None:
    """A decline for good ends the method, too; a debit keeps its mandate from lapsing (rules 7, 11)."""
    if payment.method_id is None:
        return
    if answer.decline is not None and answer.decline.final:
        invalidate_method(loaded, payment.method_id, answer.decline.code)
    if status in (PaymentStatus.PROCESSING, PaymentStatus.SUCCEEDED):
        mandates = PaymentMethod.objects.filter(account_id=payment.account_id).exclude(mandate_reference="")
        mandates.filter(id=payment.method_id).update(mandate_used_on=loaded.today)


def _follow(loaded: Loaded, status: PaymentStatus, payment: Payment, invoice: Invoice, order: Order) -> None:
    match status:
        case PaymentStatus.SUCCEEDED:
            on_paid(loaded, payment, invoice, order)
        case PaymentStatus.REQUIRES_ACTION:
            on_waiting(loaded, payment, order)
        case PaymentStatus.PROCESSING:
            on_processing(loaded, invoice, order)
        case PaymentStatus.REVERSED:
            on_reversed(loaded, payment, invoice, order)
        case PaymentStatus.FAILED | PaymentStatus.CANCELED:
            on_declined(loaded, payment, order)
        case _:
            raise AssertionError(f"the gateway never tells {status}")


def record_no_answer(account_id: UUID, payment_id: UUID, error: str, now: datetime) -> PaymentStatus:
    """Nobody knows whether it was charged: the payment is `unknown`, and the reconciler asks (docs/adr 4)."""
    return retrying(lambda: _leave_open(account_id, payment_id, error, now, PaymentStatus.UNKNOWN))


def record_refusal(account_id: UUID, payment_id: UUID, error: str, now: datetime) -> PaymentStatus:
    """The gateway refused the request itself, so that nothing moved: the payment failed, the order can be resumed."""
    return retrying(lambda: _leave_open(account_id, payment_id, error, now, PaymentStatus.FAILED))


def _leave_open(account_id: UUID, payment_id: UUID, error: str, now: datetime, status: PaymentStatus) -> PaymentStatus:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        payment = Payment.objects.get(account_id=account_id, id=payment_id)
        if not may_become(PAYMENT, PaymentStatus(payment.status), status):
            if status is PaymentStatus.UNKNOWN and payment.status in IN_FLIGHT:
                _ask_later(payment, patience(payment.tries), error)
            return PaymentStatus(payment.status)
        payment.error = error
        payment.lease_until = None
        payment.next_try_at = seconds_from_now(patience(payment.tries)) if status is PaymentStatus.UNKNOWN else None
        move_payment(payment, status, also=["error", "lease_until", "next_try_at"])
        invoice = Invoice.objects.get(account_id=account_id, id=payment.invoice_id)
        order = _order_of(invoice)
        if status is PaymentStatus.UNKNOWN:
            on_unclear(loaded, order)
        else:
            on_declined(loaded, payment, order)
        return status


def _ask_later(payment: Payment, seconds: int, error: str = "") -> None:
    """Nothing new. An answer, even an old one, ends the count of tries: a debit may be asked about for weeks."""
    payment.lease_until, payment.next_try_at, payment.error = None, seconds_from_now(seconds), error
    payment.tries = payment.tries if error else 0
    payment.save(update_fields=["lease_until", "next_try_at", "error", "tries"])


def _order_of(invoice: Invoice) -> Order:
    return Order.objects.get(account_id=invoice.account_id, id=invoice.order_id or "")


def _check_amount(payment: Payment, answer: ChargeAnswer) -> None:
    if (answer.amount.minor, answer.amount.currency) != (payment.amount_minor, payment.currency):
        raise RuntimeError(f"payment {payment.id}: we asked for {payment.amount_minor}, they tell of {answer.amount}")
