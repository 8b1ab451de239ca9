"""Let a parked row be tried again, once a person has put right what was wrong."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tenor.db.models import Event, GatewayEvent, Mail, Payment, Refund, RenewalClaim, SetAside
from tenor.db.models.base import Attempt

MODELS: dict[str, type[Attempt]] = {
    "renewal": RenewalClaim,
    "payment": Payment,
    "refund": Refund,
    "mail": Mail,
    "event": Event,
    "webhook": GatewayEvent,
    "step": SetAside,
}
"""What people call the rows that may be parked."""


def release_parked(row_id: UUID) -> str | None:
    """Take the row up again, as if it had never failed. Returns its kind; None where no such row is parked.

    A payment that was sent is asked about, and a pending one sent: its key is the same, and the key's life is heeded.
    """
    for kind, model in MODELS.items():
        parked = model._default_manager.filter(pk=row_id, parked_at__isnull=False)
        if _release(parked):
            return kind
    return None


def release_all(kind: str) -> int:
    """The same with every parked row of that kind (a key of MODELS), as after an outage; returns how many."""
    return _release(MODELS[kind]._default_manager.filter(parked_at__isnull=False))


def _release(parked: QuerySet[Any]) -> int:
    return parked.update(parked_at=None, lease_until=None, next_try_at=None, tries=0, error="")
