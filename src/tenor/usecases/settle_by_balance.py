"""An order that leaves nothing to the gateway: the account's balance pays all of it, or gets what is left over."""

from tenor.db.models import Invoice, Order
from tenor.db.transitions import move_invoice
from tenor.domain.lifecycle import InvoiceStatus
from tenor.usecases.fulfil_order import fulfil_order
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.load import Loaded


def settle_by_balance(loaded: Loaded, order: Order, invoice: Invoice) -> None:
    """Nothing is left for the gateway: the invoice is issued and paid, and what was ordered granted."""
    issue_invoice(loaded, invoice)
    move_invoice(invoice, InvoiceStatus.PAID)
    fulfil_order(loaded, order)
