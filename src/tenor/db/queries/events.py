"""The history of a subscription, and of an account: what happened, by whom. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from tenor.db.models import Event, OrderLine, OrderSubscription


@dataclass(frozen=True, slots=True)
class EventRow:
    """One fact. `staff` names the employee who acted on the customer's behalf, else ""; before and after are JSON."""

    kind: str
    at: datetime
    actor: str
    staff: str
    order_id: UUID | None
    order_number: str
    before: dict[str, Any]
    after: dict[str, Any]


def history(account_id: UUID, subscription_id: UUID, *, limit: int = 50) -> tuple[EventRow, ...]:
    """What happened to one subscription, by itself or through an order, the newest first. One query."""
    about = {"account_id": account_id, "subscription_id": subscription_id}
    orders = OrderSubscription.objects.filter(**about).values("order_id")
    opened = OrderLine.objects.filter(**about).values("order_id")  # the order that opened it did not know it yet
    events = Event.objects.filter(
        Q(subscription_id=subscription_id) | Q(order_id__in=orders.union(opened)), account_id=account_id
    )
    rows = events.annotate(number=F("order__number")).order_by("-at", "-id")[:limit]
    return tuple(
        EventRow(
            kind=event.kind,
            at=event.at,
            actor=event.actor_name,
            staff=event.staff,
            order_id=event.order_id,
            order_number=event.number or "",
            before=event.before,
            after=event.after,
        )
        for event in rows
    )
