"""An unpaid renewal is not collected any more: its invoice is credited whole; what is left of it goes on (rules 7)."""

from datetime import date

from tenor.db.models import Invoice, Order
from tenor.db.transitions import move_order
from tenor.domain.account import Subscription
from tenor.domain.effects import WithdrawInvoice
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus
from tenor.usecases.give_back import credit_whole
from tenor.usecases.load import Loaded
from tenor.usecases.replace_renewal import go_on_with


def withdraw_invoice(loaded: Loaded, effect: WithdrawInvoice, reason: str) -> Order:
    """Stop the tries of an unpaid renewal, and credit its invoice. Call with the account locked, nothing in flight.

    What is left of it goes on being owed on an invoice of its own, and is tried when the old one would have been.
    Returns the order that is over.
    """
    order = Order.objects.get(account_id=loaded.state.id, id=effect.order_id)
    tried_on = order.retry_on
    for invoice in Invoice.objects.filter(account_id=order.account_id, order_id=order.id, status=InvoiceStatus.OPEN):
        credit_whole(loaded, invoice, reason)
    order.waiting_for, order.retry_on = "", None
    move_order(order, OrderStatus.CANCELED, loaded.now, also=["waiting_for", "retry_on"])
    if left := [one for one in loaded.state.subscriptions if one.id in effect.left]:
        _go_on(loaded, order, left, tried_on)
    return order


def _go_on(loaded: Loaded, order: Order, left: list[Subscription], tried_on: date | None) -> None:
    kept = go_on_with(loaded, order, left)
    if kept is None:
        return
    kept.retry_on = kept.retry_on or tried_on  # what the balance pays whole is carried out by the next try
    kept.save(update_fields=["retry_on"])
