"""What is true of the books after every transaction; each invariant is one query for what breaks it.

The tests ask the same questions (`tests/support/books.py`), of one account and after every crash.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import connection

from tenor.db.queries.invariants.documents import DOCUMENTS
from tenor.db.queries.invariants.invariant import Invariant
from tenor.db.queries.invariants.ledger import LEDGER
from tenor.db.queries.invariants.orders import ORDERS, SUBSCRIPTIONS

INVARIANTS: tuple[Invariant, ...] = (*DOCUMENTS, *LEDGER, *ORDERS, *SUBSCRIPTIONS)


class Offender(NamedTuple):
    """A row that breaks an invariant: `what` as people call it, `facts` what it says and should not."""

    account_id: UUID | None
    what: str
    facts: str


def find_offenders(invariant: Invariant, limit: int, account_id: UUID | None = None) -> list[Offender]:
    """Up to `limit` rows that break it, of everybody or of one account. Nothing is kept here of the rows in order."""
    query = invariant.sql.replace("%", "%%")  # its `format` is PostgreSQL's
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account_id, what, facts FROM ({query}) broken"  # noqa: S608 - our own text
            " WHERE %(account)s::uuid IS NULL OR account_id = %(account)s::uuid LIMIT %(limit)s",
            {"account": account_id, "limit": limit},
        )
        return [Offender(*row) for row in cursor.fetchall()]
