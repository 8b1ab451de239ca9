"""What an answer about a payment means for its order. Called with the account locked, by `record_answer` only."""

import logging
from uuid import UUID

from django.db import transaction

from tenor.db.codec import decode_effects
from tenor.db.ids import new_id
from tenor.db.models import Invoice, Order, Payment, PaymentMethod, Refund
from tenor.db.transitions import ChangedMeanwhile, move_invoice, move_order, move_payment
from tenor.domain.account import MethodKind
from tenor.domain.direct_debit import takes_effect_at_once
from tenor.domain.effects import OpenSubscription, StartTerm
from tenor.domain.ledger import payment_received, payment_refunded, unclaimed_money, unclaimed_money_refunded
from tenor.domain.lifecycle import OPEN_ORDER, InvoiceStatus, OrderStatus, PaymentStatus
from tenor.domain.money import Money
from tenor.usecases.claim_paid_out_twice import claim_paid_out_twice
from tenor.usecases.follow_decline import access_until, follow_decline
from tenor.usecases.fulfil_order import fulfil_order, grant, placed_by
from tenor.usecases.give_back import credit_whole
from tenor.usecases.hold_order import hold_order
from tenor.usecases.issue_invoice import book, issue_invoice
from tenor.usecases.load import Loaded
from tenor.usecases.mark_subscriptions import mark_paid_up, mark_past_due
from tenor.usecases.move_balance import void_draft
from tenor.usecases.replace_renewal import renew_otherwise
from tenor.usecases.tell import SYSTEM, About, Letter, tell, write_mail

log = logging.getLogger(__name__)
NO_METHOD = UUID(int=0)


def on_paid(loaded: Loaded, payment: Payment, invoice: Invoice, order: Order) -> None:
    """The money is there: issue and pay the invoice, grant what was bought; too late, give it back (rules 9).

    Money that comes a second time, when another payment paid the invoice, goes back as well.
    """
    if payment.surplus:
        log.error("invoice %s is paid, and payment %s took money for it again", invoice.number, payment.id)
        _give_back(loaded, payment, "paid_twice")
        return
    if invoice.status in (InvoiceStatus.VOID, InvoiceStatus.CREDITED):
        _give_back(loaded, payment, "arrived_too_late")
        return
    try:
        with transaction.atomic():
            _settle(loaded, payment, invoice, order)
            _stop_unsent(payment)
    except ChangedMeanwhile as changed:
        # What was bought can't be granted as it was quoted. Nothing of it stands, and nobody keeps the money.
        invoice.refresh_from_db()
        order.refresh_from_db()
        if invoice.status not in (InvoiceStatus.DRAFT, InvoiceStatus.OPEN):
            raise
        log.warning("order %s is paid and can't be granted: %s", order.number, changed)
        if invoice.status == InvoiceStatus.OPEN:  # a renewal's: it has a number, and is corrected
            credit_whole(loaded, invoice, "could_not_be_granted")
        give_up(loaded, order, OrderStatus.FAILED)
        if order.action == "renew" and not renew_otherwise(loaded, order):
            mark_paid_up(loaded, order)
        _give_back(loaded, payment, "could_not_be_granted")


def _settle(loaded: Loaded, payment: Payment, invoice: Invoice, order: Order) -> None:
    issue_invoice(loaded, invoice)
    move_invoice(invoice, InvoiceStatus.PAID)
    about = About(order.account_id, invoice=invoice.id, payment=payment.id)
    book(payment_received(Money(payment.amount_minor, payment.currency), loaded.today), about)
    if order.status in OPEN_ORDER:
        fulfil_order(loaded, order)
    else:  # paid again, after the bank had taken the money back
        mark_paid_up(loaded, order)


def _stop_unsent(paid: Payment) -> None:
    """Another payment of the same invoice that waits to be sent is not needed any more."""
    waiting = Payment.objects.filter(account_id=paid.account_id, invoice_id=paid.invoice_id)
    for payment in waiting.filter(status=PaymentStatus.PENDING):
        move_payment(payment, PaymentStatus.CANCELED)


def on_waiting(loaded: Loaded, payment: Payment, order: Order) -> None:
    """The bank wants to check. The order keeps its place, says what it waits for, and whoever placed it is told.

    A renewal that waits is not paid: its subscriptions are past due meanwhile. Its payer was not there, and is asked.
    """
    if order.status not in OPEN_ORDER:
        return
    hold_order(loaded, order, "bank_check")
    if order.action == "renew":
        mark_past_due(loaded, order)
    if order.action == "renew" and not payment.request.get("on_session"):
        facts = {"access_until": access_until(loaded, order)}
        letter = Letter("bank_check_needed", order.id, str(payment.id), facts)
    else:
        letter = Letter("order_waiting", order.id, f"bank_check {loaded.now.isoformat()}", {"for": "bank_check"})
    write_mail(order.account_id, placed_by(order), loaded.now, letter)


