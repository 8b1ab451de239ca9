"""Double entry, balanced by shape: each posting moves one amount from one ledger account to another (rules 10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tenor.domain.invoices import InvoiceDraft, InvoiceLine
from tenor.domain.money import Money
from tenor.domain.proration import remaining_value


class LedgerAccount(StrEnum):
    """The accounts of the books.

    receivable: what customers owe. deferred_revenue: billed, not earned yet. revenue: earned. tax_payable: owed to tax
    authorities. clearing: money the gateway holds for us. unapplied: money without a claim to it, on its way back.
    customer_balance: what customers have on their balances, which is owed to them.
    """

    __hash__ = str.__hash__  # see `domain.account.ChangeKind`

    RECEIVABLE = "receivable"
    DEFERRED_REVENUE = "deferred_revenue"
    REVENUE = "revenue"
    TAX_PAYABLE = "tax_payable"
    CLEARING = "clearing"
    UNAPPLIED = "unapplied"
    CUSTOMER_BALANCE = "customer_balance"


class PostingReason(StrEnum):
    """Why a posting was made."""

    __hash__ = str.__hash__  # see `domain.account.ChangeKind`

    INVOICE_NET = "invoice_net"
    INVOICE_TAX = "invoice_tax"
    CREDIT_NOTE_NET = "credit_note_net"
    CREDIT_NOTE_TAX = "credit_note_tax"
    PAYMENT = "payment"
    REFUND = "refund"
    UNCLAIMED_MONEY = "unclaimed_money"
    UNCLAIMED_REFUND = "unclaimed_refund"
    RECOGNITION = "recognition"
    BALANCE_CREDITED = "balance_credited"
    BALANCE_USED = "balance_used"
    BALANCE_PAID_OUT = "balance_paid_out"


_A, _R = LedgerAccount, PostingReason


@dataclass(frozen=True, slots=True)
class Posting:
    """One row of the books: `amount`, always above zero, is debited to one account and credited to another."""

    debit: LedgerAccount
    credit: LedgerAccount
    amount: Money
    reason: PostingReason
    on: date

    def __post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise ValueError(f"a posting moves more than nothing, not {self.amount}")
        if self.debit is self.credit:
            raise ValueError(f"a posting moves between two accounts, not within {self.debit}")


Postings = tuple[Posting, ...]


def invoice_issued(invoice: InvoiceDraft, on: date) -> Postings:
    """The customer owes the total: the net is deferred until it is earned, the tax is owed on."""
    return amounts_invoiced(invoice.net, invoice.tax, on)


def amounts_invoiced(net: Money, tax: Money, on: date) -> Postings:
    """The same, for an invoice of which the sums are at hand."""
    return (
        *_move(_A.RECEIVABLE, _A.DEFERRED_REVENUE, net, _R.INVOICE_NET, on),
        *_move(_A.RECEIVABLE, _A.TAX_PAYABLE, tax, _R.INVOICE_TAX, on),
    )


def credit_note_issued(note: InvoiceDraft, on: date) -> Postings:
    """The mirror of the invoice, over the amounts of the note (which are negative)."""
    return amounts_credited(note.net, note.tax, on)


def amounts_credited(net: Money, tax: Money, on: date) -> Postings:
    """The same, for a credit note of which the sums are at hand (they are negative)."""
    return (
        *_move(_A.RECEIVABLE, _A.DEFERRED_REVENUE, net, _R.CREDIT_NOTE_NET, on),
        *_move(_A.RECEIVABLE, _A.TAX_PAYABLE, tax, _R.CREDIT_NOTE_TAX, on),
    )


def payment_received(amount: Money, on: date) -> Postings:
    """The gateway took what the customer owed."""
    return _move(_A.CLEARING, _A.RECEIVABLE, amount, _R.PAYMENT, on)


def payment_refunded(amount: Money, on: date) -> Postings:
    """The gateway gave it back: a refund, a reversal or a dispute; the mirror of the payment."""
    return _move(_A.RECEIVABLE, _A.CLEARING, amount, _R.REFUND, on)


def unclaimed_money(amount: Money, on: date) -> Postings:
    """Money arrived that nobody owes (any more): it is held until it is given back (rules 9)."""
    return _move(_A.CLEARING, _A.UNAPPLIED, amount, _R.UNCLAIMED_MONEY, on)


def unclaimed_money_refunded(amount: Money, on: date) -> Postings:
    """Money without a claim was given back."""
    return _move(_A.UNAPPLIED, _A.CLEARING, amount, _R.UNCLAIMED_REFUND, on)


def balance_moved(amount: Money, on: date) -> Postings:
    """What came to the customer's balance is owed to the customer; below zero, it paid what the customer owed."""
    reason = _R.BALANCE_CREDITED if amount.minor > 0 else _R.BALANCE_USED
    return _move(_A.RECEIVABLE, _A.CUSTOMER_BALANCE, amount, reason, on)


def balance_paid_out(amount: Money, on: date) -> Postings:
    """It left the customer's balance and is on its way back, without a claim to it; below zero, it is there again."""
    return _move(_A.CUSTOMER_BALANCE, _A.UNAPPLIED, amount, _R.BALANCE_PAID_OUT, on)


def earned(line: InvoiceLine, credited: Money, day: date) -> Money:
    """What of a line's net is earned by the start of `day`: net - R(day), and never more than was not credited.

    `credited` is the net that credit notes gave back of the line, with the line's sign. So a line credited by R(d)
    stops being earned on d, and one credited whole has earned nothing.
    """
    passed = line.net - remaining_value(line.net, line.span.days, line.span, day)
    kept = line.net - credited
    return min(passed, kept) if line.net.minor >= 0 else max(passed, kept)


def recognition(line: InvoiceLine, credited: Money, recognized: Money, day: date) -> Postings:
    """What brings the revenue of a line up to the start of `day`, given what is `recognized` already.

    The difference between what should be and what is: running it twice posts nothing, and after a credit note it
    takes revenue back.
    """
    return _move(_A.DEFERRED_REVENUE, _A.REVENUE, earned(line, credited, day) - recognized, _R.RECOGNITION, day)


def balances(postings: Iterable[Posting], currency: str) -> Mapping[LedgerAccount, Money]:
    """Debits less credits of every account. They add up to nothing, whatever was posted."""
    sums = {account: Money.zero(currency) for account in LedgerAccount}
    for posting in postings:
        sums[posting.debit] += posting.amount
        sums[posting.credit] -= posting.amount
    return sums


def _move(debit: LedgerAccount, credit: LedgerAccount, amount: Money, reason: PostingReason, on: date) -> Postings:
    """One posting; the other way round for an amount below zero; none for nothing."""
    if not amount:
        return ()
    if amount.minor < 0:
        debit, credit, amount = credit, debit, -amount
    return (Posting(debit, credit, amount, reason, on),)
