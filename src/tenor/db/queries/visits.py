"""What a request inside an account starts with: which accounts the person may enter, and the clock. One query."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from tenor.db.queries.clock import Reading

_VISITOR = """
SELECT a.account_id, a.number, a.name, a.country, a.time_zone, a.role, c.ahead_by, c.stands_at
FROM (SELECT 1) nothing
LEFT JOIN account_access(%s) WITH ORDINALITY a (account_id, number, name, country, time_zone, role, place) ON true
LEFT JOIN db_clock c ON true
ORDER BY a.place
"""


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """An account that a person may enter: country (ISO 3166), time zone (IANA), and the person's role in it."""

    account_id: UUID
    number: str
    name: str
    country: str
    time_zone: str
    role: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """The accounts of a person by name, and how business time follows from the system's."""

    accounts: tuple[AccountAccess, ...]
    clock: Reading


def read_visitor(user_id: UUID) -> Visitor:
    """Before any account is set: the database's own function answers with its owner's rights (see migration 0010)."""
    with connection.cursor() as cursor:
        cursor.execute(_VISITOR, [user_id])
        rows = cursor.fetchall()
    ahead_by, stands_at = rows[0][6:]
    clock = Reading(stands_at=stands_at) if ahead_by is None else Reading(ahead_by=ahead_by)
    return Visitor(tuple(AccountAccess(*row[:6]) for row in rows if row[0] is not None), clock)
