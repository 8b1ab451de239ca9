"""A draft becomes an invoice: it takes the next number, late and briefly, and is booked (rules 10)."""

from collections.abc import Iterable
from uuid import UUID

from tenor.db.ids import new_id
from tenor.db.models import Invoice
from tenor.db.models import Posting as PostingRow
from tenor.db.numbers import take_number
from tenor.db.transitions import move_invoice
from tenor.domain.ledger import Posting, amounts_invoiced
from tenor.domain.lifecycle import InvoiceStatus
from tenor.domain.money import Money
from tenor.usecases.load import Loaded
from tenor.usecases.tell import About


def issue_invoice(loaded: Loaded, invoice: Invoice) -> None:
    """Give the draft its number and date, and book what the customer owes. An issued invoice stays as it is."""
    if invoice.status != InvoiceStatus.DRAFT:
        return
    invoice.number = take_number(invoice.seller_id, "invoice")
    invoice.issued_on = invoice.due_on = loaded.today
    move_invoice(invoice, InvoiceStatus.OPEN, also=["number", "issued_on", "due_on"])
    net, tax = (Money(minor, invoice.currency) for minor in (invoice.net_minor, invoice.tax_minor))
    book(amounts_invoiced(net, tax, loaded.today), About(invoice.account_id, invoice=invoice.id))


def book(postings: Iterable[Posting], about: About, refund: UUID | None = None) -> None:
    """Add postings to the books. Nothing there is ever changed."""
    PostingRow.objects.bulk_create(
        PostingRow(
            id=new_id(),
            account_id=about.account,
            debit=posting.debit,
            credit=posting.credit,
            amount_minor=posting.amount.minor,
            currency=posting.amount.currency,
            reason=posting.reason,
            invoice_id=about.invoice,
            payment_id=about.payment,
            refund_id=refund,
            booked_on=posting.on,
        )
        for posting in postings
    )
