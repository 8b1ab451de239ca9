"""Statements that run hundreds of times a night: planned once a connection, with their values handed over apart."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg
from django.db import connection

# Batches are looked up by key. Without statistics (a fresh table) the planner would read whole tables.
_BY_KEY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"


class Done(NamedTuple):
    """How many rows a statement wrote or read, and those that it returned."""

    how_many: int
    rows: list[Any]


def look_up_by_key() -> None:
    """Let this transaction find rows by their keys, whatever statistics say. Call first."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEY)


def run(statement: str, values: Mapping[str, Any]) -> Done:
    """Run it within the transaction; what it raises is of Django's tree, as ever."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), values, prepare=True)
        return Done(cursor.rowcount, cursor.fetchall() if cursor.description else [])
