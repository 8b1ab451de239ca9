"""Cancel an open order, or let it expire: first at the gateway, then here. Nothing was granted, nothing is owed."""

from datetime import datetime
from uuid import UUID

from tenor.db.access import account_scope
from tenor.db.locks import retrying
from tenor.db.models import Order, Payment
from tenor.db.transitions import move_payment
from tenor.domain.account import Actor
from tenor.domain.lifecycle import IN_FLIGHT, OPEN_ORDER, OrderStatus, PaymentStatus
from tenor.domain.permissions import Permission, demand
from tenor.domain.refusals import Refusal
from tenor.gateways.crashpoints import crashpoint
from tenor.gateways.payments.errors import GatewayError
from tenor.usecases.call_off_charge import call_off_charge
from tenor.usecases.load import lock_and_load
from tenor.usecases.settle_order import give_up
from tenor.usecases.tell import About, tell


def close_order(*, account_id: UUID, order_id: UUID, actor: Actor, status: OrderStatus, now: datetime) -> None:
    """End the order as `canceled` or `expired`.

    Raises Refusal: `role_may_not_buy`; `unknown_order`; `order_not_open`; `renewal_not_cancelable`; `payment_unclear`
    while the gateway's answer is unknown; `payment_under_way` for a debit that can't be called off; `already_paid` if
    the money came first.
    """
    demand(actor, Permission.BUY)
    payment = retrying(lambda: _stop_unsent(account_id, order_id, now))
    if payment is not None:
        _call_off(payment, now)
    crashpoint("before_closing_the_order")
    retrying(lambda: _close(account_id, order_id, actor, status, now))


def _stop_unsent(account_id: UUID, order_id: UUID, now: datetime) -> Payment | None:
    """Stop a payment that was not sent; the one that the gateway has to call off is returned."""
    with account_scope(account_id):
        lock_and_load(account_id, now)
        _open_order(account_id, order_id)
        payment = in_flight(account_id, order_id)
        if payment is None:
            return None
        if payment.status == PaymentStatus.PENDING:
            move_payment(payment, PaymentStatus.CANCELED)
            return None
        if payment.status in (PaymentStatus.SENDING, PaymentStatus.UNKNOWN):
            raise Refusal("payment_unclear", {"order": str(order_id)})
        return payment


def _call_off(payment: Payment, now: datetime) -> None:
    try:
        status = call_off_charge(payment, now)
    except GatewayError as error:
        raise Refusal("payment_unclear", {"payment": str(payment.id)}) from error
    if status is PaymentStatus.SUCCEEDED:
        raise Refusal("already_paid", {"payment": str(payment.id)})
    if status in IN_FLIGHT:
        raise Refusal("payment_under_way", {"payment": str(payment.id)})


def _close(account_id: UUID, order_id: UUID, actor: Actor, status: OrderStatus, now: datetime) -> None:
    with account_scope(account_id):
        loaded = lock_and_load(account_id, now)
        order = _open_order(account_id, order_id)
        if in_flight(account_id, order_id) is not None:  # resumed by somebody in between
            raise Refusal("payment_unclear", {"order": str(order_id)})
        tell(About(account_id, order=order.id), "order_closed", actor, now, after={"status": status})
        give_up(loaded, order, status)


def _open_order(account_id: UUID, order_id: UUID) -> Order:
    order = Order.objects.filter(account_id=account_id, id=order_id).first()
    if order is None:
        raise Refusal("unknown_order", {"order": str(order_id)})
    if order.status not in OPEN_ORDER:
        raise Refusal("order_not_open", {"order": order.number, "status": order.status})
    if order.action == "renew":  # a term that is owed ends with its subscription, not by a click
        raise Refusal("renewal_not_cancelable", {"order": order.number})
    if order.effects_applied_at is not None:  # granted while its debit was under way: what was granted is owed
        raise Refusal("payment_under_way", {"order": order.number})
    return order


def in_flight(account_id: UUID, order_id: UUID) -> Payment | None:
    """The payment of the order that may still take money, if there is one."""
    payments = Payment.objects.filter(account_id=account_id, invoice__order_id=order_id, status__in=IN_FLIGHT)
    return payments.first()
