"""The history of a subscription: what happened, by whom; an order once, with what it changed and what it charged.

Call within `account_scope`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from tenor.db.codec import decode_effects, decode_explanation
from tenor.db.models import Event, Order, OrderLine, OrderSubscription
from tenor.domain.effects import Effect, changed_by
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.money import Money
from tenor.domain.pricing import Reduced, reduced_by
from tenor.domain.quote import LineKind
from tenor.domain.terms import Period

PLACED = "order_placed"
STEPS = frozenset({"renewal_replaced", "backup_tried", "try_planned"})
STEP_PREFIXES = ("order_", "payment_")
"""What an order goes through is told by its own row, and step by step on its page."""
REVERSED = "payment_reversed"
"""The bank took the money back: that changes what was carried out."""
GIVEN_UP = (OrderStatus.RETURNED, OrderStatus.FAILED, OrderStatus.CANCELED, OrderStatus.EXPIRED)
LINE = {
    name: name
    for name in (
        *("kind", "seats", "starts_on", "ends_on", "unit_price_minor", "currency", "net_minor", "amount_minor"),
        *("tax_included", "explanation"),
    )
}


@dataclass(frozen=True, slots=True)
class LineOf:
    """A line of an order, for the subscription. `amount` has the tax in it where `tax_included`."""

    kind: LineKind
    span: Period
    seats: int
    unit_price: Money
    reduced_by: Reduced | None
    amount: Money
    tax_included: bool


@dataclass(frozen=True, slots=True)
class OrderOf:
    """An order as a line of history. `decline` is the code of its last declined payment, "" for none.

    `total` is for all the subscriptions that it changes, `lines` are those of this one. `is_standing`: it was carried
    out, and this one's part of it not returned.
    """

    id: UUID
    number: str
    action: str
    status: str
    total: Money
    effects: tuple[Effect, ...]
    decline: str
    lines: tuple[LineOf, ...]
    is_standing: bool

    @property
    def subscriptions(self) -> int:
        """How many subscriptions it changes."""
        return len(changed_by(self.effects))


@dataclass(frozen=True, slots=True)
class EventRow:
    """One fact. `staff` names the employee who acted on the customer's behalf, else ""; before and after are JSON."""

    kind: str
    at: datetime
    actor: str
    staff: str
    order: OrderOf | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def history(account_id: UUID, subscription_id: UUID, *, limit: int = 200) -> tuple[EventRow, ...]:
    """What happened to one subscription, by itself or through an order, the newest first. One query."""
    about = {"account_id": account_id, "subscription_id": subscription_id}
    parts, lines = OrderSubscription.objects.filter(**about), OrderLine.objects.filter(**about)
    orders = parts.values("order_id").union(lines.values("order_id"))  # the order that opened it didn't know it yet
    steps = Q(kind__in=STEPS)
    for prefix in STEP_PREFIXES:
        steps |= Q(kind__startswith=prefix)
    told = Q(kind__in=(PLACED, REVERSED)) | ~steps
    events = Event.objects.filter(
        Q(subscription_id=subscription_id) | Q(order_id__in=orders), told, account_id=account_id
    )
    declined = Event.objects.filter(account_id=account_id, order_id=OuterRef("order_id"), kind="payment_failed")
    of_order = lines.filter(order_id=OuterRef("order_id")).exclude(kind=LineKind.CARRIED).order_by("position")
    rows = events.select_related("order").annotate(
        decline=Subquery(declined.order_by("-at", "-id").values("after__decline")[:1]),
        lines=ArraySubquery(of_order.values(line=JSONObject(**LINE))),
        is_returned=Exists(parts.filter(order_id=OuterRef("order_id"), returned_at__isnull=False)),
    )
    return tuple(
        EventRow(
            kind=event.kind,
            at=event.at,
            actor=event.actor_name,
            staff=event.staff,
            order=_order(event.order, event) if event.order else None,
            before=event.before,
            after=event.after if isinstance(event.after, dict) else {},
        )
        for event in rows.order_by("-at", "-id")[:limit]
    )


def _order(order: Order, found: Any) -> OrderOf:
    return OrderOf(
        id=order.id,
        number=order.number,
        action=order.action,
        status=order.status,
        total=Money(order.total_minor, order.currency),
        effects=decode_effects(order.effects),
        decline=found.decline or "",
        lines=tuple(map(_line, found.lines)),
        is_standing=order.effects_applied_at is not None and order.status not in GIVEN_UP and not found.is_returned,
    )


def _line(row: Mapping[str, Any]) -> LineOf:
    """What was carried to a later invoice is told where it was ordered."""
    amount = row["amount_minor"] if row["tax_included"] else row["net_minor"]
    return LineOf(
        kind=LineKind(row["kind"]),
        span=Period(date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])),
        seats=row["seats"],
        unit_price=Money(row["unit_price_minor"], row["currency"]),
        reduced_by=reduced_by(decode_explanation(row["explanation"])) if row["explanation"] else None,
        amount=Money(amount, row["currency"]),
        tax_included=row["tax_included"],
    )
