"""What is true of the books after every transaction; each invariant is one query for what breaks it.

The tests ask the same questions (`tests/support/books.py`), of one account and after every crash.
"""

from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from tenor.db.faults import is_passing
from tenor.db.queries.invariants.balances import BALANCES
from tenor.db.queries.invariants.documents import DOCUMENTS
from tenor.db.queries.invariants.invariant import Invariant
from tenor.db.queries.invariants.ledger import LEDGER
from tenor.db.queries.invariants.orders import ORDERS, SUBSCRIPTIONS

INVARIANTS: tuple[Invariant, ...] = (*DOCUMENTS, *LEDGER, *BALANCES, *ORDERS, *SUBSCRIPTIONS)


class Offender(NamedTuple):
    """A row that breaks an invariant: `account` and `what` as people call them, `facts` what it says and should not."""

    account_id: UUID | None
    account: str
    what: str
    facts: str


def find_offenders(invariant: Invariant, limit: int, account_id: UUID | None = None) -> list[Offender]:
    """Up to `limit` rows that break it, of everybody or of one account. Nothing is kept here of the rows in order.

    One that can't be asked, for a row that nobody foresaw, is told as broken: the others are asked all the same.
    """
    query = invariant.sql.replace("%", "%%")  # its `format` is PostgreSQL's
    try:
        return _ask(query, limit, account_id)
    except DatabaseError as fault:
        if is_passing(fault):
            raise
        return [Offender(None, "", invariant.name, f"it could not be asked: {fault}")]


def _ask(query: str, limit: int, account_id: UUID | None) -> list[Offender]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.account_id, coalesce(a.number, ''), b.what, b.facts"  # noqa: S608 - our own text
            f" FROM ({query}) b LEFT JOIN db_account a ON a.id = b.account_id"
            " WHERE %(account)s::uuid IS NULL OR b.account_id = %(account)s::uuid LIMIT %(limit)s",
            {"account": account_id, "limit": limit},
        )
        return [Offender(*row) for row in cursor.fetchall()]
