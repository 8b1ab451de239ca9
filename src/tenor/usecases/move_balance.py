"""Move an account's balance: what an invoice takes from it, what comes to it, and what comes back (rules 9)."""

from dataclasses import replace

from tenor.db.ids import new_id
from tenor.db.models import BalanceMovement, Invoice
from tenor.db.transitions import move_invoice
from tenor.domain.balance import BalanceReason
from tenor.domain.ledger import balance_moved
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
    last = BalanceMovement.objects.filter(account_id=document.account_id).order_by("-position").first()
    BalanceMovement.objects.create(
        id=new_id(),
        account_id=document.account_id,
        position=last.position + 1 if last else 1,
        reason=reason,
        amount_minor=amount.minor,
        after_minor=(last.after_minor if last else 0) + amount.minor,
        currency=amount.currency,
        invoice_id=document.id,
        moved_at=loaded.now,
    )
    book(balance_moved(amount, loaded.today), About(document.account_id, invoice=document.id))


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
