"""Store a gateway's event before it is understood: the worker processes it, the gateway gets its answer at once."""

from datetime import datetime

from tenor.db.ids import new_id
from tenor.db.models import GatewayEvent as EventRow
from tenor.gateways.payments.port import GatewayEvent


def store_gateway_event(*, gateway: str, event: GatewayEvent, received_at: datetime) -> None:
    """Write the event once by the gateway's id for it; the second delivery changes nothing. `received_at`: real time.

    Kinds that nobody knows are stored like any other.
    """
    row = EventRow(
        id=new_id(),
        gateway=gateway,
        event_id=event.id,
        kind=event.kind,
        body={
            "subject": event.subject,
            "reference": event.reference,
            "charge_reference": event.charge_reference,
            "occurred_at": event.occurred_at.isoformat(),
        },
        received_at=received_at,
    )
    EventRow.objects.bulk_create([row], ignore_conflicts=True)
