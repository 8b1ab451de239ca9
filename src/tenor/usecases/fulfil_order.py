"""What an order grants, once it is paid (or needs no payment): its effects, and its invoice issued."""

from tenor.db.codec import decode_effects
from tenor.db.effects import apply_effects
from tenor.db.models import Invoice, Order
from tenor.db.transitions import move_order
from tenor.domain.account import Actor, Role
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus
from tenor.usecases.load import Loaded
from tenor.usecases.mark_subscriptions import mark_paid_up
from tenor.usecases.release_seats import tell_released
from tenor.usecases.tell import About, Letter, tell, write_mail


def fulfil_order(loaded: Loaded, order: Order) -> None:
    """Carry out what was bought, once. Call with the account locked, when the order is paid for."""
    if order.action == "renew":
        mark_paid_up(loaded, order)
    grant(loaded, order)
    order.waiting_for = ""
    move_order(order, OrderStatus.PAID, loaded.now, also=["waiting_for"])
    move_order(order, OrderStatus.FULFILLED, loaded.now)
    invoice = invoice_of(order)
    about = About(order.account_id, quote=order.quote_id, order=order.id, invoice=invoice.id if invoice else None)
    tell(about, "order_fulfilled", placed_by(order), loaded.now, after=order.effects)
    write_mail(order.account_id, placed_by(order), loaded.now, Letter("order_fulfilled", order.id))


def grant(loaded: Loaded, order: Order) -> None:
    """Apply the order's effects, unless that was done when the debit got under way."""
    if order.effects_applied_at is not None:
        return
    effects, by, invoice = decode_effects(order.effects), placed_by(order), invoice_of(order)
    billed_on = invoice.id if invoice else None
    released = apply_effects(order.account_id, effects, now=loaded.now, today=loaded.today, by=by, invoice_id=billed_on)
    tell_released(order.account_id, released, loaded.now)
    order.effects_applied_at = loaded.now
    order.save(update_fields=["effects_applied_at"])


def invoice_of(order: Order) -> Invoice | None:
    """The invoice that bills the order; None for one without a charge."""
    bills = Invoice.objects.filter(account_id=order.account_id, order_id=order.id, kind="invoice")
    return bills.exclude(status=InvoiceStatus.VOID).first()


def placed_by(order: Order) -> Actor:
    """Who placed the order, as an actor."""
    return Actor(order.placed_by, order.placed_by_name, Role.BUYER, order.placed_by_staff or None)
