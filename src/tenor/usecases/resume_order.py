"""Go on with an order whose payment was interrupted: at the bank's page, or with another method."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import Invoice, Order
from tenor.domain.account import Actor
from tenor.domain.lifecycle import OPEN_ORDER, InvoiceStatus, PaymentStatus
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.usecases.ask_about_failures import ask_about_failures
from tenor.usecases.close_order import in_flight
from tenor.usecases.demand_payment import amount_owed, demand_payment, has_method
from tenor.usecases.keep_method import keep_method
from tenor.usecases.load import lock_and_load
from tenor.usecases.replace_renewal import anew_if_late
from tenor.usecases.session import Session
from tenor.usecases.settle_by_balance import settle_by_balance
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where to go on: a payment to collect now, or the gateway's page that waits for the customer.

    `order_id` is the order that is paid: another one than was asked for where a late term starts anew.
    """

    order_id: UUID
    payment_id: UUID | None
    action_url: str


@dataclass(frozen=True, slots=True)
class PayBy:
    """The method to pay by (None: the one that the order was placed with), and whether it pays from now on.

    `keep` None where nobody was asked.
    """

    method_id: str | None
    keep: bool | None = None


def resume_order(
    *, account_id: UUID, order_id: UUID, method_id: str | PayBy | None, actor: Actor, session: Session, now: datetime
) -> Resumed:
    """Continue an open order: the payment under way if there is one, else a new one by `method_id`.

    A new payment belongs to the same invoice; one at most is ever in flight. Before one is made the gateway is asked
    about those that failed without its word (`ask_about_failures`): where one took the money, nothing is left to pay
    and there is no payment to collect. A monthly term that is paid late starts
    anew, on an order and an invoice of its own. What the bank took back is paid again in the same way.

    A method named by its id alone goes on paying for those of the order's subscriptions whose own can't pay any more;
    `PayBy` says otherwise (see `keep_method`). While a payment is under way by another one, nothing changes.

    Raises Refusal: `unknown_order`, `order_not_open`, `role_may_not_buy`, `no_payment_method`, `payment_unclear`.
    """
    demand(actor, Permission.BUY)
    if ask_about_failures(account_id=account_id, order_id=order_id, now=now):
        return Resumed(order_id, None, "")
    by = method_id if isinstance(method_id, PayBy) else PayBy(method_id)
    return retrying(lambda: _resume(account_id, order_id, by, actor, session, now))


def _resume(account_id: UUID, order_id: UUID, by: PayBy, actor: Actor, session: Session, now: datetime) -> Resumed:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        order = Order.objects.filter(account_id=account_id, id=order_id).first()
        if order is None:
            raise Refusal("unknown_order", {"order": str(order_id)})
        standing = [InvoiceStatus.DRAFT, InvoiceStatus.OPEN]
        invoices = Invoice.objects.filter(account_id=account_id, kind="invoice", status__in=standing)
        if order.status not in OPEN_ORDER and not invoices.filter(order_id=order_id, status="open").exists():
            raise Refusal("order_not_open", {"order": order.number, "status": order.status})
        payment = in_flight(account_id, order_id)
        if payment is not None:
            pending = payment.id if payment.status == PaymentStatus.PENDING else None
            return Resumed(order.id, pending, payment.action_url)
        chosen = by.method_id or _usual_method(order)
        if has_method(loaded, chosen):
            order = anew_if_late(loaded, order)
        invoice = invoices.get(order_id=order.id)
        if not amount_owed(invoice) and order.status in OPEN_ORDER:
            settle_by_balance(loaded, order, invoice)
            return Resumed(order.id, None, "")
        payment = demand_payment(loaded, order, invoice, chosen, session)
        if order.retry_on is not None:  # the answer to this one decides anew
            order.retry_on = None
            order.save(update_fields=["retry_on"])
        tell(About(account_id, order=order.id, payment=payment.id), "order_resumed", actor, now)
        if by.method_id is not None:
            keep_method(loaded, order, by.method_id, actor, keep=by.keep)
        return Resumed(order.id, payment.id, "")


def _usual_method(order: Order) -> str | None:
    return None if order.method_id is None else str(order.method_id)
