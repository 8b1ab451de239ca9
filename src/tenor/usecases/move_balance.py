"""Move an account's balance: what an invoice takes from it, what comes to it, and what comes back (rules 9)."""

from dataclasses import replace

from tenor.db.ids import new_id
from tenor.db.models import BalanceMovement, Invoice, Refund
from tenor.db.transitions import move_invoice
from tenor.domain.balance import BalanceReason
from tenor.domain.ledger import balance_moved, balance_paid_out
from tenor.domain.lifecycle import InvoiceStatus
from tenor.domain.money import Money
from tenor.usecases.issue_invoice import book
from tenor.usecases.load import Loaded
from tenor.usecases.tell import About


def move_balance(loaded: Loaded, document: Invoice, amount: Money, reason: BalanceReason) -> None:
    """Add the amount, below zero to pay with it, and book it. Call with the account locked; nothing moves by nothing.

    Raises IntegrityError where the balance would be below zero: the database is the last line, by constraint.
    """
    if not amount:
        return
    _add(loaded, BalanceMovement(account_id=document.account_id, invoice_id=document.id), amount, reason)
    book(balance_moved(amount, loaded.today), About(document.account_id, invoice=document.id))


def move_for_refund(loaded: Loaded, refund: Refund, reason: BalanceReason) -> None:
    """Take from the balance what the refund pays out, or put it back (`NOT_PAID_OUT`), and book it.

    Call with the account locked; raises as `move_balance`.
    """
    out = Money(refund.amount_minor, refund.currency)
    moved = out if reason is BalanceReason.NOT_PAID_OUT else -out
    _add(loaded, BalanceMovement(account_id=refund.account_id, refund_id=refund.id), moved, reason)
    book(balance_paid_out(-moved, loaded.today), About(refund.account_id, payment=refund.payment_id), refund=refund.id)


def _add(loaded: Loaded, movement: BalanceMovement, amount: Money, reason: BalanceReason) -> None:
    """The movement, behind the account's last one."""
    last = BalanceMovement.objects.filter(account_id=movement.account_id).order_by("-position").first()
    movement.id = new_id()
    movement.position = last.position + 1 if last else 1
    movement.reason = reason
    movement.amount_minor = amount.minor
    movement.after_minor = (last.after_minor if last else 0) + amount.minor
    movement.currency = amount.currency
    movement.moved_at = loaded.now
    movement.save(force_insert=True)


def take_from_balance(loaded: Loaded, invoice: Invoice) -> None:
    """What the invoice says that the balance pays, or gets: taken when the order is placed, so that no other does."""
    moved = Money(-invoice.from_balance_minor, invoice.currency)
    move_balance(loaded, invoice, moved, BalanceReason.USED if moved.minor < 0 else BalanceReason.CREDIT)


def void_draft(loaded: Loaded, invoice: Invoice) -> None:
    """Give up a draft invoice, and give back what it had taken from the balance."""
    move_invoice(invoice, InvoiceStatus.VOID)
    move_balance(loaded, invoice, Money(invoice.from_balance_minor, invoice.currency), BalanceReason.RELEASED)


def with_balance(loaded: Loaded) -> Loaded:
    """The same account with its balance as it is now: something was given up since it was read."""
    last = BalanceMovement.objects.filter(account_id=loaded.state.id).order_by("-position").first()
    found = Money(last.after_minor, last.currency) if last else None
    return replace(loaded, state=replace(loaded.state, balance=found))
