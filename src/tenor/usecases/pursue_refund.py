"""Send a refund until the gateway answers: on the schedule of silent payments, and then by a person."""

from datetime import datetime
from uuid import UUID

from tenor.db.leases import ask_again
from tenor.db.models import Refund
from tenor.domain.asking import patience
from tenor.gateways.payments.errors import GatewayError, GatewayRefused
from tenor.usecases.reconcile_payment import hand_over_in_time
from tenor.usecases.send_refund import send_refund


def pursue_refund(*, account_id: UUID, refund_id: UUID, now: datetime) -> None:
    """Send it, or ask what became of it. Raises StillUnclear after days of silence, and what `send_refund` refuses."""
    try:
        send_refund(account_id=account_id, refund_id=refund_id, now=now)
    except GatewayRefused:
        raise
    except GatewayError as silence:
        refund = Refund.objects.get(account_id=account_id, id=refund_id)
        hand_over_in_time(refund, str(silence))
        ask_again(refund, patience(refund.tries), str(silence))
