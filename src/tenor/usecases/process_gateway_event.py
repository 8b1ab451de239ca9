"""A gateway's event is a hint: ask for the present state of what it is about, and record that (docs/adr 4)."""

from datetime import datetime
from uuid import UUID

from tenor.db.models import GatewayEvent, Payment
from tenor.gateways.crashpoints import crashpoint
from tenor.usecases.reconcile_payment import reconcile_payment


def process_gateway_event(*, event_id: UUID, now: datetime) -> None:
    """Reconcile the payment that the event names; what it names else is not ours to act on. Safe to repeat.

    Events arrive twice, late and out of order: what counts is what the gateway says when asked.
    """
    event = GatewayEvent.objects.get(id=event_id)
    payment = _payment(str(event.body.get("charge_reference", "")))
    if payment is not None:
        reconcile_payment(account_id=payment.account_id, payment_id=payment.id, now=now)
    crashpoint("after_an_event_before_its_mark")
    event.processed_at = now
    event.lease_until = None
    event.save(update_fields=["processed_at", "lease_until"])


def _payment(reference: str) -> Payment | None:
    try:
        return Payment.objects.filter(id=UUID(reference)).first()
    except ValueError:
        return None
