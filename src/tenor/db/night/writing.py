"""The rows of a batch into their tables: the fewest statements there can be, the number of the invoices taken late."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tenor.db.arrays import array
from tenor.db.night.rows import Sheets
from tenor.db.numbers import take_numbers
from tenor.db.transitions import ChangedMeanwhile

_CLAIM = """
UPDATE db_subscription s SET renewal_claimed_at = %s
FROM unnest(%s::uuid[], %s::uuid[]) AS due (account_id, id)
WHERE s.account_id = due.account_id AND s.id = due.id AND s.renewal_claimed_at IS NULL
"""


def write_renewals(sheets: Sheets, seller_id: UUID, now: datetime) -> None:
    """Write what was packed, in the transaction that locked its accounts.

    The invoice numbers are taken when only rows that refer to the invoices are left: nobody else gets a number until
    this transaction ends. Raises ChangedMeanwhile where a subscription is claimed already.
    """
    with connection.cursor() as cursor:
        write_claims(cursor, sheets, now)
        for rows in sheets.before_the_invoices():
            rows.copy(cursor)
        sheets.number_invoices(take_numbers(seller_id, "invoice", len(sheets.invoices)))
        for rows in sheets.invoices_and_after():
            rows.copy(cursor)


def write_claims(cursor: Any, sheets: Sheets, now: datetime) -> None:
    """Mark the subscriptions as claimed by their renewal. Raises ChangedMeanwhile where one is already."""
    cursor.execute(_CLAIM, [now, array(sheets.accounts), array(sheets.claimed)])
    if cursor.rowcount != len(sheets.claimed):
        raise ChangedMeanwhile(f"{len(sheets.claimed) - cursor.rowcount} subscriptions are being renewed already")


class NumberBlocks:
    """Order numbers, reserved by the block before the transactions that use them: nobody waits for anybody's commit.

    What is left of a block when a worker ends is never used. Orders may have gaps, invoices may not (rules 10).
    """

    def __init__(self, size: int = 1000) -> None:
        self._size = size
        self._left: dict[UUID, list[str]] = {}

    def reserve(self, seller_id: UUID, at_least: int) -> None:
        """Have that many numbers at hand. Call outside a transaction."""
        left = self._left.setdefault(seller_id, [])
        if len(left) < at_least:
            fresh = take_numbers(seller_id, "order", max(self._size, at_least))
            self._left[seller_id] = [*left, *fresh]

    def take(self, seller_id: UUID, count: int) -> Sequence[str]:
        """The next numbers; those that are not at hand are taken within the transaction."""
        left = self._left.get(seller_id, [])
        taken, self._left[seller_id] = left[:count], left[count:]
        missing = count - len(taken)
        return [*taken, *take_numbers(seller_id, "order", missing)] if missing else taken
