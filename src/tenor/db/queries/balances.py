"""The balance of an account and what moved it. Call within `account_scope`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenor.db.models import BalanceMovement
from tenor.domain.money import Money


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement: `reason` is a `BalanceReason`, `document` the number of the invoice or credit note, "" for none.

    `method` is where it was paid out to, "" otherwise.
    """

    at: datetime
    reason: str
    amount: Money
    after: Money
    document: str
    order_id: UUID | None
    method: str


def list_movements(account_id: UUID, *, limit: int) -> tuple[MovementRow, ...]:
    """What moved the balance, the newest first. One query."""
    rows = (
        BalanceMovement.objects.filter(account_id=account_id)
        .order_by("-position")
        .values_list(
            *("moved_at", "reason", "amount_minor", "after_minor", "currency"),
            *("invoice__number", "invoice__order_id", "refund__payment__method__label"),
        )
    )
    return tuple(
        MovementRow(at, reason, Money(amount, currency), Money(after, currency), number or "", order_id, method or "")
        for at, reason, amount, after, currency, number, order_id, method in rows[:limit]
    )
