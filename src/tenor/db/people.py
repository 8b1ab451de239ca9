"""Somebody by their address: the one way in which the portal adds people (migration 0011)."""

from uuid import UUID

from django.db import connection

from tenor.db.ids import new_id


def person_with_address(address: str, *, name: str = "", language: str = "en") -> UUID:
    """The id of the person with that address; who is not known yet is added, without a password.

    Who is known keeps their name and language.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_with_address(%s, %s, %s, %s)", [new_id(), address, name, language])
        row = cursor.fetchone()
    assert row is not None
    found: UUID = row[0]
    return found
