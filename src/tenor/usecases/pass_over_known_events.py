"""Mark the events that tell what is recorded already: a night's charges are answered first and told of again after."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tenor.db.models import GatewayEvent, Payment
from tenor.domain.lifecycle import PaymentStatus

RECORDED = {
    "charge.succeeded": PaymentStatus.SUCCEEDED,
    "charge.processing": PaymentStatus.PROCESSING,
    "charge.declined": PaymentStatus.FAILED,
    "charge.canceled": PaymentStatus.CANCELED,
    "charge.reversed": PaymentStatus.REVERSED,
}
"""Where the payment stands once a hint of that kind is no news. Of kinds that are not here, the gateway is asked."""


def pass_over_known_events(*, events: Sequence[GatewayEvent], now: datetime) -> frozenset[UUID]:
    """Mark those of the claimed events that bring no news, in one go and without asking anybody. Returns their ids.

    Two statements for all of them, where the gateway would be asked about each. Safe to repeat.
    """
    named = {event.id: payment_id for event in events if (payment_id := _payment_of(event)) is not None}
    rows = Payment.objects.filter(id__in=set(named.values())).values_list("id", "gateway", "status")
    standing = {(payment_id, gateway): status for payment_id, gateway, status in rows}
    known = [
        event.id
        for event in events
        if event.id in named and standing.get((named[event.id], event.gateway)) == RECORDED[event.kind]
    ]
    GatewayEvent.objects.filter(id__in=known).update(processed_at=now, lease_until=None)
    return frozenset(known)


def _payment_of(event: GatewayEvent) -> UUID | None:
    if event.kind not in RECORDED or not isinstance(event.body, dict):  # what is no object fails alone, later
        return None
    try:
        return UUID(str(event.body.get("charge_reference", "")))
    except ValueError:
        return None
