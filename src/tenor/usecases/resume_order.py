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
from tenor.usecases.close_order import in_flight
from tenor.usecases.demand_payment import demand_payment
from tenor.usecases.load import lock_and_load
from tenor.usecases.session import Session
from tenor.usecases.tell import About, tell


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where to go on: a payment to collect now, or the gateway's page that waits for the customer."""

    payment_id: UUID | None
    action_url: str


def resume_order(
    *, account_id: UUID, order_id: UUID, method_id: str | None, actor: Actor, session: Session, now: datetime
) -> Resumed:
    """Continue an open order: the payment under way if there is one, else a new one by `method_id`.

    A new payment belongs to the same invoice; one at most is ever in flight. Raises Refusal: `unknown_order`,
    `order_not_open`, `role_may_not_buy`, `no_payment_method`.
    """
    demand(actor, Permission.BUY)
    return retrying(lambda: _resume(account_id, order_id, method_id, actor, session, now))


def _resume(
    account_id: UUID, order_id: UUID, method_id: str | None, actor: Actor, session: Session, now: datetime
) -> Resumed:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        order = Order.objects.filter(account_id=account_id, id=order_id).first()
        if order is None:
            raise Refusal("unknown_order", {"order": str(order_id)})
        if order.status not in OPEN_ORDER:
            raise Refusal("order_not_open", {"order": order.number, "status": order.status})
        payment = in_flight(account_id, order_id)
        if payment is not None:
            pending = payment.id if payment.status == PaymentStatus.PENDING else None
            return Resumed(pending, payment.action_url)
        standing = [InvoiceStatus.DRAFT, InvoiceStatus.OPEN]
        invoice = Invoice.objects.get(account_id=account_id, order_id=order_id, kind="invoice", status__in=standing)
        payment = demand_payment(loaded, order, invoice, method_id or _usual_method(order), session)
        tell(About(account_id, order=order.id, payment=payment.id), "order_resumed", actor, now)
        return Resumed(payment.id, "")


def _usual_method(order: Order) -> str | None:
    return None if order.method_id is None else str(order.method_id)
