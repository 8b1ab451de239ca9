"""The balance of an account and what moved it. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.models import BalanceMovement, Invoice
from tenor.domain.money import Money


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement: `reason` is a `BalanceReason`, `document` the number of the invoice or credit note, "" for none."""

    at: datetime
    reason: str
    amount: Money
    after: Money
    document: str
    order_id: UUID | None


def list_movements(account_id: UUID, *, limit: int) -> tuple[MovementRow, ...]:
    """What moved the balance, the newest first. Two queries."""
    rows = list(BalanceMovement.objects.filter(account_id=account_id).order_by("-position")[:limit])
    documents = Invoice.objects.filter(account_id=account_id).in_bulk([row.invoice_id for row in rows])
    return tuple(_movement(row, documents[row.invoice_id]) for row in rows)


def _movement(row: BalanceMovement, document: Invoice) -> MovementRow:
    amount, after = (Money(minor, row.currency) for minor in (row.amount_minor, row.after_minor))
    return MovementRow(row.moved_at, row.reason, amount, after, document.number or "", document.order_id)