def on_unclear(loaded: Loaded, order: Order) -> None:
    """The gateway gave no answer. Nobody is written to: the next answer will tell."""
    if order.status in OPEN_ORDER:
        hold_order(loaded, order, "gateway_answer")


def on_processing(loaded: Loaded, invoice: Invoice, order: Order) -> None:
    """A debit is under way for days. A renewal's term begins; what else is granted early is the seller's policy."""
    if order.status not in OPEN_ORDER:
        return
    order.waiting_for = "direct_debit"
    move_order(order, OrderStatus.PROCESSING, loaded.now, also=["waiting_for"])
    if takes_effect_at_once(loaded.offer.policy, order.action):
        issue_invoice(loaded, invoice)
        grant(loaded, order)
    letter = Letter("order_waiting", order.id, "direct_debit", {"for": "direct_debit"})
    write_mail(order.account_id, placed_by(order), loaded.now, letter)


def on_declined(loaded: Loaded, payment: Payment, order: Order) -> None:
    """This attempt took no money. The order keeps its place (docs/adr 11); a renewal follows its own course.

    A debit that failed ends the order, unless what it bought was granted already: that is still owed. The method
    decides that, not what was heard before: the answers may have come in any order.
    """
    if order.status not in OPEN_ORDER:
        return
    if order.action == "renew":
        follow_decline(loaded, payment, order)
    elif payment.status == PaymentStatus.CANCELED:
        hold_order(loaded, order, "abandoned")
    elif order.effects_applied_at is None and _is_debit(payment):
        give_up(loaded, order, OrderStatus.FAILED)
    else:
        hold_order(loaded, order, "declined")
        letter = Letter("order_waiting", order.id, f"declined {loaded.now.isoformat()}", {"for": "declined"})
        write_mail(order.account_id, placed_by(order), loaded.now, letter)


def _is_debit(payment: Payment) -> bool:
    used = PaymentMethod.objects.filter(account_id=payment.account_id, id=payment.method_id or NO_METHOD)
    return used.filter(kind=MethodKind.DIRECT_DEBIT).exists()


def give_up(loaded: Loaded, order: Order, status: OrderStatus) -> None:
    """End an open order without its money: nothing was granted, and its draft invoice never had a number."""
    for invoice in Invoice.objects.filter(account_id=order.account_id, order_id=order.id, status=InvoiceStatus.DRAFT):
        void_draft(loaded, invoice)
    order.waiting_for = ""
    move_order(order, status, loaded.now, also=["waiting_for"])
    about = About(order.account_id, quote=order.quote_id, order=order.id)
    tell(about, f"order_{status}", SYSTEM, loaded.now, before={"total": order.total_minor})
    write_mail(order.account_id, placed_by(order), loaded.now, Letter(f"order_{status}", order.id))


def on_reversed(loaded: Loaded, payment: Payment, invoice: Invoice, order: Order) -> None:
    """The customer's bank took the money back: the invoice is owed again, and the books mirror the payment.

    What it had paid a term of is past due from today on, as after a charge that failed.
    One that was credited whole meanwhile is not owed: the bank gave back what we were about to (see `send_refund`).
    What had been given back already was paid out twice: it is claimed.
    """
    amount = Money(payment.amount_minor, payment.currency)
    about = About(order.account_id, invoice=invoice.id, payment=payment.id)
    refunds = Refund.objects.filter(account_id=payment.account_id, payment_id=payment.id)
    was_given_back = refunds.filter(status=PaymentStatus.SUCCEEDED).exists()
    without_claim = refunds.filter(credit_note=None, from_balance=False)
    if without_claim.exists():  # it paid for nothing, and no invoice is owed by it
        taken = payment_refunded if was_given_back else unclaimed_money_refunded
        book(taken(amount, loaded.today), About(order.account_id, payment=payment.id))
        if was_given_back:
            claim_paid_out_twice(loaded, payment, order)
        return
    book(payment_refunded(amount, loaded.today), about)
    if invoice.status == InvoiceStatus.CREDITED:
        if was_given_back:
            claim_paid_out_twice(loaded, payment, order)
        return
    move_invoice(invoice, InvoiceStatus.OPEN)
    if any(isinstance(effect, StartTerm | OpenSubscription) for effect in decode_effects(order.effects)):
        mark_past_due(loaded, order)
    write_mail(order.account_id, placed_by(order), loaded.now, Letter("payment_reversed", payment.id))


def _give_back(loaded: Loaded, payment: Payment, reason: str) -> None:
    """Book money without a claim, and commit to giving it back; the worker sends it, as every other obligation."""
    amount = Money(payment.amount_minor, payment.currency)
    book(unclaimed_money(amount, loaded.today), About(payment.account_id, payment=payment.id))
    Refund.objects.create(
        id=new_id(),
        account_id=payment.account_id,
        payment_id=payment.id,
        status=PaymentStatus.PENDING,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        reason=reason,
        created_at=loaded.now,
    )
