"""A guard: nobody talks to a gateway while a transaction is open (docs/adr 4)."""

from django.db import transaction


def outside_transactions() -> None:
    """Raise RuntimeError within a transaction: a rollback would forget what the gateway did."""
    with transaction.atomic(durable=True):
        pass
