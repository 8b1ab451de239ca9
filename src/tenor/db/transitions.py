"""A row's next state: allowed by the domain's table, written only if nobody else moved the row meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from tenor.db.models import Invoice, Order, OrderSubscription, Payment, Refund, Subscription
from tenor.domain.account import SubscriptionStatus
from tenor.domain.lifecycle import (
    INVOICE,
    OPEN_ORDER,
    ORDER,
    PAYMENT,
    SUBSCRIPTION,
    InvoiceStatus,
    OrderStatus,
    PaymentStatus,
    Table,
    step,
)

Movable = Subscription | Order | Invoice | Payment | Refund

GIVEN_UP = frozenset({OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED})


class ChangedMeanwhile(Exception):
    """The row is not as it was when it was decided upon. With the account's lock held, this is a fault of ours."""


def move_subscription(row: Subscription, status: SubscriptionStatus, *, also: Sequence[str] = ()) -> None:
    """Give the subscription its next status, and write the fields of `row` named in `also` with it.

    This and the other moves raise Refusal("forbidden_step"), and ChangedMeanwhile.
    """
    _move(row, SUBSCRIPTION, SubscriptionStatus(row.status), status, also)


def move_order(row: Order, status: OrderStatus, now: datetime, *, also: Sequence[str] = ()) -> None:
    """Give the order its next status; it holds its place on its subscriptions only while that is an open one."""
    stamped = list(also)
    if status is not OrderStatus.REQUIRES_ACTION:
        row.retry_on = None
        stamped.append("retry_on")
    if status is OrderStatus.FULFILLED:
        row.fulfilled_at = now
        stamped.append("fulfilled_at")
    if status is OrderStatus.RETURNED:
        row.returned_at = now
        stamped.append("returned_at")
    if status in GIVEN_UP:
        row.closed_at = now
        stamped.append("closed_at")
    _move(row, ORDER, OrderStatus(row.status), status, stamped)
    if status not in OPEN_ORDER:
        held = OrderSubscription.objects.filter(account_id=row.account_id, order_id=row.id, open=True)
        held.update(open=False)


def move_invoice(row: Invoice, status: InvoiceStatus, *, also: Sequence[str] = ()) -> None:
    """Give the invoice its next status."""
    _move(row, INVOICE, InvoiceStatus(row.status), status, also)


def move_payment(row: Payment, status: PaymentStatus, *, also: Sequence[str] = ()) -> None:
    """Give the payment its next status. No state ever goes back (see domain/lifecycle.py)."""
    _move(row, PAYMENT, PaymentStatus(row.status), status, also)


def move_refund(row: Refund, status: PaymentStatus, *, also: Sequence[str] = ()) -> None:
    """Give the refund its next status, by the table of payments."""
    _move(row, PAYMENT, PaymentStatus(row.status), status, also)


def _move(row: Movable, table: Table, before: StrEnum, status: StrEnum, also: Sequence[str]) -> None:
    step(table, before, status)
    values = {"status": status.value, **{field: getattr(row, field) for field in also}}
    same = type(row)._default_manager.filter(account_id=row.account_id, id=row.id, status=before.value)
    if same.update(**values) != 1:
        raise ChangedMeanwhile(f"{type(row).__name__} {row.id} is not {before} any more")
    row.status = status.value
