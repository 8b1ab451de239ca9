"""Orders for lists; one order with all about it is in receipts.py. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tenor.db.models import Invoice, Order, OrderLine, OrderSubscription
from tenor.domain.lifecycle import shown_status
from tenor.domain.money import Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list. `waiting_for` is a code or ""; `invoice_number` is "" until the invoice is issued."""

    id: UUID
    number: str
    action: str
    status: str
    waiting_for: str
    total: Money
    placed_at: datetime
    placed_by: str
    invoice_number: str
    is_partly_returned: bool = False

    @property
    def shown_status(self) -> str:
        """The status as people see it."""
        return shown_status(self.status, self.waiting_for, is_partly_returned=self.is_partly_returned)


def list_orders(account_id: UUID, *, limit: int = 100, subscription_id: UUID | None = None) -> tuple[OrderRow, ...]:
    """The account's orders, the newest first; those that changed one subscription, where one is given. One query."""
    orders = _orders(account_id)
    if subscription_id is not None:
        lines = OrderLine.objects.filter(account_id=account_id, subscription_id=subscription_id)
        orders = orders.filter(id__in=lines.values("order_id"))
    return tuple(_row(order) for order in orders.order_by("-placed_at", "-id")[:limit])


def has_order(account_id: UUID, order_id: UUID) -> bool:
    """Whether the account has an order of that id. One query."""
    return Order.objects.filter(account_id=account_id, id=order_id).exists()


def _orders(account_id: UUID) -> QuerySet[Order, dict[str, Any]]:
    """Orders with their latest invoice, void ones aside."""
    standing = Invoice.objects.filter(account_id=OuterRef("account_id"), order_id=OuterRef("id"), kind="invoice")
    standing = standing.exclude(status="void").order_by("-created_at", "-id")
    parts = OrderSubscription.objects.filter(
        account_id=OuterRef("account_id"), order_id=OuterRef("id"), returned_at__isnull=False
    )
    orders: QuerySet[Order, dict[str, Any]] = Order.objects.filter(account_id=account_id).values(
        *("id", "number", "action", "status", "waiting_for", "total_minor", "currency", "placed_at", "placed_by_name"),
        invoice_number=Subquery(standing.values("number")[:1]),
        is_partly_returned=Exists(parts),
    )
    return orders


def _row(order: dict[str, Any]) -> OrderRow:
    return OrderRow(
        id=order["id"],
        number=order["number"],
        action=order["action"],
        status=order["status"],
        waiting_for=order["waiting_for"],
        total=Money(order["total_minor"], order["currency"]),
        placed_at=order["placed_at"],
        placed_by=order["placed_by_name"],
        invoice_number=order["invoice_number"] or "",
        is_partly_returned=order["is_partly_returned"],
    )
