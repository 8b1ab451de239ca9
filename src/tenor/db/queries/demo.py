"""Who may be signed in as with one click: the demo's people, before anybody is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_PEOPLE = """
SELECT u.id, u.email, u.name, a.name, a.country
FROM db_user u, LATERAL (SELECT * FROM account_access(u.id) LIMIT 1) a
WHERE u.email = ANY(%s) AND u.is_active
"""


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A person with the first of their accounts."""

    id: UUID
    email: str
    name: str
    company: str
    country: str


def find_people(emails: Sequence[str]) -> tuple[DemoUser, ...]:
    """Those of the addresses that are there and belong to an account, in any order."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [list(emails)])
        return tuple(DemoUser(*row) for row in cursor.fetchall())
