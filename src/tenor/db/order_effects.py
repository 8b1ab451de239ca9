"""Those of a quote's effects that are about orders and their lines, as rows; see `db.effects` for all."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tenor.db.models import Order, OrderLine, OrderSubscription
from tenor.db.transitions import ChangedMeanwhile, move_order
from tenor.domain.account import Actor
from tenor.domain.effects import BillCarried, DropCarried, MarkPartReturned, MarkReturned
from tenor.domain.lifecycle import OrderStatus
from tenor.domain.seats import SeatUser


@dataclass(frozen=True, slots=True)
class Writing:
    """For whom, by whom and when effects are carried out, and the invoice that bills what was carried."""

    account_id: UUID
    by: Actor
    now: datetime
    today: date
    invoice_id: UUID | None
    released: list[SeatUser]


def bill_carried(writing: Writing, effect: BillCarried) -> None:
    """Lines that waited stand on this invoice now. Raises ChangedMeanwhile where one was billed already."""
    waiting = OrderLine.objects.filter(
        account_id=writing.account_id, id__in=effect.line_ids, carried=True, billed_at=None
    )
    written = waiting.update(billed_at=writing.now, carried_invoice_id=writing.invoice_id)
    if written != len(effect.line_ids):
        raise ChangedMeanwhile(f"{len(effect.line_ids) - written} carried lines were billed already")


def drop_carried(writing: Writing, effect: DropCarried) -> None:
    """Lines that waited are not billed any more. Raises ChangedMeanwhile where one was billed already."""
    waiting = OrderLine.objects.filter(
        account_id=writing.account_id, id__in=effect.line_ids, carried=True, billed_at=None
    )
    if waiting.update(carried=False) != len(effect.line_ids):
        raise ChangedMeanwhile("a carried line was billed already")


def mark_returned(writing: Writing, effect: MarkReturned) -> None:
    """The order counts as returned."""
    order = Order.objects.get(account_id=writing.account_id, id=effect.order_id)
    move_order(order, OrderStatus.RETURNED, writing.now)


def mark_part_returned(writing: Writing, effect: MarkPartReturned) -> None:
    """So much of the order counts as returned. Raises ChangedMeanwhile where some of it was already."""
    parts = OrderSubscription.objects.filter(
        account_id=writing.account_id,
        order_id=effect.order_id,
        subscription_id__in=effect.subscription_ids,
        returned_at=None,
    )
    if parts.update(returned_at=writing.now) != len(effect.subscription_ids):
        raise ChangedMeanwhile("a part of the order was returned already")
