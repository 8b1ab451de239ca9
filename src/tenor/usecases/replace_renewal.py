"""An unpaid renewal gives way to another one: its invoice is credited, what is owed invoiced anew (rules 7)."""

from collections.abc import Sequence

from tenor.db.models import Invoice, Order, OrderLine, OrderSubscription
from tenor.db.models import Subscription as Rows
from tenor.db.transitions import move_order
from tenor.domain.account import Subscription
from tenor.domain.lifecycle import InvoiceStatus, OrderStatus
from tenor.domain.owed import NOT_PAID, plan_owed, starts_anew
from tenor.domain.quote import Collection, Quote
from tenor.usecases.demand_payment import draft_invoice
from tenor.usecases.give_back import credit_whole
from tenor.usecases.issue_invoice import issue_invoice
from tenor.usecases.load import Loaded
from tenor.usecases.move_balance import with_balance
from tenor.usecases.place_order import place_order
from tenor.usecases.session import NOBODY
from tenor.usecases.tell import SYSTEM, About, tell
from tenor.usecases.write_order import write_lines, write_order


def anew_if_late(loaded: Loaded, order: Order) -> Order:
    """The order to pay today instead of `order`: another one where a term on it starts anew, else `order` itself.

    Call with the account locked and nothing in flight, before a payment is demanded. What was placed anew and not paid
    on that day is placed anew again: a term begins on the day on which it is paid.
    """
    if order.action != "renew" or order.effects_applied_at is not None:
        return order
    owing = _subscriptions(loaded, order)
    late = {one.id for one in owing if starts_anew(loaded.state, loaded.offer, one, loaded.today)}
    lines = OrderLine.objects.filter(account_id=order.account_id, order_id=order.id, subscription_id__in=late)
    if not lines.exclude(starts_on=loaded.today).exists():
        return order
    quote = plan_owed(loaded.state, loaded.offer, owing, _method(order), loaded.today)
    if not quote.is_invoiced:
        return order
    _give_up(loaded, order, "term_starts_anew")
    loaded = with_balance(loaded)
    return _place(loaded, order, plan_owed(loaded.state, loaded.offer, owing, _method(order), loaded.today))


def go_on_with(loaded: Loaded, order: Order, left: Sequence[Subscription]) -> Order | None:
    """After a joint renewal was given up: what of it goes on being owed, on an order and an invoice of its own.

    None where nothing of it is worth collecting: that waits for the next invoice, and its term starts (rules 4).
    `order` is the one that was given up.
    """
    if not left:
        return None
    loaded = with_balance(loaded)
    quote = plan_owed(loaded.state, loaded.offer, left, _method(order), loaded.today)
    if quote.is_invoiced:
        return _place(loaded, order, quote)
    place_order(loaded, None, quote, SYSTEM, NOBODY)
    return None


def renew_otherwise(loaded: Loaded, order: Order) -> bool:
    """After a renewal could not be carried out as it was invoiced: what it claimed is free to be renewed as it is now.

    The night looks at what is active; what is unpaid goes on being owed on an order of its own. Returns whether any is.
    """
    named = _subscriptions(loaded, order)
    renewed = Rows.objects.filter(account_id=order.account_id, id__in=[one.id for one in named])
    renewed.update(renewal_claimed_at=None)
    unpaid = [one for one in named if one.status in NOT_PAID and one.renews_on <= loaded.today]
    return go_on_with(loaded, order, unpaid) is not None


def _place(loaded: Loaded, before: Order, quote: Quote) -> Order:
    """The renewal of what is owed as of today: open, invoiced, and nobody is asked for money yet.

    One that the account's balance has paid whole is carried out by the next try (see `retry_payment`).
    """
    order = write_order(loaded, None, quote, SYSTEM)
    invoice = draft_invoice(loaded, order, quote, write_lines(order, quote))
    issue_invoice(loaded, invoice)
    order.waiting_for = "declined"
    if quote.collection is Collection.BALANCE:
        order.retry_on = loaded.today
    move_order(order, OrderStatus.REQUIRES_ACTION, loaded.now, also=["waiting_for", "retry_on"])
    about = About(order.account_id, order=order.id, invoice=invoice.id)
    tell(about, "renewal_replaced", SYSTEM, loaded.now, before={"order": before.number}, after={"order": order.number})
    return order


def _give_up(loaded: Loaded, order: Order, reason: str) -> None:
    for invoice in Invoice.objects.filter(account_id=order.account_id, order_id=order.id, status=InvoiceStatus.OPEN):
        credit_whole(loaded, invoice, reason)
    order.waiting_for = ""
    move_order(order, OrderStatus.CANCELED, loaded.now, also=["waiting_for"])


def _subscriptions(loaded: Loaded, order: Order) -> list[Subscription]:
    named = OrderSubscription.objects.filter(account_id=order.account_id, order_id=order.id)
    ids = {str(one) for one in named.values_list("subscription_id", flat=True)}
    return [one for one in loaded.state.subscriptions if one.id in ids]


def _method(order: Order) -> str | None:
    return None if order.method_id is None else str(order.method_id)
