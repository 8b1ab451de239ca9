"""Orders for lists and for one order's page. Call within `account_scope`; every read names its account besides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from tenor.db.codec import decode_explanation
from tenor.db.models import Invoice, Order, OrderLine, Payment
from tenor.domain.explanation import Explanation
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


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """The latest attempt to collect an order. `action_url` is where the customer goes on, "" where nothing is to do."""

    id: UUID
    status: str
    amount: Money
    action_url: str
    decline_code: str
    method_label: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One line of an order with the arithmetic that made its amount."""

    kind: str
    subscription_id: UUID | None
    product: str
    plan: str
    seats: int
    starts_on: date
    ends_on: date
    unit_price: Money
    amount: Money
    net: Money
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order with its lines, money and document. `effects` is canonical JSON (see `db.codec.decode_effects`).

    `on_behalf` names the employee who placed it for the customer, else "". `invoice_id` is None until there is one.
    """

    row: OrderRow
    net: Money
    tax: Money
    quote_id: UUID
    on_behalf: str
    expires_at: datetime
    fulfilled_at: datetime | None
    closed_at: datetime | None
    effects: list[dict[str, Any]]
    lines: tuple[OrderLineRow, ...]
    payment: PaymentRow | None
    invoice_id: UUID | None
    issued_on: date | None


def list_orders(account_id: UUID, *, limit: int = 100, subscription_id: UUID | None = None) -> tuple[OrderRow, ...]:
    """The account's orders, the newest first; those that changed one subscription, where one is given. One query."""
    orders = _orders(account_id)
    if subscription_id is not None:
        lines = OrderLine.objects.filter(account_id=account_id, subscription_id=subscription_id)
        orders = orders.filter(id__in=lines.values("order_id"))
    return tuple(_row(order) for order in orders.order_by("-placed_at", "-id")[:limit])


def read_order(account_id: UUID, order_id: UUID) -> OrderPage | None:
    """One order; None where the account has none such. Three queries: order and invoice, lines, payment."""
    order = _orders(account_id).filter(id=order_id).first()
    if order is None:
        return None
    return OrderPage(
        row=_row(order),
        net=Money(order["net_minor"], order["currency"]),
        tax=Money(order["tax_minor"], order["currency"]),
        quote_id=order["quote_id"],
        on_behalf=order["placed_by_staff"],
        expires_at=order["expires_at"],
        fulfilled_at=order["fulfilled_at"],
        closed_at=order["closed_at"],
        effects=order["effects"],
        lines=_lines(account_id, order_id),
        payment=_payment(account_id, order["invoice_id"]),
        invoice_id=order["invoice_id"],
        issued_on=order["issued_on"],
    )


def _orders(account_id: UUID) -> QuerySet[Order, dict[str, Any]]:
    """Orders with their latest invoice, void ones aside."""
    standing = Invoice.objects.filter(account_id=OuterRef("account_id"), order_id=OuterRef("id"), kind="invoice")
    standing = standing.exclude(status="void").order_by("-created_at", "-id")
    orders: QuerySet[Order, dict[str, Any]] = Order.objects.filter(account_id=account_id).values(
        *("id", "number", "action", "status", "waiting_for", "net_minor", "tax_minor", "total_minor", "currency"),
        *("placed_at", "placed_by_name", "placed_by_staff", "expires_at", "fulfilled_at", "closed_at", "effects"),
        "quote_id",
        invoice_id=Subquery(standing.values("id")[:1]),
        invoice_number=Subquery(standing.values("number")[:1]),
        issued_on=Subquery(standing.values("issued_on")[:1]),
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
    )


def _lines(account_id: UUID, order_id: UUID) -> tuple[OrderLineRow, ...]:
    lines = OrderLine.objects.filter(account_id=account_id, order_id=order_id).order_by("position")
    return tuple(
        OrderLineRow(
            kind=line.kind,
            subscription_id=line.subscription_id,
            product=line.product_code,
            plan=line.plan_code,
            seats=line.seats,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            unit_price=Money(line.unit_price_minor, line.currency),
            amount=Money(line.amount_minor, line.currency),
            net=Money(line.net_minor, line.currency),
            explanation=decode_explanation(line.explanation),
        )
        for line in lines
    )


def _payment(account_id: UUID, invoice_id: UUID | None) -> PaymentRow | None:
    if invoice_id is None:
        return None
    attempts = Payment.objects.filter(account_id=account_id, invoice_id=invoice_id)
    latest = attempts.annotate(label=F("method__label")).order_by("-created_at", "-id").first()
    if latest is None:
        return None
    return PaymentRow(
        id=latest.id,
        status=latest.status,
        amount=Money(latest.amount_minor, latest.currency),
        action_url=latest.action_url,
        decline_code=latest.decline_code,
        method_label=latest.label or "",
        settled_at=latest.settled_at,
    )
